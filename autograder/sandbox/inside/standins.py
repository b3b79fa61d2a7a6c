"""Stub."""


def install():
    pass


def close_figures():
    pass
