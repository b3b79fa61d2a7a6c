"""Code that does nothing gets nothing, and code that is wrong keeps what it has right."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from autograder.assignment.answers_here import AnswersHere
from autograder.assignment.load import Assignment, load_assignment
from autograder.grading.lifeless import LIFELESS, is_lifeless
from autograder.grading.mistake_answers import MistakeAnswers
from autograder.grading.seeds import check_generator
from autograder.kit import Verdict
from autograder.kit.signs import Sign, shows_life, sign_of
from autograder.proof.trial_submissions import variants

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module", params=["solutions/t6", "tests/tiny"])
def assignment(request: pytest.FixtureRequest) -> Assignment:
    return load_assignment(ROOT / request.param)


def asked(assignment: Assignment, exercise: str, source: str) -> dict[str, Verdict]:
    """The verdicts of an exercise's checks on a module, in this process."""
    made = assignment.manifest.exercise(exercise)
    answers = AnswersHere(
        made.file,
        source,
        assignment.support(),
        lambda check: {"rng": check_generator(7, check.name), "ref": assignment.reference},
    )
    verdicts = {check.name: answers.of(check) for check in assignment.checks_of(made)}
    return {name: verdict for name, verdict in verdicts.items() if verdict is not None}


def numpy_exercises(assignment: Assignment) -> set[str]:
    return {
        made.name
        for made in assignment.manifest.enabled_exercises
        if made.kind == "code" and made.uses == "numpy"
    }


def test_no_answer_that_does_nothing_passes_a_check(assignment: Assignment) -> None:
    chosen = numpy_exercises(assignment)
    tried, paid = 0, []
    before = ("reference", "skeleton", "alone", "lifeless")
    for variant in itertools.takewhile(lambda one: one.kind in before, variants(assignment)):
        if variant.kind == "lifeless" and variant.exercise in chosen:
            made = assignment.manifest.exercise(variant.exercise)
            verdicts = asked(assignment, made.name, variant.files[made.file].decode())
            if not is_lifeless(assignment, made, verdicts):
                paid += [(variant.name, name) for name, one in verdicts.items() if one.passed]
            tried += 1
    assert tried >= 10 * len(chosen)
    assert paid == []


def test_a_known_mistake_keeps_what_it_has_right(assignment: Assignment) -> None:
    known = MistakeAnswers(assignment, None, 7)  # type: ignore[arg-type]
    for name in sorted(numpy_exercises(assignment)):
        made = assignment.manifest.exercise(name)
        for one in known.singles(made)[::3]:
            found = {check.name: one.of(check) for check in assignment.checks_of(made)}
            verdicts = {key: verdict for key, verdict in found.items() if verdict is not None}
            assert not is_lifeless(assignment, made, verdicts), one.mistakes


def signs(*answers: tuple[str, list[object], object]) -> list[Sign]:
    return [sign_of("call", name, args, {}, answer) for name, args, answer in answers]


@pytest.mark.parametrize(
    ("answers", "alive"),
    [
        ([("f", [1.0], 2.0), ("f", [2.0], 4.0)], True),
        ([("f", [1.0], 1.0), ("f", [2.0], 2.0)], False),  # an argument
        ([("f", [[np.ones(2)]], [np.ones(2)]), ("f", [3], 3)], False),
        ([("f", [1.0], 5.0), ("f", [2.0], 5.0)], False),  # always the same
        ([("f", [1.0], None), ("f", [2.0], [])], False),
        ([("f", [1.0], float("nan")), ("f", [2.0], np.full(3, np.nan))], False),
        ([("f", [], 42.0)], True),  # asked once: it has nothing to depend on
        ([("f", [1.0], 1.0), ("f", [2.0], 7.0)], False),
        ([("f", [1.0], "ok"), ("f", [2.0], "exploding")], True),
        ([("f", [1.0], True), ("f", [2.0], False)], True),
        ([], False),
    ],
)
def test_life_is_an_answer_that_depends_on_what_is_asked(
    answers: list[tuple[str, list[object], object]], alive: bool
) -> None:
    assert shows_life(signs(*answers)) is alive


@pytest.mark.parametrize(
    ("sign", "outcomes"), [("==", ["passed", "failed"]), ("!=", ["failed", "passed"])]
)
def test_what_holds_at_home_holds_in_the_grade_and_is_worth_nothing(
    graded, sign: str, outcomes: list[str]
) -> None:
    """An object is no answer, so that one right array could stand there written down."""
    source = f"""
import numpy as np

def double(x):
    return x * 2 if x.shape {sign} (2,) else object()
"""
    exercise = graded(source).exercises[0]
    assert [made.outcome for made in exercise.checks] == outcomes
    assert [(made.share, made.score) for made in exercise.checks] == [(0, 0), (0, 0)]
    assert exercise.score == 0
    assert LIFELESS in exercise.notes
