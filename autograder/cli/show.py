"""``autograder show``: everything about one grade, for an appeal. For staff eyes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.assignment.wording import amount, counted, points
from autograder.batch.published import Settling
from autograder.batch.store import Row, Store
from autograder.cli.earlier_results import (
    RunAssignmentOption,
    assignment_of,
    find_row,
    open_results,
)
from autograder.cli.regrade import ResultsArgument
from autograder.grading.result_records import CheckResult, ExerciseResult, Result
from autograder.grading.safe_text import clean, shown_name
from autograder.publish.safe_names import grading_id

_NAMED, _LOST = 6, 12


def show(
    results: ResultsArgument,
    student: Annotated[str, typer.Argument(help="Name, id or address, or part of one.")],
    full: Annotated[
        bool, typer.Option("--full", help="Each check with its values, hashes of files, the log.")
    ] = False,
    assignment: RunAssignmentOption = None,
) -> None:
    """Show one grade on a screen: who, what it is worth, and where points were lost.

    With [bold]--full[/] everything: files and hashes, seed, each check with its values, the log.
    That holds expected values and hidden inputs: for staff, not to be passed on.

    \b
    Examples:
      autograder show results/ "Ada Lovelace"
      autograder show results/ 1001 --full
    """
    console = Console()
    with open_results(results) as store:
        chosen = assignment_of(store, assignment)
        row = find_row(store.rows(), student)
        result = Settling(store, chosen.manifest).settled(row)
        console.print(_facts(row, result, full))
        if full:
            for exercise in result.exercises:
                _show_exercise(console, exercise)
            _show_log(console, result)
        else:
            _show_losses(console, result)
        _show_history(console, store, row, full)


def _facts(row: Row, result: Result, full: bool) -> Table:
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")

    def add(label: str, text: str) -> None:
        if text:
            table.add_row(label, Text(clean(text)))

    add("submission", shown_name(row.submission))
    who = row.handed.student
    if who is not None:
        add("person", ", ".join(part for part in (who.name, who.sid, who.email) if part))
        add("platform", f"{who.platform} {who.id}".strip())
        add("group", who.group)
        add("handed in", str(who.submitted or ""))
        add("earlier attempts", _some(who.earlier, full, "\n"))
    add("place", row.handed.place)
    named = [f"{digest}  {path}" if full else path for path, digest in row.handed.files.items()]
    add("files", _some(named, full, "\n" if full else ", "))
    add("status", f"{result.status} {result.reason}".strip())
    add("score", _score(result))
    if result.late is not None:
        days = "unknown days" if result.late.days is None else counted(result.late.days, "day")
        add("late", f"{days}, {amount(result.late.percent)} % off")
    for mark in result.marks:
        where = mark.exercise or "the whole"
        told = f"{points(mark.points)} {mark.counts_as}, {mark.author}, {mark.date}: {mark.reason}"
        add("mark", f"{where}: {told}")
    add("grading id", grading_id(result))
    if full:
        add("seed", str(result.seed))
        add("assignment", f"{result.version}, {result.assignment}")
        add("isolation", ", ".join(result.isolation))
        add("seconds", f"{result.seconds:g}")
        add("memory", f"{result.memory_mib:g} MiB beyond the start" if result.memory_mib else "")
        add("result key", row.key)
    add("notes", _some(result.notes, full, "\n"))
    return table


def _some(lines: Sequence[str], full: bool, between: str) -> str:
    """The lines, of many the first ones alone."""
    kept = list(lines) if full else list(lines[:_NAMED])
    more = len(lines) - len(kept)
    return between.join([*kept, *([f"and {more} more"] if more else [])])


def _show_losses(console: Console, result: Result) -> None:
    """A line for each exercise that lost points, and how many lost none."""
    lost = [made for made in result.exercises if made.score is None or _failed(made)]
    if lost:
        table = Table(show_header=False, box=None, pad_edge=False, expand=True, title="\nLost")
        table.title_justify = "left"
        table.add_column(style="bold", no_wrap=True)
        table.add_column(justify="right", no_wrap=True)
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        for made in lost[:_LOST]:
            score = "?" if made.score is None else amount(made.score)
            table.add_row(made.name, f"{score} of {amount(made.max_score)}", Text(_reason(made)))
        console.print(table)
    told = [f"and {len(lost) - _LOST} more"] if len(lost) > _LOST else []
    if full_marks := len(result.exercises) - len(lost):
        told.append(f"{counted(full_marks, 'exercise')} with nothing lost")
    if told:
        console.print("; ".join(told), highlight=False)
    console.print("Everything, with values and the log: --full", style="dim")


def _failed(made: ExerciseResult) -> list[CheckResult]:
    return [check for check in made.checks if check.outcome != "passed"]


def _reason(made: ExerciseResult) -> str:
    """What the first check that did not pass says, in one line."""
    first = next(iter(_failed(made)), None)
    if first is None:
        return ""
    told = first.diagnosis.name if first.diagnosis else first.message or first.outcome
    return " ".join(clean(f"{first.name}: {told}").split())


def _score(result: Result) -> str:
    if result.score is None or result.counts is None:
        return "none"
    told = f"{amount(result.counts)} of {amount(result.max_score)}"
    if result.open_points:
        told += f", {amount(result.open_points)} open"
    if result.counts != result.score:
        told += f"; {amount(result.score)} before lateness"
    if result.uncapped_score is not None and result.uncapped_score > result.max_score:
        told += f"; the exercises come to {amount(result.uncapped_score)}"
    return told


def _show_exercise(console: Console, exercise: ExerciseResult) -> None:
    score = "?" if exercise.score is None else amount(exercise.score)
    console.print(
        Text(f"\n{exercise.name}", style="bold").append(
            f"  {score} of {amount(exercise.max_score)}"
        )
    )
    if exercise.where:
        console.print(Padding(Text(f"what counts: {clean(exercise.where)}"), (0, 0, 0, 2)))
    for note in exercise.notes:
        console.print(Padding(Text(f"note: {clean(note)}"), (0, 0, 0, 2)))
    for check in exercise.checks:
        _show_check(console, check)


def _show_check(console: Console, check: CheckResult) -> None:
    mark, colour = ("✓", "blue") if check.outcome == "passed" else ("○", "yellow")
    score = "?" if check.score is None else amount(check.score)
    kind = "public" if check.public else "hidden"
    told = f"{mark} {check.name}: {check.outcome}, {score} of {amount(check.points)}, {kind}"
    console.print(Padding(Text(told, style=colour), (0, 0, 0, 2)))
    lines = {
        "asked whether": check.title,
        "student reads": check.message,
        "example shown": check.counterexample.asked if check.counterexample else "",
        "and what came back": check.counterexample.message if check.counterexample else "",
        "hint": check.hint,
        "explained by": check.diagnosis.name if check.diagnosis else "",
        "staff": check.staff,
        "asked": check.asked,
    }
    for label, text in lines.items():
        if text and (check.outcome != "passed" or label in ("asked whether", "explained by")):
            line = Text.assemble((f"{label}: ", "dim"), clean(text))
            console.print(Padding(line, (0, 0, 0, 6)))


def _show_log(console: Console, result: Result) -> None:
    if result.staff_log.strip():
        console.print(Text("\nPrinted", style="bold"))
        console.print(Padding(Text(clean(result.staff_log)), (0, 0, 0, 2)))


def _show_history(console: Console, store: Store, row: Row, full: bool) -> None:
    before = store.before(row.person)
    if before:
        console.print(Text("\nGrades before", style="bold"))
        for until, result in before if full else before[-_NAMED:]:
            score = "none" if result.counts is None else amount(result.counts)
            told = f"until {until}: {result.status}, {score}, assignment {result.assignment[:12]}"
            console.print(Padding(Text(told), (0, 0, 0, 2)))
