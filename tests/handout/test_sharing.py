"""A vector that a public and a hidden check take from one name is found, however it was made."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.assignment.load import load_assignment
from autograder.handout.build import render_handout
from autograder.handout.handout_proof import handout_problems
from autograder.handout.shared_vectors import shared_vectors

ROOT = Path(__file__).parents[2]

CHECKS = """\
import numpy as np

from autograder.kit import check, expect

{shared}


@check("word_count", "one", public=True, hint="Look.")
def test_shown(sub):
    expect.equal(sub.word_count("a"), {public}, "the answer")


@check("word_count", "two", hint="Look.")
def test_kept(sub):
    expect.equal(sub.word_count("b"), {hidden}, "the answer")
"""


def problems(folder: Path, shared: str, public: str, hidden: str, more: str = "") -> list[str]:
    """What is said of the tiny assignment with one more module of checks, or two."""
    shutil.copytree(ROOT / "tests" / "tiny", folder / "tiny")
    checks = folder / "tiny" / "checks"
    text = CHECKS.format(shared=shared, public=public, hidden=hidden)
    (checks / "test_extra.py").write_text(text)
    if more:
        (checks / "test_more.py").write_text(more)
    return shared_vectors(load_assignment(folder / "tiny"))


@pytest.mark.parametrize(
    "shared",
    [
        "POINTS = [1.5, -2.0, 4.0]",
        "POINTS = np.linspace(0.0, 1.0, 7)",
        "POINTS = [number / 8 for number in range(5)]",
        "POINTS = {'a': [(0.5, 1.5, 7.0)]}",
        "BASE = 1.5\nPOINTS = np.array([BASE, 2 * BASE, 5.0])",
        "POINTS: list = [3, 1, 4, 1]",
        "POINTS = [[3, 4], [12.5, 7]]",
    ],
)
def test_a_shared_vector_is_found(shared: str, tmp_path: Path) -> None:
    (told,) = problems(tmp_path, shared, "POINTS", "POINTS")
    line = 5 + shared.count("\n")
    assert told.startswith(f"checks/test_extra.py:{line}: POINTS gives a vector to a public and")


def test_a_vector_in_a_shared_function_is_found(tmp_path: Path) -> None:
    shared = "def points():\n    return [1.5, -2.0, 4.0]\n\n\ndef both():\n    return points()"
    (told,) = problems(tmp_path, shared, "both()", "both()")
    assert told.startswith("checks/test_extra.py:5: points gives a vector")


def test_a_vector_that_another_module_borrows_is_found(tmp_path: Path) -> None:
    more = """\
from autograder.kit import check, expect

from .test_extra import POINTS as BORROWED


@check("word_count", "three", hint="Look.")
def test_borrowed(sub):
    expect.equal(sub.word_count("b"), BORROWED, "the answer")
"""
    (told,) = problems(tmp_path, "POINTS = [1.5, -2.0, 4.0]", "POINTS", "{}", more)
    assert told.startswith("checks/test_extra.py:5: POINTS gives a vector")


@pytest.mark.parametrize(
    ("shared", "public", "hidden"),
    [
        ("POINTS = [1.5, -2.0, 4.0]", "POINTS", "{}"),
        ("POINTS = [1.5, -2.0, 4.0]", "{}", "POINTS"),
        ("NAMES = ['a', 'b', 'c']", "NAMES", "NAMES"),
        ("SHAPES = [(3, 4), (2, 2, 2), (5,)]", "SHAPES", "SHAPES"),
        ("LIMIT = 0.1", "LIMIT", "LIMIT"),
        ("STEPS = [1, 2, 3, 4]", "STEPS", "STEPS"),
        ("def same(x):\n    return [x, x]", "same(1.5)", "same(2.5)"),
    ],
)
def test_what_gives_nothing_away_may_be_shared(
    shared: str, public: str, hidden: str, tmp_path: Path
) -> None:
    assert problems(tmp_path, shared, public, hidden) == []


def test_the_proof_of_a_handout_tells_of_it(tmp_path: Path) -> None:
    problems(tmp_path, "POINTS = np.linspace(0.0, 1.0, 7)", "POINTS", "POINTS")
    assignment = load_assignment(tmp_path / "tiny")
    found = handout_problems(assignment, render_handout(assignment))
    assert [told for told in found if "POINTS gives a vector" in told]


@pytest.mark.parametrize("folder", ["solutions/t6", "tests/tiny"])
def test_the_assignments_here_share_none(folder: str) -> None:
    assert shared_vectors(load_assignment(ROOT / folder)) == []
