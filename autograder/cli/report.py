"""``autograder report``: the class report again, with or without names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.batch.published import published
from autograder.cli.command_options import UsageProblem
from autograder.cli.earlier_results import RunAssignmentOption, assignment_of, open_results
from autograder.cli.publishing import report_outlet
from autograder.cli.regrade import ResultsArgument
from autograder.publish.class_report import ANONYMOUS_FILE, FILE, is_anonymous, is_report


def report(
    results: ResultsArgument,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Grading ids instead of names.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help=f"File (default: RESULTS/{FILE}, without names RESULTS/{ANONYMOUS_FILE}).",
        ),
    ] = None,
    assignment: RunAssignmentOption = None,
) -> None:
    """Write the class report: scores, hard checks, misconceptions, shared answers, spot checks.

    A report without names is a file of its own, in which no command ever writes names.

    Exit code: 0 written; 2 usage, or the file is there and is no such report.

    \b
    Examples:
      autograder report results/ --anonymous
      autograder report results/ --anonymous -o class.html
    """
    target = output or results / (ANONYMOUS_FILE if anonymous else FILE)
    _refuse(target, results, anonymous)
    with open_results(results) as store:
        chosen = assignment_of(store, assignment)
        outlet = report_outlet(store, chosen.manifest, anonymous, target.name)
        for result in published(store, chosen.manifest):
            outlet.add(result)
        try:
            outlet.finish(target.parent)
        except OSError as error:
            raise UsageProblem(f"{target}: cannot be written: {error.strerror}") from None
    Console(stderr=True).print(f"Class report: {target}", highlight=False, soft_wrap=True)


def _refuse(target: Path, results: Path, anonymous: bool) -> None:
    """Refuse a file that holds something else, or that names could get into, or are not to."""
    if anonymous and target.resolve() == (results / FILE).resolve():
        raise UsageProblem(f"{target}: grading and marking write names into it; name another file")
    if not anonymous and target.name == ANONYMOUS_FILE:
        raise UsageProblem(f"{target}: is for the report without names; name another file")
    try:
        if not target.is_file():
            return
        ours, nameless = is_report(target), is_anonymous(target)
    except OSError as error:
        raise UsageProblem(f"{target}: cannot be read: {error.strerror}") from None
    if not ours:
        raise UsageProblem(f"{target}: is there, and is no class report; name another file")
    if nameless and not anonymous and target.resolve() != (results / FILE).resolve():
        raise UsageProblem(
            f"{target}: holds a report without names, which others may have been given; remove it "
            "first, or name another file"
        )
