"""What every expected failure is: something that was asked for cannot be done."""


class Refusal(Exception):
    """The command ends with exit code 2 and this message, which says what to do instead."""
