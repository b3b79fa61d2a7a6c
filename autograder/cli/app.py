"""Put the commands together, and turn every expected failure into one clear line."""

from __future__ import annotations

import sys

import typer
from rich.console import Console

import autograder
from autograder.assignment.problems import ManifestError
from autograder.batch.cluster import ClusterError
from autograder.batch.mark_table import BadMark
from autograder.batch.problems import StoreError
from autograder.bringing.problems import BringError
from autograder.cli import (
    build,
    check,
    demo,
    doctor,
    drop,
    grade,
    import_otter,
    mark,
    pack,
    prove,
    regrade,
    report,
    show,
)
from autograder.cli.setting import UsageProblem
from autograder.handout.markers import RegionError
from autograder.intake.submissions import NothingToGrade
from autograder.intake.tables import UnreadableTable
from autograder.publish.results import PublishError
from autograder.sandbox.zygote import ZygoteError

app = typer.Typer(
    name="autograder",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Grade deep-learning labs from one reference solution, fairly and behind one boundary.",
    epilog="Start with: autograder demo",
)
app.command("build")(build.build)
app.command("grade")(grade.grade)
app.command("check")(check.check)
app.command("demo")(demo.demo)
app.command("prove")(prove.prove)
app.command("pack")(pack.pack)
app.command("import-otter")(import_otter.import_otter)
app.command("regrade")(regrade.regrade)
app.command("mark")(mark.mark)
app.command("drop")(drop.drop)
app.command("show")(show.show)
app.command("report")(report.report)
app.command("doctor")(doctor.doctor)


_EXPECTED = (
    *(UsageProblem, ManifestError, RegionError, NothingToGrade, UnreadableTable, BadMark),
    *(PublishError, StoreError, ClusterError, ZygoteError, BringError),
)


@app.callback(invoke_without_command=True)
def _version(
    version: bool = typer.Option(False, "--version", help="Say the version and stop."),
) -> None:
    if version:
        print(f"autograder {autograder.__version__}")
        raise typer.Exit


def main() -> None:
    """Run a command; an expected failure ends with exit code 2 and says what to do."""
    try:
        app()
    except _EXPECTED as problem:
        Console(stderr=True, soft_wrap=True).print(
            f"autograder: {problem}", style="red", markup=False, highlight=False
        )
        sys.exit(2)
    except KeyboardInterrupt:
        Console(stderr=True).print("autograder: stopped", markup=False)
        sys.exit(130)
