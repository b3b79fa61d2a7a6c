"""``autograder report``: the class report again, with or without names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.batch.published import published
from autograder.cli.grade import AssignmentOption
from autograder.cli.opening import assignment_of, open_results
from autograder.cli.publishing import report_outlet
from autograder.cli.regrade import ResultsArgument
from autograder.cli.setting import UsageProblem
from autograder.publish.report import FILE


def report(
    results: ResultsArgument,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Grading ids instead of names.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File (default: RESULTS/report.html).")
    ] = None,
    assignment: AssignmentOption = None,
) -> None:
    """Write the class report: scores, hard checks, misconceptions, shared answers, spot checks.

    \b
    Examples:
      autograder report results/ --anonymous -o class.html
    """
    target = output or results / FILE
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
