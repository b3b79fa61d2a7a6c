"""``autograder open``: everybody on a page, with what they handed in and what it is worth."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from autograder.cli.earlier_results import RunAssignmentOption, assignment_of, open_results
from autograder.cli.regrade import ResultsArgument
from autograder.cli.serving import serve


def open_class(
    results: ResultsArgument,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the page (default: a free one).")
    ] = 0,
    assignment: RunAssignmentOption = None,
) -> None:
    """Look at a class: the roster, what each handed in and is worth, and whose code is alike.

    The roster can be sorted and narrowed down; each row leads to the student's feedback, files,
    log, earlier grades and marks, and to the form for points, as [bold]mark --page[/] has it. What
    waits for a person is a queue with a count. The page is for this machine alone, and its address
    holds a secret.

    Exit code: 0 looked at; 2 usage.

    \b
    Examples:
      autograder open results/
      autograder open results/ --port 8000
    """
    console = Console(stderr=True)
    with open_results(results) as store:
        serve(console, store, assignment_of(store, assignment), results, port, "roster")
