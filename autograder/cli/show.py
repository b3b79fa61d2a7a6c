"""``autograder show``: everything about one grade, for an appeal. For staff eyes."""

from __future__ import annotations

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

_FIRST, _LAST, _WIDE = 8, 4, 800


def show(
    results: ResultsArgument,
    student: Annotated[str, typer.Argument(help="Name, id or address, or part of one.")],
    full: Annotated[
        bool, typer.Option("--full", help="Leave nothing out of what was printed or came back.")
    ] = False,
    assignment: RunAssignmentOption = None,
) -> None:
    """Show everything about one grade: files and hashes, seed, each check with its values, log.

    Of long texts the middle is left out, unless [bold]--full[/] is given. It holds expected values
    and hidden inputs: for staff, not to be passed on.

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
        console.print(_facts(row, result))
        for exercise in result.exercises:
            _show_exercise(console, exercise, full)
        _show_log(console, result, full)
        _show_history(console, store, row)


def _facts(row: Row, result: Result) -> Table:
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
        add("earlier attempts", "\n".join(who.earlier))
    add("place", row.handed.place)
    add("files", "\n".join(f"{digest}  {path}" for path, digest in row.handed.files.items()))
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
    add("seed", str(result.seed))
    add("assignment", f"{result.version}, {result.assignment}")
    add("isolation", ", ".join(result.isolation))
    add("seconds", f"{result.seconds:g}")
    add("memory", f"{result.memory_mib:g} MiB beyond the start" if result.memory_mib else "")
    add("result key", row.key)
    add("notes", "\n".join(result.notes))
    return table


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


def _show_exercise(console: Console, exercise: ExerciseResult, full: bool) -> None:
    score = "?" if exercise.score is None else amount(exercise.score)
    console.print(
        Text(f"\n{exercise.name}", style="bold").append(
            f"  {score} of {amount(exercise.max_score)}"
        )
    )
    for note in exercise.notes:
        console.print(Padding(Text(f"note: {clean(note)}"), (0, 0, 0, 2)))
    for check in exercise.checks:
        _show_check(console, check, full)


def _show_check(console: Console, check: CheckResult, full: bool) -> None:
    mark, colour = ("✓", "blue") if check.outcome == "passed" else ("○", "yellow")
    score = "?" if check.score is None else amount(check.score)
    kind = "public" if check.public else "hidden"
    told = f"{mark} {check.name}: {check.outcome}, {score} of {amount(check.points)}, {kind}"
    console.print(Padding(Text(told, style=colour), (0, 0, 0, 2)))
    lines = {
        "asked whether": check.title,
        "student reads": check.message,
        "hint": check.hint,
        "explained by": check.diagnosis.name if check.diagnosis else "",
        "staff": check.staff,
        "asked": check.asked,
    }
    for label, text in lines.items():
        if text and (check.outcome != "passed" or label in ("asked whether", "explained by")):
            line = Text.assemble((f"{label}: ", "dim"), _excerpt(text, full))
            console.print(Padding(line, (0, 0, 0, 6)))


def _show_log(console: Console, result: Result, full: bool) -> None:
    if result.staff_log.strip():
        console.print(Text("\nPrinted", style="bold"))
        console.print(Padding(Text(_excerpt(result.staff_log, full)), (0, 0, 0, 2)))


def _excerpt(text: str, full: bool) -> str:
    """A text without its middle, where that is long; says how much is left out."""
    if full:
        return clean(text)
    lines = [_short(line) for line in clean(text).split("\n")]
    out = len(lines) - _FIRST - _LAST
    if out <= 1:
        return "\n".join(lines)
    told = f"… {counted(out, 'line')} left out; --full shows them"
    return "\n".join([*lines[:_FIRST], told, *lines[-_LAST:]])


def _short(line: str) -> str:
    out = len(line) - _WIDE
    return line if out <= 0 else f"{line[:_WIDE]}… {counted(out, 'character')} left out"


def _show_history(console: Console, store: Store, row: Row) -> None:
    before = store.before(row.person)
    if before:
        console.print(Text("\nGrades before", style="bold"))
        for until, result in before:
            score = "none" if result.counts is None else amount(result.counts)
            told = f"until {until}: {result.status}, {score}, assignment {result.assignment[:12]}"
            console.print(Padding(Text(told), (0, 0, 0, 2)))
