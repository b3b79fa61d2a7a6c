"""Whatever a worker answers, its submission alone pays: never the grader, and never a person."""

from __future__ import annotations

import random
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.assignment.load import Assignment, load_assignment
from autograder.grading.seeds import check_generator
from autograder.kit import Check, Problem, Submission, Verdict, run_check
from autograder.kit.plain import Ref
from autograder.kit.problems import Interrupted, Mismatch
from autograder.kit.responder import Responder
from autograder.sandbox.replies import fits

ROOT = Path(__file__).parent.parent.parent
KINDS = [
    *(None, True, False, 0, 3, -1, 2**62, 2.5, float("nan"), float("inf"), "", "x", b"", b"ab"),
    *(
        [],
        [1, 2],
        [[1], [2, 3]],
        [None],
        {},
        {"a": 1},
        {"a": []},
        {1: 2},
        Ref(0, "X"),
        Ref(99, "Y"),
    ),
    *(np.zeros(3), np.zeros((2, 2)), np.array(5.0), np.zeros((0,)), np.array([True, False])),
    *(np.array([1 + 2j]), np.array([np.nan] * 3)),
]


def damaged(value: Any, draw: random.Random) -> Any:
    """Another value, of another kind or of the same with another content."""
    if draw.random() < 0.3 or not has_parts(value):
        return draw.choice(KINDS)
    if isinstance(value, np.ndarray):
        ways = [value.reshape(-1)[:-1], value[None], value.astype("c16"), value.astype("f2")]
        return draw.choice(ways)
    made = dict(enumerate(value)) if isinstance(value, list) else dict(value)
    place = draw.choice(list(made))
    way = draw.randrange(3)
    if way == 0:
        del made[place]
    elif way == 1:
        made["zz" if isinstance(value, dict) else len(made)] = draw.choice(KINDS)
    else:
        made[place] = damaged(made[place], draw)
    return list(made.values()) if isinstance(value, list) else made


def has_parts(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.size > 0
    return isinstance(value, (list, dict)) and len(value) > 0


def asked(assignment: Assignment, check: Check, draw: random.Random, share: float) -> Verdict:
    """The verdict of a check on the reference, a share of whose answers are damaged."""
    reference = assignment.reference
    responder = Responder(
        lambda name: getattr(reference, name), assignment.support(), lambda _: None
    )

    def ask(operation: str, ref: Ref | None, name: str, args: Any, kwargs: Any) -> Any:
        try:
            answer = responder.ask(operation, ref, name, args, kwargs)
        except Problem:
            if draw.random() >= share:
                raise
            answer = draw.choice(KINDS)
        except (IndexError, AttributeError):  # it was given a handle that stands for nothing
            raise Interrupted("died", "the process ended by itself") from None
        if draw.random() < share:
            answer = damaged(answer, draw)
        if not fits(operation, answer):
            raise Interrupted("died", "the process gave an answer that is not one")
        if operation == "call" and name in assignment.classes and not isinstance(answer, Ref):
            raise Mismatch("expected an object")
        return answer

    fixtures = {"rng": check_generator(7, check.name), "ref": reference}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return run_check(check, Submission(ask), fixtures)


@pytest.mark.parametrize("folder", ["solutions/t6", "tests/tiny"])
def test_no_answer_makes_a_check_itself_fail(folder: str) -> None:
    assignment = load_assignment(ROOT / folder)
    met: dict[str, int] = {}
    for exercise in assignment.manifest.enabled_exercises:
        if exercise.kind == "data" or exercise.uses == "tensorflow":
            continue
        for check in assignment.checks_of(exercise):
            for number, share in enumerate((0.0, 0.02, 0.1, 0.3, 1.0)):
                verdict = asked(assignment, check, random.Random(f"{check.name} {number}"), share)
                assert verdict.outcome != "infrastructure", f"{check.name}: {verdict.public}"
                assert share or verdict.passed, f"{check.name}: {verdict.public}"
                met[verdict.outcome] = met.get(verdict.outcome, 0) + 1
    assert {"passed", "failed"} <= met.keys()


@pytest.mark.parametrize("operation", ["plan", "load", "begin", "set", "hold"])
def test_of_most_kinds_of_question_the_kind_of_answer_is_known(operation: str) -> None:
    fitting = [kind for kind in KINDS if fits(operation, kind)]
    assert len({type(kind) for kind in fitting}) == 1
