"""A mistake is named on every accepted way of writing, and beside an edge that is not guarded.

Each known mistake of the NumPy optimizers and clips is made in a reference that is written another
way. `-m nightly` asks all exercises, CI a few.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from autograder.assignment.known_answers import (
    Mistake,
    apply,
    forms_of,
    read_mistakes,
    read_styles,
)
from autograder.grading.diagnosis import Diagnoser

from .numpy_submissions import SOLUTION, assignment, exercises, namespace, verdicts

SEED = 7
IN_CI = {"SGD", "Nesterov", "clip_by_value"}
Changes = tuple[tuple[str, str], ...]

FILES: dict[str, dict[str, Changes]] = {
    "optimizers.py": {
        "float32": (("(grads[name], dtype=np.float64)", "(grads[name], dtype=np.float32)"),),
        "a missing gradient raises": (("if grads.get(name) is None:", "if grads[name] is None:"),),
        "shapes are not looked at": (("        if g.shape != w.shape:", "        if False:"),),
        "any rate": (("    if not value > 0:", "    if False:"),),
        "any decay": (("    if not 0 <= value < 1:", "    if False:"),),
    },
    "clipping.py": {"any limit": (("    if not value > 0:", "    if False:"),)},
}
# What may be told besides: the edge itself, by words in the names of mistakes.
EDGES = {
    "any rate": ["accepts any learning rate", "clips without being asked"],
    "any decay": ["beyond accepted", "accepts a "],
    "any limit": ["Any limit accepted"],
    "shapes are not looked at": ["lets shapes broadcast"],
    "a missing gradient raises": ["loses parameters without a gradient"],
}
# Both faults show in one check, or the mistake only where the other fault raises.
ONE_CHECK = ("accepts ", "accepted", "lets shapes")
NOT_KNOWN = {
    "a missing gradient raises": (
        "loses parameters without a gradient",
        "does not count its steps",  # no number comes back but zero
        "without a gradient keep rolling",
        "from a parameter's first gradient",
        "moves parameters without a gradient",
        "lets shapes broadcast",  # made with the very line that raises
    ),
    "shapes are not looked at": ONE_CHECK,
}


def mistakes_of(exercise: str) -> Iterator[Mistake]:
    for made in read_mistakes(SOLUTION, assignment().manifest):
        if made.exercise == exercise:
            yield from forms_of(made)


def writings(exercise: str) -> dict[str, Changes]:
    """Other ways of writing the reference, as changes of its text."""
    file = assignment().manifest.exercise(exercise).file
    styles = read_styles(SOLUTION, assignment().manifest)
    found = {made.name: made.change for made in styles if made.exercise == exercise}
    return {**found, **FILES[file]}


@cache
def diagnoser() -> Diagnoser:
    none: Any = None
    return Diagnoser(assignment(), none, SEED)


def told_for(exercise: str, mistake: Mistake, changes: Changes) -> tuple[set[str], bool] | None:
    """The names given, and whether a check fails that the mistake alone fails, too.

    None where the changes touch the same text.
    """
    file, text = apply([mistake], SOLUTION, assignment().manifest)
    written = text
    for old, new in changes:
        if written.count(old) != 1:
            return None
        written = written.replace(old, new)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        alone, both = (verdicts(exercise, namespace(one, file), SEED) for one in (text, written))
        found = diagnoser().explain(assignment().manifest.exercise(exercise), both)
    shared = any(not made.passed and not both[name].passed for name, made in alone.items())
    return {made.name for made, _ in found.values()}, shared


def is_true(told: str, known: list[str]) -> bool:
    """Whether one of the alternatives that are told has nothing in it but what was done."""
    for alternative in told.split(", or "):
        for name in known:
            alternative = alternative.replace(name, "")
        if not alternative.replace(" and ", ""):
            return True
    return False


def cases() -> Iterator[Any]:
    for exercise in exercises():
        if assignment().manifest.exercise(exercise).file in FILES:
            for writing in writings(exercise):
                marks = () if exercise in IN_CI else pytest.mark.nightly
                yield pytest.param(exercise, writing, marks=marks)


@pytest.mark.parametrize(("exercise", "writing"), list(cases()))
def test_a_mistake_is_named_however_the_rest_is_written(exercise: str, writing: str) -> None:
    unnamed, untrue, asked = [], [], 0
    mistakes = list(mistakes_of(exercise))
    for mistake in mistakes:
        made = told_for(exercise, mistake, writings(exercise)[writing])
        if made is None or not made[1]:
            continue
        asked += 1
        names = made[0]
        words = EDGES.get(writing, [])
        edges = [one.name for one in mistakes if any(word in one.name for word in words)]
        excused = any(one in mistake.name for one in NOT_KNOWN.get(writing, ()))
        if not excused and not any(mistake.name in name for name in names):
            unnamed.append(mistake.name)
        untrue += [
            (mistake.name, name) for name in names if not is_true(name, [mistake.name, *edges])
        ]
    assert asked
    assert unnamed == []
    assert untrue == []
