"""``autograder mark``: points that a person gives, with author, reason and date."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.assignment.wording import counted
from autograder.batch.groups import for_groups
from autograder.batch.mark_table import read_marks, waiting, write_template
from autograder.batch.published import published
from autograder.cli.command_options import UsageProblem
from autograder.cli.earlier_results import RunAssignmentOption, assignment_of, open_results
from autograder.cli.publishing import publish, show_summary
from autograder.cli.regrade import ResultsArgument
from autograder.cli.serving import of_all, serve, wait
from autograder.grading.result_records import Result


def mark(
    results: ResultsArgument,
    marks: Annotated[
        Path | None, typer.Argument(help="CSV with the points (default: say what waits).")
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(help="Write a new CSV with a line for everything that waits for a person."),
    ] = None,
    page: Annotated[
        bool, typer.Option("--page", help="Serve a page to mark on, for this machine alone.")
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the page (default: a free one).")
    ] = 0,
    assignment: RunAssignmentOption = None,
) -> None:
    """Give the points that only a person can give, or settle an appeal.

    [bold]--page[/] shows each student's text beside its figures, with a form for points and reason;
    every mark is saved at once, and is in the grades, gradebooks and feedback then; stopping the
    command writes all that is made of them anew.

    The CSV has the columns submission (name, id or address), exercise, points, author, and if
    wanted reason and date. A last one, counts_as, says what the points are: [bold]open[/], those of
    an exercise that only a person gives, [bold]added[/] to what it has (an appeal; may be
    negative), or [bold]instead[/] of what it has; it may be left out for [bold]open[/] ones alone.
    An empty exercise is the whole, the one way to give points [bold]instead[/] of what was
    unreadable. Marks survive regrading; the last one of a kind counts.

    Without any of them it says how many wait.

    Exit code: 0 taken, or nothing waits; 1 something waits, where only that was asked; 2 usage, or
    a line that cannot be taken.

    \b
    Examples:
      autograder mark results/ --page
      autograder mark results/ --template marks.csv
      autograder mark results/ marks.csv
    """
    console = Console(stderr=True)
    with open_results(results) as store:
        chosen = assignment_of(store, assignment)
        if page:
            serve(console, store, chosen, results, port)
            return
        if template is not None:
            _write_template(console, template, published(store, chosen.manifest), results)
            return
        if marks is None:
            _say_what_waits(console, store.count(), published(store, chosen.manifest))
            return
        given = for_groups(store, read_marks(marks, store.rows(), chosen.manifest, store.marks()))
        added = store.add_marks(given)
        left = len(_waiting(published(store, chosen.manifest)))
        known = len(given) - added
        console.print(
            f"{counted(added, 'new mark')}, {known} {'was' if known == 1 else 'were'} known. "
            f"{counted(left, 'submission')} still {wait(left)}."
        )
        show_summary(console, store, chosen.manifest, publish(store, chosen.manifest, results))


def _write_template(
    console: Console, template: Path, made: Iterable[Result], results: Path
) -> None:
    """Write the table to fill in, never over one that may be filled in."""
    try:
        with open(template, "x", encoding="utf-8", newline="") as file:
            lines = write_template(file, made)
    except FileExistsError:
        raise UsageProblem(
            f"{template}: is there, and may be filled in; name another file, or remove it"
        ) from None
    except OSError as error:
        raise UsageProblem(f"{template}: cannot be written: {error.strerror}") from None
    if not lines:
        console.print(f"{template}: no lines, since nothing waits for a person", soft_wrap=True)
        return
    console.print(
        f"{template}: {counted(lines, 'line')}; fill in points and author, then give it to",
        highlight=False,
        soft_wrap=True,
    )
    console.print(f"  autograder mark {results} {template}", soft_wrap=True)


def _say_what_waits(console: Console, total: int, results: Iterable[Result]) -> None:
    left = len(_waiting(results))
    console.print(f"{of_all(left, total)} for a person.")
    if left:
        console.print("Mark them with --page, or in a table: --template marks.csv")
        raise typer.Exit(1)


def _waiting(results: Iterable[Result]) -> list[str]:
    """Names of the submissions in which something waits for a person."""
    return [made.submission for made in results if any(waiting(made))]
