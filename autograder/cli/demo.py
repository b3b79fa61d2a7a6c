"""``autograder demo``: the main job, on a small class that is made on the spot."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from autograder.cli.command_options import UsageProblem, find_assignment
from autograder.cli.grade import AssignmentOption, IsolationOption, run_grading
from autograder.handout.build import render_handout, write
from autograder.proof.sample_class import sample_class

_MARK = "made-by-autograder-demo.txt"


def demo(
    folder: Annotated[Path, typer.Argument(help="Where to make it.")] = Path("demo"),
    assignment: AssignmentOption = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Submissions at once (default: one a core).")
    ] = None,
    isolation: IsolationOption = "required",
) -> None:
    """Render the handout, make a class of a dozen submissions, and grade it.

    The class has right answers, right ones in another convention, named mistakes, unfinished work,
    a syntax error, a notebook, an endless loop, a memory hog and one that tries to cheat.

    \b
    Examples:
      autograder demo
      autograder demo /tmp/demo --jobs 1
    """
    console = Console(stderr=True, soft_wrap=True)
    chosen = find_assignment(assignment, any_will_do=True)
    _make_room(folder)
    write(render_handout(chosen), folder / "handout")
    console.print(f"Handout: {folder / 'handout'}/")
    table = Table(title="The class", box=None, title_justify="left", show_header=False)
    for sample in sample_class(chosen):
        sample.write(folder / "submissions")
        table.add_row(f"[bold]{sample.name}[/]", sample.story)
    console.print(table)
    run_grading(
        console,
        folder / "submissions",
        chosen.folder,
        folder / "results",
        jobs,
        seed=None,
        only=None,
        isolation=isolation,
        everybody=True,
    )


def _make_room(folder: Path) -> None:
    """An empty folder; one that an earlier demo made is made anew, any other is left alone."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).exists():
            raise UsageProblem(f"{folder} is not empty; name another folder for the demo")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).write_text("Everything in here is made anew by each `autograder demo`.\n")
