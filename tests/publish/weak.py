"""A weak student of the lab: half of it unwritten, the rest wrong in many ways, as one result."""

from __future__ import annotations

import msgspec
import numpy as np

from autograder.assignment.load import Assignment
from autograder.grading.grade import exercise_result, shares
from autograder.grading.result_records import CheckResult, Counterexample, Diagnosis, Result
from autograder.grading.settling import settle
from autograder.grading.verdict_worth import check_result
from autograder.kit import Check, Submission, Verdict
from autograder.kit.comparison import Sides, compare

_LONG = "adam.step({'w': [[0.67, -1.8, 1.5], [-0.9, 0.8, -1]]}, {'w': [[0, 1.5, 1], [1, 2, 3]]})"


def weak(assignment: Assignment) -> Result:
    """Every third exercise right, every third unwritten (all bonus), every third wrong."""
    silent = Submission(lambda *question: None)
    made = []
    for place, exercise in enumerate(assignment.manifest.enabled_exercises):
        worth = shares(assignment, exercise)
        checks = [
            _result(assignment, check, worth[check.name], silent, place, exercise.tier == "bonus")
            for check in assignment.checks_of(exercise)
        ]
        made.append(exercise_result(assignment, exercise, checks, handed_in=True))
    result = Result(
        submission="Will Ter",
        status="graded",
        score=None,
        max_score=assignment.manifest.max_score,
        seconds=1.0,
        seed=7,
        assignment=assignment.digest,
        version="1",
        isolation=(),
        log="",
        exercises=tuple(made),
    )
    return settle(result, assignment.manifest)


def _result(
    assignment: Assignment, check: Check, worth: float, sub: Submission, place: int, bonus: bool
) -> CheckResult:
    if place % 3 == 0 and not bonus:
        return check_result(assignment, check, worth, Verdict("passed", "", "", sub))
    if place % 3 == 1 or bonus:
        verdict = Verdict("raised", "", "this part is not written yet (NotImplementedError)", sub)
        verdict.unwritten = True
        return check_result(assignment, check, worth, verdict)
    found, wanted = np.arange(4.0) + place, np.arange(4.0) * 2
    if check.public:
        compared = compare(Sides("the parameters", found, wanted))
        verdict = Verdict("failed", "the values are off", "", sub, comparison=compared)
        return check_result(assignment, check, worth, verdict)
    named = Diagnosis(kind="mistake", name=f"Mistake {place}", explanation="It starts at 0. " * 9)
    explained = (named, check.hint) if check.weight > 1 else None
    hidden = "the parameters, entry 'w': the values are off (shape (4,) is as expected)"
    result = check_result(assignment, check, worth, Verdict("failed", "", hidden, sub), explained)
    example = Counterexample(
        asked="\n".join(["adam = Adam(learning_rate=0.1)", *[_LONG] * 3]),
        message="the parameters: the values are off",
        comparison=compare(Sides("the parameters", found, wanted)),
    )
    return msgspec.structs.replace(result, counterexample=example, showable_tried=1)
