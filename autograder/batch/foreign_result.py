"""Read a result of another machine as one reads a student's reply: nothing of it is trusted.

How each check ended is its to say. Who, what was asked, what it is worth and what it comes to are
known here, and a result that says otherwise is none.
"""

from __future__ import annotations

import msgspec

from autograder.assignment.load import Assignment
from autograder.assignment.manifest import Exercise
from autograder.batch.keys import Conditions
from autograder.grading.grade import exercise_result, most_points, shares
from autograder.grading.result_records import (
    CheckResult,
    Counterexample,
    ExerciseResult,
    Result,
    from_json,
    timeless,
)
from autograder.grading.safe_text import clean, cleaned
from autograder.grading.settling import settle
from autograder.intake.submissions import Bundle

# Outcomes that another run of the same may not have, since they depend on the machine.
_OF_THE_MACHINE = {"timeout", "memory", "died", "infrastructure"}


class NotAResult(Exception):
    """What came is no result of this submission under these conditions; says in what."""


def read_result(
    line: bytes, assignment: Assignment, conditions: Conditions, bundle: Bundle
) -> Result:
    """Read and check a result.

    Raises:
        NotAResult: it cannot be the result of grading this submission.
    """
    try:
        told = from_json(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotAResult(f"it is no result ({error})") from None
    chosen = [
        made
        for made in assignment.manifest.enabled_exercises
        if made.name in conditions.only or not conditions.only
    ]
    asked = chosen if told.exercises else []
    if [made.name for made in told.exercises] != [made.name for made in asked]:
        raise NotAResult("its exercises are not those that were asked")
    if bool(told.exercises) == (told.status == "unreadable") or (
        bundle.problem and told.status == "graded"
    ):
        raise NotAResult(f"it is {told.status}, which does not fit what it holds")
    expected = msgspec.structs.replace(
        told,
        submission=bundle.name,
        score=None,
        max_score=most_points(assignment, chosen),
        seed=conditions.seed,
        assignment=conditions.assignment,
        version=assignment.manifest.assignment.version,
        log=clean(told.log),
        staff_log=clean(told.staff_log),
        reason=clean(told.reason),
        notes=tuple(map(clean, told.notes)),
        exercises=tuple(
            _expected(assignment, exercise, made, conditions.public_only)
            for exercise, made in zip(asked, told.exercises, strict=True)
        ),
        student=None,
    )
    if timeless(settle(expected, assignment.manifest)) != timeless(told):
        raise NotAResult("what it says of this submission is not what it comes to")
    return told


def differs(one: Result, other: Result) -> list[str]:
    """The checks that two machines judge differently, as far as no machine's speed decides."""
    others = {check.name: check for made in other.exercises for check in made.checks}
    return [
        check.name
        for made in one.exercises
        for check in made.checks
        if (again := others.get(check.name)) is not None
        and (check.outcome, check.score) != (again.outcome, again.score)
        and not {check.outcome, again.outcome} & _OF_THE_MACHINE
    ]


def _expected(
    assignment: Assignment, exercise: Exercise, told: ExerciseResult, public_only: bool
) -> ExerciseResult:
    """The exercise with what is known here, where it has to agree."""
    worth = shares(assignment, exercise)
    asked = [one for one in assignment.checks_of(exercise) if one.public or not public_only]
    if [one.name for one in told.checks] != [one.name for one in asked]:
        raise NotAResult(f"the checks of {exercise.name} are not those that were asked")
    checks = []
    for check, made in zip(asked, told.checks, strict=True):
        lost = made.outcome == "infrastructure"
        share = None if lost else _share(made, assignment)
        checks.append(
            msgspec.structs.replace(
                made,
                title=check.title,
                public=check.public,
                points=worth[check.name],
                score=None
                if share is None
                else assignment.manifest.scale.part(worth[check.name], share),
                message=clean(made.message),
                comparison=cleaned(made.comparison) if check.public and made.comparison else None,
                counterexample=_shown(made.counterexample) if check.showable else None,
                staff=clean(made.staff),
                weight=check.weight,
                share=share,
            )
        )
    known = exercise_result(assignment, exercise, checks, handed_in=told.open_points > 0)
    return msgspec.structs.replace(
        known, where=clean(told.where), notes=tuple(map(clean, told.notes))
    )


def _shown(made: Counterexample | None) -> Counterexample | None:
    return made and Counterexample(
        asked=clean(made.asked),
        message=clean(made.message),
        comparison=cleaned(made.comparison) if made.comparison else None,
    )


def _share(made: CheckResult, assignment: Assignment) -> float:
    """A failed check keeps a share only where a named mistake may cost but a part of the points."""
    share = made.share
    capped = assignment.manifest.assignment.mistake_cap_percent < 100
    named = made.diagnosis is not None and made.diagnosis.kind == "mistake"
    earns = made.outcome == "passed" or (capped and named)
    if share is None or not 0 <= share <= 1 or (share > 0 and not earns):
        raise NotAResult(f"{made.name}: {made.outcome} earns no share of {share}")
    return share
