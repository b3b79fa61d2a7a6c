"""Forty wrong students at home: what they read is right, names their mistake or claims none.

The mistakes are those of T6 that need no TensorFlow, and wrong answers that nobody has described.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from autograder.assignment.answers_here import AnswersHere, can_be_asked_here
from autograder.assignment.known_answers import apply, forms_of, read_mistakes
from autograder.assignment.load import Assignment, load_assignment
from autograder.handout.public_mistakes import known_mistakes_json
from autograder.kit import Check
from autograder.student.known_mistakes import KnownMistakes

ROOT = Path(__file__).parents[2]
NAMED = (
    "SGD turns float32 into float64",
    "Divided by h instead of 2h",
    "A whole row nudged at once",
    "SGD walks uphill",
    "SGD with a fixed learning rate",
    "Nesterov's velocity never stored",
    "SGD clips without being asked",
    "Averaged momentum",
    "Velocity never stored",
    "Learning rate applied twice",
    "Adagrad without the root",
    "Adagrad forgets its sum",
    "RMSprop with rho the wrong way round",
    "RMSprop without 1 - rho",
    "Adam without bias correction",
    "Adam starts with t = 2",
    "Adam multiplies by the correction",
    "Adam's betas swapped",
    "Sum of norms for the global norm",
    "Global norm without the root",
    "Adam squares the first moment",
    "Clipped by the sum of norms",
    "Half in the L2 penalty",
    "Keep probability in place of the rate",
    "Clipped by the squared norm",
    "Gap the wrong way round",
)
# Exercise, and what is changed in the reference: wrong in ways that no known mistake is.
OTHERS: list[tuple[str, str, str]] = [
    ("SGD", "(w - self.learning_rate * g, dtype", "(w - self.learning_rate * g + 0.03, dtype"),
    ("SGD", "(w - self.learning_rate * g, dtype", "(w - self.learning_rate * np.sin(g), dtype"),
    (
        "Adam",
        "        return updated\n        # END SOLUTION\n\n\ndef run",
        "        return None\n\n\ndef run",
    ),
    ("Adam", "m_hat = m / (1 - self.beta_1**t)", "m_hat = 1.3 * m / (1 - self.beta_1**t)"),
    ("Adam", "v_hat = v / (1 - self.beta_2**t)", "v_hat = v / (1.01 - self.beta_2**t)"),
    ("global_norm", "np.sqrt(total)", "np.sqrt(total) * 2"),
    ("global_norm", "np.sqrt(total)", "np.log(total)"),
    ("global_norm", "float(np.sqrt(total))", "str(np.sqrt(total))"),
    ("global_norm", "float(np.sqrt(total))", "np.array([np.sqrt(total)] * 3)"),
    ("global_norm", "float(np.sqrt(total))", "(lambda: total)"),
    ("global_norm", "float(np.sqrt(total))", "undefined_name"),
    ("global_norm", "float(np.sqrt(total))", "grads[0].norm"),
    ("global_norm", "float(np.sqrt(total))", "'<b>13</b>'"),
    ("global_norm", "float(np.sqrt(total))", "float('nan')"),
]


class Said(NamedTuple):
    """What a student reads of one failed check."""

    check: str
    lines: list[str]
    name: str
    hint: str
    comparison: Any


@pytest.fixture(scope="module")
def t6() -> Assignment:
    return load_assignment(ROOT / "solutions" / "t6")


@pytest.fixture(scope="module")
def at_home() -> Iterator[Callable[[str, str, str], list[Said]]]:
    """Ask the public checks of an exercise as the handout does."""
    folder = ROOT / "assignments" / "t6"
    sys.path.insert(0, str(folder))
    home = importlib.import_module("checkkit.handout_folder")
    local = importlib.import_module("checkkit.local_attempt")
    handout = home.Handout(str(folder))
    kept: list[Any] = []

    def says(exercise: str, file: str, text: str) -> list[Said]:
        made = handout.exercise(exercise)
        spare = kept.pop().release() if kept else None
        attempt = local.LocalAttempt(handout, {file: text.encode()}, spare=spare)
        kept.append(attempt)
        checks = handout.checks(exercise)
        verdicts = {check.name: attempt.ask_check(made, check, {}) for check in checks}
        explained = handout.explain(exercise, verdicts)
        found = []
        for check in checks:
            verdict, named = verdicts[check.name], explained.get(check.name)
            if not verdict.passed:
                lines = home.told(check, verdict, named)
                words = (named.name, named.hint) if named else ("", "")
                found.append(Said(check.name, lines, *words, verdict.comparison))
        return found

    yield says
    for attempt in kept:
        attempt.close()
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] == "checkkit"]:
        del sys.modules[name]


def numbers_in(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for item in value.values() for number in numbers_in(item)]
    if isinstance(value, (list, tuple)):
        return [number for item in value for number in numbers_in(item)]
    if isinstance(value, (np.ndarray, np.generic, int, float)):
        return [float(number) for number in np.asarray(value, dtype=float).ravel()]
    return []


def shows_right_values(t6: Assignment, exercise: str, said: Said) -> None:
    """Each number that is called right is one that the reference gives to the same check."""
    made = t6.manifest.exercise(exercise)
    text = (t6.folder / made.file).read_text(encoding="utf-8")
    answers = AnswersHere(made.file, text, t6.support(), lambda check: {})
    (check,) = [one for one in t6.checks_of(made) if one.name == said.check]
    verdict = answers.of(check)
    assert verdict is not None and verdict.passed
    right = numbers_in(verdict.transcript)
    assert said.comparison.entries
    for entry in said.comparison.entries:
        try:
            expected = float(entry.expected)
        except ValueError:
            continue
        assert np.isclose(right, expected, rtol=1e-5, atol=1e-6).any(), (entry, right)
    table = [line for line in said.lines if line.startswith("    ")]
    assert any("got" in line for line in table) and any("expected" in line for line in table)


def test_forty_wrong_students(
    t6: Assignment, at_home: Callable[[str, str, str], list[Said]]
) -> None:
    mistakes = {made.name: made for made in read_mistakes(t6.folder, t6.manifest)}
    students = 0
    for name in NAMED:
        made = mistakes[name]
        said = at_home(made.exercise, *apply([made], t6.folder, t6.manifest))
        students += 1
        assert said, f"{name} passes at home"
        assert name in {part for one in said for part in one.name.split(", or ")}, (name, said)
        for one in said:
            assert not one.name or name in one.name.split(", or "), (name, one)
            assert one.hint in ("", made.hint)
            if one.comparison is not None:
                shows_right_values(t6, made.exercise, one)
    for exercise, before, after in OTHERS:
        file = t6.manifest.exercise(exercise).file
        text = (t6.folder / file).read_text(encoding="utf-8")
        assert text.count(before) == 1, before
        said = at_home(exercise, file, text.replace(before, after))
        students += 1
        assert said, f"{after} passes at home"
        for one in said:
            assert not one.name, (after, one)
            assert not any(line.startswith("hint:") for line in one.lines)
            if one.comparison is not None:
                shows_right_values(t6, exercise, one)
    assert students == 40


def test_no_known_mistake_is_taken_for_another(t6: Assignment) -> None:
    known = KnownMistakes(known_mistakes_json(t6))
    failed = named = 0
    for made in read_mistakes(t6.folder, t6.manifest):
        exercise = t6.manifest.exercise(made.exercise)
        checks: list[Check] = [check for check in t6.checks_of(exercise) if check.public]
        if not can_be_asked_here(exercise):
            continue
        for form in forms_of(made):
            file, text = apply([form], t6.folder, t6.manifest)
            answers = AnswersHere(file, text, t6.support(), lambda check: {})
            verdicts = {check.name: v for check in checks if (v := answers.of(check)) is not None}
            found = known.explain(exercise.name, checks, verdicts)
            seen = any(not verdict.passed for verdict in verdicts.values())
            assert seen or made.why_hidden, f"{made.name}: no public check shows it, and why not?"
            failed += seen
            named += bool(found)
            for one in found.values():
                assert made.name in one.name.split(", or "), (made.name, one)
                assert one.hint in ("", made.hint)
    assert named > 0.65 * failed > 120
