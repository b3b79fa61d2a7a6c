"""Right answers pass every check of T6's NumPy exercises, whatever their style; a skeleton none.

`T6_SEEDS=50 pytest tests/checks/test_alternatives.py` asks for more seeds than usual.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from autograder.grading.showable_inputs import SIZES, showable_generator
from autograder.handout.regions import find_regions
from autograder.handout.skeleton import skeleton_source

from .numpy_submissions import SOLUTION, alternatives, assignment, exercises, namespace, verdicts

SEEDS = range(int(os.environ.get("T6_SEEDS", "5")))


def passes_all(exercise: str, names: dict[str, Any]) -> set[str]:
    """Assert that every check passes with every seed; the conventions that were noted."""
    noted: set[str] = set()
    for seed in SEEDS:
        for name, verdict in verdicts(exercise, names, seed).items():
            assert verdict.passed, f"seed {seed}, {name}: {verdict.outcome}: {verdict.public}"
            noted.update(verdict.conventions)
    # Nor is a right answer ever wrong on what may be shown: no example there would be true.
    for size in range(SIZES):
        for name, verdict in verdicts(exercise, names, size, _showable).items():
            assert verdict.passed, f"showable, size {size}, {name}: {verdict.public}"
    return noted


def _showable(size: int, check: str) -> Any:
    return showable_generator(check, size)


@pytest.mark.parametrize("path", alternatives(), ids=lambda path: path.stem)
def test_an_alternative_passes_every_check(path: Path) -> None:
    names = namespace(path.read_text(encoding="utf-8"), path.name)
    noted = passes_all(names["EXERCISE"], names)
    assert noted == ({names["CONVENTION"]} if "CONVENTION" in names else set())


@pytest.mark.parametrize("exercise", exercises())
def test_the_reference_passes_every_check(exercise: str) -> None:
    file = SOLUTION / assignment().manifest.exercise(exercise).file
    names = namespace(file.read_text(encoding="utf-8"), file.name)
    assert passes_all(exercise, names) == set()


@pytest.mark.parametrize("exercise", exercises())
def test_a_skeleton_passes_nothing(exercise: str) -> None:
    file = SOLUTION / assignment().manifest.exercise(exercise).file
    source = file.read_text(encoding="utf-8")
    regions = find_regions(source, file.name)
    names = namespace(skeleton_source(source, regions), f"<ipython-input-{file.stem}>")
    for name, verdict in verdicts(exercise, names, 0).items():
        assert verdict.outcome == "raised", f"{name}: {verdict.outcome}: {verdict.public}"
        assert verdict.unwritten, name


def test_momentum_alone_earns_nothing_for_nesterov() -> None:
    file = SOLUTION / "optimizers.py"
    source = file.read_text(encoding="utf-8")
    regions = find_regions(source, file.name)
    names = namespace(skeleton_source(source, regions, worked=["Momentum"]), file.name)
    assert all(verdict.passed for verdict in verdicts("Momentum", names, 0).values())
    assert not any(verdict.passed for verdict in verdicts("Nesterov", names, 0).values())


@pytest.mark.parametrize("exercise", exercises())
def test_there_are_three_alternatives_and_three_hidden_checks(exercise: str) -> None:
    made = assignment()
    checks = made.checks_of(made.manifest.exercise(exercise))
    assert sum(not check.public for check in checks) >= 3
    assert 1 <= sum(check.public for check in checks) <= 4
    line = f'EXERCISE = "{exercise}"'
    assert sum(line in path.read_text(encoding="utf-8") for path in alternatives()) >= 3


@pytest.mark.parametrize("exercise", exercises())
def test_checks_speak_to_students(exercise: str) -> None:
    made = assignment()
    for check in made.checks_of(made.manifest.exercise(exercise)):
        assert check.hint.endswith((".", "?")), f"{check.name}: a hint is one sentence"
        assert not check.title.endswith("."), f"{check.name}: a title has no full stop"
        assert "wrong" not in (check.title + check.hint).lower(), check.name
