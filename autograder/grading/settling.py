"""Turn what the checks found into what counts: dropped checks, a person's marks, being late.

None of it runs anything, so each can change after grading, and a regrade keeps all of it.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Collection, Iterable
from typing import Literal

import msgspec

from autograder.assignment.manifest import Late as LatePolicy
from autograder.assignment.manifest import Manifest
from autograder.assignment.points import Scale, exact, total, total_decided
from autograder.assignment.wording import amount, points
from autograder.grading.marks import Mark
from autograder.grading.result_records import CheckResult, ExerciseResult, Late, Result, Status
from autograder.intake.people import Student

TimeKnown = Literal["yes", "no", "without a zone", "not asked"]

_DAY = datetime.timedelta(days=1)

_Latest = dict[tuple[str, str], Mark]


_UNMATCHED = (
    "nothing was handed in under this name, but there are hand-ins of which nobody knows whose "
    "they are"
)


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
    scale = manifest.scale
    exercises = tuple(
        _marked(_without(exercise, dropped, scale), latest, scale) for exercise in result.exercises
    )
    opened = total(exercise.open_points for exercise in exercises)
    status, uncapped = _total(result, exercises, manifest)
    reason = _UNMATCHED if status != result.status == "missing" else result.reason
    score = None if uncapped is None else min(uncapped, result.max_score)
    notes = result.notes
    whole = latest.get(("", "instead"))
    if whole is not None:
        status, opened = "graded", 0.0
        score = _within(scale.nearest(whole.points), result.max_score)
        notes = (*notes, _told(whole, result.max_score, scale))
    late = lateness(result.student, manifest)
    off = late.percent if late else 0.0
    return msgspec.structs.replace(
        result,
        status=status,
        reason=reason,
        score=score,
        exercises=exercises,
        open_points=opened,
        notes=notes,
        marks=tuple(latest.values()),
        late=late,
        uncapped_score=uncapped,
        final_score=None if score is None else scale.less(score, off),
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


def time_known(student: Student | None, manifest: Manifest) -> TimeKnown:
    """Whether it is known when somebody handed in, where being late costs something."""
    if (
        manifest.late is None
        or manifest.assignment.due is None
        or not manifest.late.percent_per_day
    ):
        return "not asked"
    if student is None:
        return "no"
    if student.days_late is not None or student.late is not None:
        return "yes"
    if student.submitted is None:
        return "no"
    return "yes" if student.submitted.tzinfo else "without a zone"


def _late(days: int, policy: LatePolicy | None) -> Late:
    if policy is None:
        return Late(days=days, percent=0.0)
    percent = min(float(exact(policy.percent_per_day) * days), policy.cap_percent)
    return Late(days=days, percent=percent)


def _without(exercise: ExerciseResult, dropped: Collection[str], scale: Scale) -> ExerciseResult:
    """The exercise without its dropped checks; those that stay share their points."""
    kept = [check for check in exercise.checks if check.name not in dropped]
    gone = len(exercise.checks) - len(kept)
    if not gone or not kept:
        return exercise
    pool = total(check.points for check in exercise.checks)
    parts = scale.split(pool, [_weight(check) for check in kept])
    checks = tuple(_worth(check, part, scale) for check, part in zip(kept, parts, strict=True))
    return msgspec.structs.replace(
        exercise,
        checks=checks,
        score=total_decided(check.score for check in checks),
        notes=(*exercise.notes, f"{_number(gone)} withdrawn and counts for nobody"),
    )


def _weight(check: CheckResult) -> float:
    return check.points if check.weight is None else check.weight


def _worth(check: CheckResult, points: float, scale: Scale) -> CheckResult:
    """The check when it is worth so many points."""
    if check.score is None:
        return msgspec.structs.replace(check, points=points)
    share = check.share
    if share is None:  # kept by a version that did not say
        share = check.score / check.points if check.points else float(check.outcome == "passed")
    return msgspec.structs.replace(check, points=points, score=scale.part(points, share))


def _marked(exercise: ExerciseResult, latest: _Latest, scale: Scale) -> ExerciseResult:
    """The exercise with the points that people gave for it."""
    score, opened, told = exercise.score, exercise.open_points, []
    instead = latest.get((exercise.name, "instead"))
    given = latest.get((exercise.name, "open"))
    added = latest.get((exercise.name, "added"))
    if instead is not None:
        score, opened = scale.nearest(instead.points), 0.0
        told = [_told(instead, exercise.max_score, scale)]
    elif score is not None:
        if given is not None:
            told.append(_told(given, opened, scale))
            score, opened = total([score, scale.nearest(given.points)]), 0.0
        if added is not None:
            told.append(_told(added, exercise.max_score, scale))
            score = total([score, scale.nearest(added.points)])
    return msgspec.structs.replace(
        exercise,
        score=None if score is None else _within(score, exercise.max_score),
        open_points=opened,
        notes=(*exercise.notes, *told),
    )


def _within(score: float, most: float) -> float:
    return min(max(score, 0.0), most)


def _told(mark: Mark, most: float, scale: Scale) -> str:
    reason = f": {mark.reason}" if mark.reason else ""
    counted = scale.nearest(mark.points)
    if mark.counts_as == "added":
        change = "added" if counted >= 0 else "took off"
        return f"a person {change} {points(abs(counted))}{reason}"
    return f"a person gave {amount(counted)} of {points(most)}{reason}"


def _total(
    result: Result, exercises: tuple[ExerciseResult, ...], manifest: Manifest
) -> tuple[Status, float | None]:
    """Status, and the sum of the exercises, now that each is settled."""
    if result.status == "missing":
        if manifest.assignment.missing == "blank":
            return result.status, None
        unmatched = result.student is not None and result.student.unmatched
        return ("needs_person", None) if unmatched else (result.status, 0.0)
    if result.status == "unreadable" or not exercises:
        return result.status, result.score
    uncapped = total_decided(exercise.score for exercise in exercises)
    return ("needs_person" if uncapped is None else "graded"), uncapped


def _number(gone: int) -> str:
    return "one check of this exercise was" if gone == 1 else f"{gone} checks of this exercise were"
