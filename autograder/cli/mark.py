"""``autograder mark``: points that a person gives, with author, reason and date."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.batch.mark_table import read_marks, write_template
from autograder.batch.published import published
from autograder.cli.grade import AssignmentOption
from autograder.cli.opening import assignment_of, open_results
from autograder.cli.publishing import publish, show_summary
from autograder.cli.regrade import ResultsArgument
from autograder.grading.records import Result


def mark(
    results: ResultsArgument,
    marks: Annotated[
        Path | None, typer.Argument(help="CSV with the points (default: say what waits).")
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(help="Write a CSV with a line for everything that waits for a person."),
    ] = None,
    assignment: AssignmentOption = None,
) -> None:
    """Give the points that only a person can give, or settle an appeal.

    The CSV has the columns submission (name, id or address), exercise, points, author, and if
    wanted reason, date and counts_as: [bold]open[/] for the points of an exercise that only a
    person gives, [bold]added[/] to what it has (an appeal; may be negative), [bold]instead[/] of
    what it has. Marks survive regrading; the last one of a kind counts.

    Exit code: 0 taken, 1 something still waits, 2 usage or a line that cannot be taken.

    \b
    Examples:
      autograder mark results/ --template marks.csv
      autograder mark results/ marks.csv
    """
    console = Console(stderr=True)
    with open_results(results) as store:
        chosen = assignment_of(store, assignment)
        if template is not None:
            with open(template, "w", encoding="utf-8", newline="") as file:
                lines = write_template(file, published(store, chosen.manifest))
            console.print(f"{template}: {lines} lines; fill in points and author, then give it to")
            console.print(f"  autograder mark {results} {template}", soft_wrap=True)
            return
        if marks is None:
            _say_what_waits(console, store.count(), published(store, chosen.manifest))
            return
        given = read_marks(marks, store.rows(), chosen.manifest)
        added = store.add_marks(given)
        console.print(f"{added} new marks, {len(given) - added} were known.")
        show_summary(console, store, chosen.manifest, publish(store, chosen.manifest, results))


def _say_what_waits(console: Console, total: int, results: Iterable[Result]) -> None:
    waiting = [made for made in results if made.open_points or made.score is None]
    console.print(f"{len(waiting)} of {total} submissions wait for a person.")
    if waiting:
        console.print("Write a table for them with --template marks.csv")
        raise typer.Exit(1)
