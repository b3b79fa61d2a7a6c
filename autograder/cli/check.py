"""``autograder check``: look at one submission, with the public checks or as it is graded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.assignment.load import Assignment
from autograder.cli.command_options import choose_isolation, find_assignment, wanted_exercises
from autograder.cli.grade import AssignmentOption, IsolationOption
from autograder.grading.counterexamples import Counterexamples
from autograder.grading.diagnosis import Diagnoser
from autograder.grading.grade import grade
from autograder.grading.preload import preload_for
from autograder.grading.public_diagnosis import PublicDiagnoser
from autograder.grading.result_records import Diagnosis, Result
from autograder.grading.seeds import fresh_seed
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
    as_grader: Annotated[
        bool,
        typer.Option(
            "--as-grader", help="Ask the hidden checks, too, and look for counterexamples (staff)."
        ),
    ] = False,
    json: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Write every verdict to this file."),
    ] = None,
) -> None:
    """Look at one submission with the public checks, in the sandbox, as the student sees it.

    With --as-grader also the hidden ones, with inputs drawn anew; nothing is kept.

    Exit code: 0 all checks that were asked passed, 1 some did not, 2 usage or set-up.

    \b
    Examples:
      autograder check submissions/anna
      autograder check submissions/anna --only Adam,SGD
      autograder check submissions/anna --as-grader
      autograder check "optimizers (1).py" --json verdicts.json
    """
    console = Console(stderr=True)
    chosen = find_assignment(assignment, filled=(path,))
    if not path.exists():
        raise NothingToGrade(f"{path}: there is no such file or folder")
    wanted = wanted_exercises(only, chosen)
    tier = choose_isolation(isolation, console)
    with console.status("Starting the sandbox"):
        zygote = Zygote(tier, preload_for(chosen, wanted))
    seed = fresh_seed() if as_grader else 0
    with zygote, console.status(f"Asking {'all' if as_grader else 'the public'} checks"):
        result = grade(
            chosen,
            read(Entry(path.stem, path)),
            zygote,
            seed=seed,
            only=wanted,
            public_only=not as_grader,
            diagnoser=Diagnoser(chosen, zygote, seed) if as_grader else PublicDiagnoser(chosen),
            counterexamples=Counterexamples(chosen, zygote) if as_grader else None,
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
