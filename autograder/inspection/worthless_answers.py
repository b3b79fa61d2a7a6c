"""Find checks that judge nothing: they pass whatever comes back.

Each check is put to answers that nobody would give points for, in this process: nothing of a
submission runs, the answers are made up here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.assignment.load import Assignment
from autograder.assignment.manifest import Exercise
from autograder.grading.check_clock import Overrun
from autograder.grading.sandboxed import judging
from autograder.grading.seeds import check_generator
from autograder.kit import Check, StudentError, Submission, run_check
from autograder.kit.plain import Ref

_SEED = 20_260_101
_MOST_FOR_AN_ARGUMENT = 0.75

Answer = Callable[[list[Any], dict[str, Any]], Any]


def _raises(*bases: str) -> Answer:
    def answer(args: list[Any], kwargs: dict[str, Any]) -> Any:
        raise StudentError([*bases, "Exception", "BaseException"], "nothing works")

    return answer


def _returns(value: Any) -> Answer:
    return lambda args, kwargs: value


def _argument(args: list[Any], kwargs: dict[str, Any]) -> Any:
    return next(iter([*args, *kwargs.values()]), None)


# A check judges nothing if it lets all answers of one row pass. The values are none that a right
# answer happens to have; a check of a sign or a bound alone does fail one of the numbers.
WORTHLESS: Mapping[str, Sequence[Answer]] = {
    "is not written": [_raises("NotImplementedError", "RuntimeError")],
    "raises some exception": [_raises("SomeError")],
    "returns None": [_returns(None)],
    "returns any number": [*map(_returns, (0.8317, -8.317e16, 8.317e16))],
    "returns any text": [_returns("no answer")],
    "returns any array": [_returns(np.array([0.8317, -3.5])), _returns(np.full((7, 1, 3), 83))],
    "returns any list": [_returns([8317])],
    "returns any dict": [_returns({"no answer": 8317})],
}


def passed_by(assignment: Assignment, check: Check) -> list[str]:
    """The worthless answers that a check lets pass, such as ``returns None``."""
    return [
        told
        for told, answers in WORTHLESS.items()
        if all(_passes(assignment, check, answer) for answer in answers)
    ]


def earned_by_the_argument(assignment: Assignment, made: Exercise) -> list[Check]:
    """The checks that pass an answer which returns its argument, if that gets most of the points.

    One such check may be right: clipping returns what needs no clipping as it is.
    """
    checks = assignment.checks_of(made)
    passed = [check for check in checks if _passes(assignment, check, _argument)]
    share = sum(check.weight for check in passed) / (sum(check.weight for check in checks) or 1)
    return passed if share >= _MOST_FOR_AN_ARGUMENT else []


def _passes(assignment: Assignment, check: Check, answer: Answer) -> bool:
    sub = Submission(_Worthless(assignment.classes, answer).ask)
    fixtures = {"rng": check_generator(_SEED, check.name), "ref": assignment.reference}
    try:
        with judging(assignment, check):
            return run_check(check, sub, fixtures).passed
    except Overrun:
        return False


class _Worthless:
    """Answers every question alike; objects of classes can be made, for their methods are asked."""

    def __init__(self, classes: frozenset[str], answer: Answer) -> None:
        self._classes = classes
        self._answer = answer
        self._held = 0

    def ask(
        self, operation: str, ref: Ref | None, name: str, args: list[Any], kwargs: dict[str, Any]
    ) -> Any:
        """Answer one question of a check."""
        if operation == "hold" or (operation == "call" and name in self._classes):
            self._held += 1
            return Ref(self._held, name or "object")
        if operation == "set":
            return None
        return self._answer(args, kwargs)
