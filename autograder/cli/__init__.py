"""The command line: ``autograder grade``, ``check``, ``demo``, ``build``, ``doctor``."""

from autograder.cli.app import main

__all__ = ["main"]
