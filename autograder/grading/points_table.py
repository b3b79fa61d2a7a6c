"""Add up what single checks gave, as a table in plain text for a pytest run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from autograder.assignment.load import Assignment
from autograder.assignment.points import total_decided
from autograder.assignment.wording import amount, points
from autograder.grading.grade import exercise_result, most_points
from autograder.grading.result_records import CheckResult, ExerciseResult


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one check gave.

    Attributes:
        folder: of the assignment.
        exercise: name of the exercise.
        handed_in: whether the exercise's file is there, for a person to mark.
        result: how the check ended.
    """

    folder: str
    exercise: str
    handed_in: bool
    result: CheckResult

    def plain(self) -> Any:
        """As values that any test runner can pass on between its processes."""
        return msgspec.to_builtins(self)

    @classmethod
    def of(cls, plain: Any) -> Answer:
        """The answer that `plain` made."""
        return msgspec.convert(plain, cls)


def message(answer: Answer) -> str:
    """Why a check did not pass, in full: for staff."""
    result = answer.result
    kind = "public" if result.public else "hidden"
    lines = [
        f"{answer.exercise}: {result.title} ({kind}, {points(result.points)}): {result.outcome}",
        *result.staff.splitlines(),
    ]
    if result.asked:
        lines.append(f"asked: {result.asked}")
    if result.hint:
        lines.append(f"hint: {result.hint}")
    return "\n".join(lines)


def table(assignment: Assignment, answers: Sequence[Answer]) -> Iterator[str]:
    """Points of each exercise and in total, as `grade` gives them for the same seed.

    Args:
        assignment: whose checks were asked.
        answers: of the checks that were asked, in any order.
    """
    rows = [("exercise", "checks passed", "points", "")]
    found: list[ExerciseResult] = []
    partial = False
    asked = {answer.exercise for answer in answers}
    chosen = [made for made in assignment.manifest.enabled_exercises if made.name in asked]
    for exercise in chosen:
        own = [answer for answer in answers if answer.exercise == exercise.name]
        results = [answer.result for answer in own]
        made = exercise_result(assignment, exercise, results, own[0].handed_in)
        passed = sum(result.outcome == "passed" for result in results)
        left = len(assignment.checks_of(exercise)) - len(results)
        partial = partial or left > 0
        remarks = [f"{left} not asked"] if left else []
        if made.open_points:
            remarks.append(f"{amount(made.open_points)} more are a person's to give")
        score = _shown(made.score, made.max_score)
        rows.append((made.name, f"{passed} of {len(results)}", score, "; ".join(remarks)))
        found.append(made)
    maximum = most_points(assignment, chosen)
    earned = total_decided(made.score for made in found)
    rows.append(
        ("total", "", _shown(None if earned is None else min(earned, maximum), maximum), "")
    )
    yield from _aligned(rows)
    if partial or len(chosen) < len(assignment.manifest.enabled_exercises):
        yield "Not every check was asked: these are no grades of the whole assignment."


def _shown(score: float | None, maximum: float) -> str:
    return f"{'needs a person' if score is None else amount(score)} of {amount(maximum)}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
