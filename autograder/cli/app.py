"""Run a command, and turn every expected failure into one clear line."""

from __future__ import annotations

import sys

import typer

import autograder
from autograder import door
from autograder.cli.command_table import CommandTable
from autograder.refusal import Refusal

app = typer.Typer(
    name="autograder",
    cls=CommandTable,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Grade deep-learning labs from one reference solution, fairly and behind one boundary.",
    epilog="Start with: autograder demo",
)


@app.callback(invoke_without_command=True)
def _version(
    version: bool = typer.Option(False, "--version", help="Say the version and stop."),
) -> None:
    if version:
        print(f"autograder {autograder.__version__}")
        raise typer.Exit


def main() -> None:
    """Run a command; an expected failure ends with exit code 2 and says what to do."""
    door.enter()
    try:
        app()
    except Refusal as problem:
        _tell(f"autograder: {problem}", "red")
        sys.exit(2)
    except KeyboardInterrupt:
        _tell("autograder: stopped", "")
        sys.exit(130)


def _tell(line: str, style: str) -> None:
    from rich.console import Console

    Console(stderr=True, soft_wrap=True).print(line, style=style, markup=False, highlight=False)
