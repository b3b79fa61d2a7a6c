"""Wrong answers that people really give to the NumPy exercises: each must lose points.

A mistake is the reference with a few words replaced, see `mistakes/`. It has to fail a check of
its exercise for every seed, by a verdict on the answer: a check that breaks on a wrong answer is a
broken check. `T6_SEEDS=50 pytest tests/checks/test_numpy_mistakes.py` asks for more seeds.
"""

from __future__ import annotations

import ast
import os
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from .numpy_submissions import SOLUTION, assignment, exercises, namespace, verdicts

FOLDER = Path(__file__).parent / "mistakes"
SEEDS = range(int(os.environ.get("T6_SEEDS", "3")))


class Replacement(msgspec.Struct, frozen=True):
    """A piece of the exercise's definition, and what stands there by mistake."""

    old: str
    new: str


class Mistake(msgspec.Struct, frozen=True):
    """One wrong answer."""

    title: str
    replace: list[Replacement]


@cache
def mistakes() -> dict[str, list[Mistake]]:
    """All mistakes by exercise."""
    found: dict[str, list[Mistake]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        found.update(msgspec.toml.decode(path.read_bytes(), type=dict[str, list[Mistake]]))
    return found


def made_by(exercise: str, mistake: Mistake) -> dict[str, Any]:
    """The names of the reference's module with the mistake in the exercise's definition."""
    known = assignment().manifest.exercise(exercise)
    path = SOLUTION / known.file
    source = path.read_text(encoding="utf-8")
    start, end = span(source, known.provides)
    lines = source.splitlines(keepends=True)
    body = "".join(lines[start:end])
    for piece in mistake.replace:
        times = body.count(piece.old)
        assert times == 1, f"stands {times} times in the reference, expected 1: {piece.old}"
        body = body.replace(piece.old, piece.new)
    return namespace("".join([*lines[:start], body, *lines[end:]]), path.name)


def span(source: str, name: str) -> tuple[int, int]:
    """The lines of a top-level definition, with the marker that follows its last statement."""
    node = next(
        node
        for node in ast.parse(source).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name
    )
    assert node.end_lineno is not None
    return node.lineno - 1, node.end_lineno + 1


CASES = [
    pytest.param(exercise, mistake, id=f"{exercise}: {mistake.title}")
    for exercise, found in mistakes().items()
    for mistake in found
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("exercise", "mistake"), CASES)
def test_a_mistake_loses_points(exercise: str, mistake: Mistake) -> None:
    names = made_by(exercise, mistake)
    for seed in SEEDS:
        found = verdicts(exercise, names, seed)
        broken = [name for name, verdict in found.items() if verdict.outcome == "infrastructure"]
        assert not broken, f"checks broke on a wrong answer: {broken}"
        assert not all(verdict.passed for verdict in found.values()), f"unseen with seed {seed}"


@pytest.mark.parametrize("exercise", exercises())
def test_every_exercise_has_mistakes(exercise: str) -> None:
    assert len(mistakes()[exercise]) >= 10
