"""Turn what the checks found into what counts: dropped checks, a person's marks, being late.

None of it runs anything, so each can change after grading, and a regrade keeps all of it.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Collection, Iterable

import msgspec

from autograder.assignment.manifest import Late as LatePolicy
from autograder.assignment.manifest import Manifest
from autograder.grading.marks import Mark
from autograder.grading.records import CheckResult, ExerciseResult, Late, Result, Status
from autograder.intake.people import Student

_DAY = datetime.timedelta(days=1)

_Latest = dict[tuple[str, str], Mark]


def settle(
    result: Result,
    manifest: Manifest,
    marks: Iterable[Mark] = (),
    dropped: Collection[str] = (),
) -> Result:
    """What a result comes to.

    Args:
        result: as graded, with its student if there is one.
        manifest: of the assignment.
        marks: of this submission, in the order in which they were given.
        dropped: names of checks that count for nobody.

    Returns:
        The result with scores, open points, `marks`, `late` and `final_score` filled in.
    """
    latest: _Latest = {(mark.exercise, mark.counts_as): mark for mark in marks}
    exercises = tuple(_marked(_without(exercise, dropped), latest) for exercise in result.exercises)
    status, score = _total(result, exercises)
    whole = latest.get(("", "instead"))
    if whole is not None:
        status, score = "graded", whole.points
    if score is not None:
        score = round(min(max(score, 0.0), result.max_score), 4)
    late = lateness(result.student, manifest)
    off = late.percent / 100 if late else 0.0
    used = tuple(latest.values())
    return msgspec.structs.replace(
        result,
        status=status,
        score=score,
        exercises=exercises,
        open_points=round(sum(exercise.open_points for exercise in exercises), 4),
        notes=(*result.notes, *([_told(whole, result.max_score)] if whole else [])),
        marks=used,
        late=late,
        final_score=None if score is None else round(score * (1 - off), 4),
    )


def lateness(student: Student | None, manifest: Manifest) -> Late | None:
    """How late somebody handed in, and what that costs; None for in time, or when it is unknown."""
    if student is None:
        return None
    due, policy = manifest.assignment.due, manifest.late
    if student.days_late is not None:
        return _late(student.days_late, policy) if student.days_late else None
    if student.submitted is None or due is None:
        return Late(days=None, percent=0.0) if student.late else None
    grace = datetime.timedelta(minutes=policy.grace_minutes if policy else 0)
    submitted = student.submitted
    if submitted.tzinfo is None:
        submitted = submitted.replace(tzinfo=due.tzinfo)
    over = submitted - due - grace
    if over <= datetime.timedelta(0):
        return None
    return _late(math.ceil(over / _DAY), policy)


def _late(days: int, policy: LatePolicy | None) -> Late:
    percent = min(policy.percent_per_day * days, policy.cap_percent) if policy else 0.0
    return Late(days=days, percent=percent)


def _without(exercise: ExerciseResult, dropped: Collection[str]) -> ExerciseResult:
    """The exercise without its dropped checks; those that stay share their points."""
    kept = [check for check in exercise.checks if check.name not in dropped]
    gone = len(exercise.checks) - len(kept)
    worth = sum(check.points for check in kept)
    if not gone or worth <= 0:
        return exercise
    factor = sum(check.points for check in exercise.checks) / worth
    checks = tuple(_scaled(check, factor) for check in kept)
    return msgspec.structs.replace(
        exercise,
        checks=checks,
        score=_sum(check.score for check in checks),
        notes=(*exercise.notes, f"{_number(gone)} withdrawn and counts for nobody"),
    )


def _scaled(check: CheckResult, factor: float) -> CheckResult:
    score = None if check.score is None else check.score * factor
    return msgspec.structs.replace(check, points=check.points * factor, score=score)


def _marked(exercise: ExerciseResult, latest: _Latest) -> ExerciseResult:
    """The exercise with the points that people gave for it."""
    score, opened, notes = exercise.score, exercise.open_points, list(exercise.notes)
    most = exercise.max_score
    instead = latest.get((exercise.name, "instead"))
    if instead is not None:
        score, opened = instead.points, 0.0
        notes.append(_told(instead, most))
    given = latest.get((exercise.name, "open"))
    if given is not None and instead is None and score is not None:
        notes.append(_told(given, opened))
        score, opened = score + given.points, 0.0
    added = latest.get((exercise.name, "added"))
    if added is not None and score is not None:
        score += added.points
        notes.append(_told(added, most))
    if score is not None:
        score = round(min(max(score, 0.0), max(most, 0.0)), 4)
    return msgspec.structs.replace(exercise, score=score, open_points=opened, notes=tuple(notes))


def _told(mark: Mark, most: float) -> str:
    reason = f": {mark.reason}" if mark.reason else ""
    if mark.counts_as == "added":
        change = "added" if mark.points >= 0 else "took off"
        return f"a person {change} {_points(abs(mark.points))}{reason}"
    return f"a person gave {mark.points:g} of {_points(most)}{reason}"


def _points(number: float) -> str:
    return f"{number:g} {'point' if number == 1 else 'points'}"


def _total(result: Result, exercises: tuple[ExerciseResult, ...]) -> tuple[Status, float | None]:
    """Status and score now that each exercise's are settled."""
    if result.status == "unreadable" or not exercises:
        return result.status, result.score
    total = _sum(exercise.score for exercise in exercises)
    if total is None:
        return "needs_person", None
    return "graded", min(total, result.max_score)


def _sum(scores: Iterable[float | None]) -> float | None:
    total = 0.0
    for score in scores:
        if score is None:
            return None
        total += score
    return round(total, 4)


def _number(gone: int) -> str:
    return "one check of this exercise was" if gone == 1 else f"{gone} checks of this exercise were"
