"""``autograder import``: the source of another tool in, a folder of ours out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.assignment.load import load_assignment
from autograder.assignment.wording import counted, points
from autograder.importing.bring import REPORT, Brought, bring
from autograder.inspection.folder import completed, refuse
from autograder.inspection.rehearsal import worthless


def import_assignment(
    source: Annotated[
        Path,
        typer.Argument(help="A master of Otter Assign, or a source notebook of nbgrader."),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder to write, such as solutions/lab1.")
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Write into a folder that is not empty.")
    ] = False,
    allow: Annotated[
        bool, typer.Option("--allow", help="Leave out tests that any answer would pass.")
    ] = False,
) -> None:
    """Bring an assignment of Otter or nbgrader over: reference, checks, manifest and story.

    What it is shows in its cells; a folder stands for the one notebook in it.

    Questions become exercises, tests become checks that ask across the boundary. The reference is
    asked every check, in the sandbox; a check that it does not pass is left out. What was not
    carried over is listed here and, with its code, in [bold]IMPORT.md[/] beside it.

    A test that shows something gets its expected output by running the master's solution; one that
    any answer would pass is refused, with its cell.

    Exit code: 0 all was carried over, 1 something is left for a person, 2 nothing could be, or a
    check judges nothing.

    \b
    Examples:
      autograder import lab1-master.ipynb -o solutions/lab1
      autograder import source/ps1/problem1.ipynb -o solutions/ps1 --force
    """
    console = Console(stderr=True, soft_wrap=True)
    with console.status("Reading the notebook") as status:
        brought = bring(source, output, force, status.update, allow)
        status.update("Trying answers that are worth nothing")
        idle = [] if brought.problems else worthless(load_assignment(output))
    Console().print(_table(brought))
    for remark in brought.remarks.lost:
        todo = f" To do: {remark.todo}." if remark.todo else ""
        told = f"{remark.where}: {remark.what}.{todo}"
        console.print(f"not carried over: {told}", markup=False, highlight=False)
    made = len(brought.checks)
    console.print(
        f"{brought.folder}: {counted(made, 'check')}, {points(brought.points, 3)}; "
        f"{brought.folder / REPORT} says what was changed and what to do next\n"
        f"Next: autograder build {brought.folder}",
        highlight=False,
    )
    if idle:
        refuse(completed(idle, output), output)
    if brought.remarks.lost:
        raise typer.Exit(1)


def _table(brought: Brought) -> Table:
    number = brought.questions
    table = Table(title=counted(number, "question"), title_justify="left")
    for column in ("Question", "Exercise", "Points", "Public", "Hidden"):
        table.add_column(column, justify="left" if column in ("Question", "Exercise") else "right")
    for made in brought.exercises:
        counts = (str(made.public), str(made.hidden))
        table.add_row(Text(made.question), Text(made.name), made.worth, *counts)
    return table
