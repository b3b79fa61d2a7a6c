"""``autograder drop``: a check that proves bad counts for nobody."""

from __future__ import annotations

import datetime
import difflib
import getpass
from typing import Annotated

import typer
from rich.console import Console

from autograder.assignment.load import Assignment
from autograder.batch.grade_changes import moves_without
from autograder.cli.command_options import UsageProblem
from autograder.cli.earlier_results import (
    RunAssignmentOption,
    assignment_of,
    open_results,
    show_moves,
)
from autograder.cli.publishing import publish, show_summary
from autograder.cli.regrade import AcceptOption, ResultsArgument
from autograder.grading.marks import Dropped


def drop(
    results: ResultsArgument,
    check: Annotated[str, typer.Argument(help="Name of the check, as results.jsonl has it.")],
    reason: Annotated[str, typer.Option(help="Why; kept with the results.")] = "",
    author: Annotated[str, typer.Option(help="Who decides (default: you).")] = "",
    restore: Annotated[bool, typer.Option("--restore", help="Let it count again.")] = False,
    assignment: RunAssignmentOption = None,
    accept: AcceptOption = False,
) -> None:
    """Let a check count for nobody: the other checks of its exercise share its points.

    First it shows who moves; [bold]--accept[/] keeps it. Nothing runs again.

    Exit code: 0 nobody moves, or accepted; 1 somebody would move; 2 usage.

    \b
    Examples:
      autograder drop results/ adam_two_steps --reason "asks for float32"
      autograder drop results/ adam_two_steps --accept --reason "asks for float32"
      autograder drop results/ adam_two_steps --restore --accept
    """
    console = Console(stderr=True)
    with open_results(results) as store:
        chosen = assignment_of(store, assignment)
        dropped = {made.check for made in store.dropped()}
        if restore and check not in dropped:
            raise UsageProblem(f"{check} is not dropped; these are: {', '.join(dropped) or 'none'}")
        if not restore:
            _refuse(chosen, check, dropped)
        found = list(moves_without(store, chosen.manifest, check, restore))
        if found:
            show_moves(Console(), found, store.count())
        else:
            console.print("Nobody moves.")
        if accept:
            if restore:
                store.restore(check)
            else:
                day = datetime.date.today()
                who = author or getpass.getuser()
                store.drop(Dropped(check=check, author=who, reason=reason, date=day))
            show_summary(console, store, chosen.manifest, publish(store, chosen.manifest, results))
        elif found:
            console.print("Nothing is published. To keep it, add --accept.")
            raise typer.Exit(1)


def _meant(assignment: Assignment, name: str) -> str:
    """The checks of an exercise that was named, those with a name like it, or how to find them."""
    of_exercise = [made.name for made in assignment.checks if made.exercise == name]
    if of_exercise:
        return f"{name} is an exercise, with the checks {', '.join(of_exercise)}"
    names = [made.name for made in assignment.checks]
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    if close:
        return f"did you mean {' or '.join(close)}?"
    exercises = dict.fromkeys(made.exercise for made in assignment.checks)
    return f"name an exercise to see its checks: {', '.join(exercises)}"


def _refuse(assignment: Assignment, check: str, dropped: set[str]) -> None:
    """Refuse a check that is not there, or the last one that gives an exercise its points."""
    known = {made.name: made for made in assignment.checks}
    if check not in known:
        raise UsageProblem(f"no check {check!r}; {_meant(assignment, check)}")
    exercise = known[check].exercise
    left = [
        made.name
        for made in assignment.checks
        if made.exercise == exercise and made.name not in dropped | {check}
    ]
    if not left:
        raise UsageProblem(
            f"{check} is the only check of {exercise} that counts; switch the exercise off "
            "instead (enabled = false in assignment.toml) and run autograder regrade"
        )
