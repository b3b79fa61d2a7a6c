"""``autograder grade``: a folder of submissions in, grades and feedback pages out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.batch.run import default_jobs, grade_all, preload_for
from autograder.cli.setting import UsageProblem, choose_isolation, find_assignment
from autograder.grading.records import Result
from autograder.grading.seeds import fresh_seed
from autograder.intake.submissions import entries
from autograder.publish.results import write_results
from autograder.publish.table import results_table
from autograder.sandbox.zygote import Zygote

AssignmentOption = Annotated[
    Path | None,
    typer.Option("--assignment", "-a", help="Folder of the assignment [default: the only one]."),
]
IsolationOption = Annotated[
    str,
    typer.Option(help="[bold]required[/], or [bold]none[/] for work you trust (never a class)."),
]


def grade(
    submissions: Annotated[
        Path,
        typer.Argument(help="Folder with one entry a student: folder, .py, .ipynb or .zip."),
    ],
    assignment: AssignmentOption = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for grades and feedback.")
    ] = Path("results"),
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Submissions at once [default: one a core].")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of the hidden inputs [default: drawn].")
    ] = None,
    only: Annotated[
        str | None, typer.Option(help="Grade only these exercises, such as Adam,SGD.")
    ] = None,
    isolation: IsolationOption = "required",
) -> None:
    """Grade a folder of submissions with the hidden checks.

    Each submission runs in an isolated process of its own that sees no check and no expected
    value. RESULTS gets [bold]grades.csv[/], [bold]results.jsonl[/] and [bold]feedback/[/].

    Exit code: 0 graded, 1 something needs a person, 2 usage or set-up.

    \b
    Examples:
      autograder grade submissions/
      autograder grade submissions/ -o results/ --jobs 2
      autograder grade submissions/ --only Adam,RMSprop --seed 7
    """
    console = Console(stderr=True)
    results = run_grading(console, submissions, assignment, output, jobs, seed, only, isolation)
    if any(result.status != "graded" for result in results):
        raise typer.Exit(1)


def run_grading(
    console: Console,
    submissions: Path,
    assignment: Path | None,
    output: Path,
    jobs: int | None,
    seed: int | None,
    only: str | None,
    isolation: str,
) -> list[Result]:
    """Grade, publish and show the table; also what ``demo`` runs."""
    chosen = find_assignment(assignment)
    wanted = _exercises(only, [made.name for made in chosen.manifest.enabled_exercises])
    unchecked = [made.name for made in chosen.unchecked() if not wanted or made.name in wanted]
    if unchecked:
        raise UsageProblem(f"{chosen.folder}/checks: no check for {', '.join(unchecked)}")
    queue = list(entries(submissions))
    offer, tier = choose_isolation(isolation, console)
    slots = min(jobs or default_jobs(), len(queue))
    drawn = fresh_seed() if seed is None else seed
    with console.status("Starting the sandbox: it imports TensorFlow once, some seconds"):
        zygote = Zygote(tier, offer.bubblewrap, preload_for(chosen))
    with zygote, _progress(console) as bar:
        task = bar.add_task("Grading", total=len(queue), rate="")

        def show(_: Result) -> None:
            bar.advance(task)
            speed = bar.tasks[0].finished_speed or bar.tasks[0].speed
            bar.update(task, rate=f"{60 * speed:.0f} a minute" if speed else "")

        results = list(grade_all(chosen, queue, zygote, drawn, slots, wanted, on_result=show))
    write_results(results, chosen.manifest, output)
    Console().print(results_table(results))
    console.print(f"Grades: {output / 'grades.csv'}   Feedback: {output / 'feedback'}/")
    return results


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=console,
    )


def _exercises(only: str | None, known: list[str]) -> list[str]:
    wanted = [name.strip() for name in (only or "").split(",") if name.strip()]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise UsageProblem(
            f"--only: no exercise {', '.join(unknown)}; there are {', '.join(known)}"
        )
    return wanted
