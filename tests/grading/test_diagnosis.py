"""Mistakes are named by the evidence of each check, and never from a near miss."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest

from autograder.assignment.load import Assignment, load_assignment
from autograder.grading.diagnosis import Diagnoser
from autograder.grading.seeds import check_generator
from autograder.kit import Submission, Verdict, run_check
from autograder.kit.resemblance import PROOF, alike, evidence
from autograder.kit.responder import Responder

FOLDER = Path(__file__).parents[2] / "solutions" / "t6"

KEEP_UNGUARDED = """
    check_rate("rate", rate)
    x = as_floating(x)
    if not training:
        return x, np.ones(x.shape)
    mask = (rng.random(x.shape) < rate) / rate
    return (x * mask).astype(x.dtype), mask
"""
ROW_OF_A_MASK = """
    check_rate("rate", rate)
    x = as_floating(x)
    if not training or rate == 0:
        return x.copy(), np.ones(x.shape, bool)
    mask = rng.random((1,) + x.shape[1:]) >= rate
    return (x * mask / (1 - rate)).astype(x.dtype), mask
"""

# Exercise, file, what is changed in the reference, and the names that must be told.
WRONG = {
    "a mistake on an accepted convention": (
        "RMSprop",
        [
            (
                "s = self.rho * self.mean_square.get(name, 0.0) + (1 - self.rho) * np.square(g)",
                "s = (1 - self.rho) * self.mean_square.get(name, 0.0) + self.rho * np.square(g)",
            ),
            ("g / (np.sqrt(s) + self.epsilon)", "g / np.sqrt(s + self.epsilon)"),
        ],
        {"RMSprop with rho the wrong way round"},
    ),
    "a mistake in float32": (
        "Adam",
        [
            (
                "        t = self.iterations\n        for name, w, g in pairs:\n",
                "        t = self.iterations + 1\n        for name, w, g in pairs:\n"
                "            g = g.astype(np.float32)\n",
            ),
        ],
        {"Adam starts with t = 2"},
    ),
    "a property that fails beside a formula": (
        "Adagrad",
        [
            (
                "self.learning_rate * g / (np.sqrt(a) + self.epsilon)",
                "self.learning_rate * g / (a + self.epsilon)",
            ),
            (
                "        self.accumulator = {}",
                "        self.__dict__.setdefault('accumulator', {})",
            ),
        ],
        {"Adagrad without the root", "Adagrad's sum survives reset"},
    ),
    "patience as everybody writes it": (
        "EarlyStopping",
        [("self.wait >= max(self.patience, 1)", "self.wait > self.patience")],
        {"Patience one epoch too long"},
    ),
    "NaN that returns at once": (
        "EarlyStopping",
        [("            better = False\n        elif", "            return False\n        elif")],
        {"NaN does not count as waiting"},
    ),
}


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return load_assignment(FOLDER)


@pytest.fixture(scope="module")
def diagnoser(assignment: Assignment) -> Diagnoser:
    return Diagnoser(assignment, None, 0)  # type: ignore[arg-type]


def changed(assignment: Assignment, exercise: str, changes: list[tuple[str, str]]) -> str:
    text = (FOLDER / assignment.manifest.exercise(exercise).file).read_text(encoding="utf-8")
    start = text.index(f"class {exercise}" if f"class {exercise}" in text else f"def {exercise}")
    head, body = text[:start], text[start:]
    for old, new in changes:
        assert old in body
        body = body.replace(old, new, 1)
    return head + body


def with_body(assignment: Assignment, name: str, body: str) -> str:
    """The reference with another function of this name below it."""
    text = (FOLDER / assignment.manifest.exercise(name).file).read_text(encoding="utf-8")
    return f"{text}\n\ndef {name}(x, rate, rng, training):{body}"


def ask(assignment: Assignment, exercise: str, source: str) -> dict[str, Verdict]:
    names: dict[str, object] = {"__name__": "handed_in"}
    exec(compile(source, "handed_in.py", "exec"), names)
    responder = Responder(names.__getitem__, assignment.support(), lambda path: None)
    verdicts = {}
    for check in assignment.checks_of(assignment.manifest.exercise(exercise)):
        responder.forget()
        fixtures = {"rng": check_generator(0, check.name), "ref": assignment.reference}
        with np.errstate(all="ignore"):
            verdicts[check.name] = run_check(check, Submission(responder.ask), fixtures)
    return verdicts


def told(
    assignment: Assignment, diagnoser: Diagnoser, exercise: str, verdicts: dict[str, Verdict]
) -> dict[str, str]:
    found = diagnoser.explain(assignment.manifest.exercise(exercise), verdicts)
    return {name: diagnosis.name for name, (diagnosis, _) in found.items()}


@pytest.mark.parametrize("kind", WRONG)
def test_a_mistake_is_named_whatever_else_differs(
    assignment: Assignment, diagnoser: Diagnoser, kind: str
) -> None:
    exercise, changes, wanted = WRONG[kind]
    verdicts = ask(assignment, exercise, changed(assignment, exercise, changes))
    found = told(assignment, diagnoser, exercise, verdicts)
    assert {name for names in found.values() for name in names.split(" and ")} == wanted
    assert set(found) == {name for name, made in verdicts.items() if not made.passed}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("body", "wanted", "silent"),
    [
        (KEEP_UNGUARDED, "Keep probability in place of the rate", {"dropout_forward_inference"}),
        (
            KEEP_UNGUARDED.replace("< rate) / rate", ">= rate) / rate"),
            "Scaled by one over the rate",
            {"dropout_forward_inference"},
        ),
        (ROW_OF_A_MASK, "One mask for the whole batch", set()),
    ],
)
def test_an_edge_that_nobody_guards_hides_no_mistake(
    assignment: Assignment, diagnoser: Diagnoser, body: str, wanted: str, silent: set[str]
) -> None:
    verdicts = ask(assignment, "dropout_forward", with_body(assignment, "dropout_forward", body))
    found = told(assignment, diagnoser, "dropout_forward", verdicts)
    assert set(found.values()) == {wanted}
    failed = {name for name, made in verdicts.items() if not made.passed}
    assert failed - set(found) == silent
    assert "dropout_forward_untouched" not in failed


def _two_percent_more(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return type(value)(_two_percent_more(item) for item in value)
    if isinstance(value, dict):
        return {key: _two_percent_more(item) for key, item in value.items()}
    if isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
        return value * 1.02
    return value


@pytest.mark.parametrize("kind", ["a mistake on an accepted convention", "a mistake in float32"])
def test_a_near_miss_is_not_named(assignment: Assignment, diagnoser: Diagnoser, kind: str) -> None:
    exercise, changes, _ = WRONG[kind]
    verdicts = ask(assignment, exercise, changed(assignment, exercise, changes))
    for name, made in verdicts.items():
        if not made.passed:
            verdicts[name] = copy.copy(made)
            verdicts[name].transcript = _two_percent_more(made.transcript)  # type: ignore[assignment]
    assert told(assignment, diagnoser, exercise, verdicts) == {}


def test_a_slip_of_the_pen_is_no_mistake_about_the_subject(
    assignment: Assignment, diagnoser: Diagnoser
) -> None:
    none = [
        (
            "        if g is not None:\n            total +=",
            "        if True:\n            total +=",
        )
    ]
    verdicts = ask(assignment, "global_norm", changed(assignment, "global_norm", none))
    assert (
        "Global norm stumbles over None"
        in told(assignment, diagnoser, "global_norm", verdicts).values()
    )
    slip = [("        if g is not None:\n", "        if g is not Nothing:\n")]
    verdicts = ask(assignment, "global_norm", changed(assignment, "global_norm", slip))
    assert told(assignment, diagnoser, "global_norm", verdicts) == {}


def test_what_proves_and_what_does_not() -> None:
    right = np.array([1.0, 2.0, 3.0, 4.0])
    assert evidence([right * 2], [right]) >= PROOF
    assert evidence([np.zeros(4)], [right]) < PROOF
    assert evidence([np.full(4, 9.0)], [right]) < PROOF
    assert evidence([right * 1e-9], [right]) < PROOF
    assert evidence([True, "ok"], [False, "exploding"]) < PROOF
    assert alike(("did not answer", "TypeError"), ("did not answer", "AttributeError"))
    assert not alike(("did not answer", "TypeError"), ("did not answer", "NameError"))
