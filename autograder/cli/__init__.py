"""The command line: one module a command.

Comes in: arguments. Goes out: lines for people and an exit code. No expected failure ever ends in a
traceback.
"""

from autograder.cli.app import main

__all__ = ["main"]
