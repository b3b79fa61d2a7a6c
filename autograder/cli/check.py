"""``autograder check``: a quick look at one submission, public checks only."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.assignment.load import Assignment
from autograder.cli.command_options import choose_isolation, find_assignment, wanted_exercises
from autograder.cli.grade import AssignmentOption, IsolationOption
from autograder.grading.grade import grade
from autograder.grading.preload import preload_for
from autograder.grading.public_diagnosis import PublicDiagnoser
from autograder.grading.result_records import Diagnosis, Result
from autograder.intake.submissions import Entry, NothingToGrade, read
from autograder.publish.table import one_result
from autograder.sandbox.zygote import Zygote
from autograder.student.verdicts import comparison_record, document


def check(
    path: Annotated[Path, typer.Argument(help="A folder, .py, .ipynb or .zip of one student.")],
    assignment: AssignmentOption = None,
    isolation: IsolationOption = "required",
    only: Annotated[
        str | None, typer.Option(help="Look only at these exercises, such as Adam,SGD.")
    ] = None,
    json: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Write every verdict to this file."),
    ] = None,
) -> None:
    """Look at one submission with the public checks, in the sandbox, as the student sees it.

    Exit code: 0 all public checks passed, 1 some did not, 2 usage or set-up.

    \b
    Examples:
      autograder check submissions/anna
      autograder check submissions/anna --only Adam,SGD
      autograder check "optimizers (1).py" --json verdicts.json
    """
    console = Console(stderr=True)
    chosen = find_assignment(assignment, filled=(path,))
    if not path.exists():
        raise NothingToGrade(f"{path}: there is no such file or folder")
    wanted = wanted_exercises(only, chosen)
    offer, tier = choose_isolation(isolation, console)
    with console.status("Starting the sandbox"):
        zygote = Zygote(tier, offer.bubblewrap, preload_for(chosen, wanted))
    with zygote, console.status("Asking the public checks"):
        entry, namer = read(Entry(path.stem, path)), PublicDiagnoser(chosen)
        result = grade(
            chosen, entry, zygote, seed=0, only=wanted, public_only=True, diagnoser=namer
        )
    Console().print(one_result(result, chosen.manifest))
    if json is not None:
        json.write_text(verdicts_of(result, chosen), encoding="utf-8")
    outcomes = [check.outcome for made in result.exercises for check in made.checks]
    if result.reason or any(outcome != "passed" for outcome in outcomes):
        raise typer.Exit(1)


def _mistake(diagnosis: Diagnosis | None) -> str:
    return diagnosis.name if diagnosis and diagnosis.kind == "mistake" else ""


def verdicts_of(result: Result, assignment: Assignment) -> str:
    """The public verdicts as ``check.py --json`` writes them."""
    about = assignment.manifest.assignment
    exercises = [
        {
            "name": made.name,
            "where": made.where,
            "notes": list(made.notes),
            "checks": [
                {
                    "name": check.name,
                    "title": check.title,
                    "passed": check.outcome == "passed",
                    "outcome": check.outcome,
                    "unwritten": check.unwritten,
                    "message": check.message,
                    "file": check.file,
                    "line": check.line,
                    "comparison": comparison_record(check.comparison),
                    "mistake": _mistake(check.diagnosis),
                }
                for check in made.checks
                if check.public
            ],
        }
        for made in result.exercises
    ]
    return document(about.name, about.version, list(result.notes), exercises)
