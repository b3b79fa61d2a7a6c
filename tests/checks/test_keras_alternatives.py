"""Right answers in other styles pass every check of T6's Keras exercises; a skeleton passes none.

`T6_SEEDS=20 pytest tests/checks/test_keras_alternatives.py` asks for more seeds than usual.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.handout.regions import find_regions
from autograder.handout.skeleton import skeleton_source

from .keras_submissions import EXERCISES, SOLUTION, alternatives, assignment, namespace, verdicts

pytestmark = pytest.mark.slow

SEEDS = range(int(os.environ.get("T6_SEEDS", "1")))


def told(verdict) -> str:
    return f"{verdict.outcome}: {verdict.public}"


@pytest.mark.parametrize("path", alternatives(), ids=lambda path: path.stem)
def test_an_alternative_passes_every_check(path: Path) -> None:
    names = namespace(path.read_text(encoding="utf-8"), path.name)
    followed = set()
    for seed in SEEDS:
        for name, verdict, _ in verdicts(names["EXERCISE"], names, seed):
            assert verdict.passed, f"seed {seed}, {name}: {told(verdict)}"
            followed.update(verdict.conventions)
    assert followed == ({names["CONVENTION"]} if "CONVENTION" in names else set())


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_reference_passes_every_check(exercise: str) -> None:
    file = SOLUTION / assignment().manifest.exercise(exercise).file
    names = namespace(file.read_text(encoding="utf-8"), file.name)
    for seed in SEEDS:
        for name, verdict, _ in verdicts(exercise, names, seed):
            assert verdict.passed, f"seed {seed}, {name}: {told(verdict)}"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_there_are_three_alternatives_and_three_hidden_checks(exercise: str) -> None:
    made = assignment()
    checks = made.checks_of(made.manifest.exercise(exercise))
    assert sum(not check.public for check in checks) >= 3
    assert any(check.public for check in checks)
    line = f'EXERCISE = "{exercise}"'
    assert sum(line in path.read_text(encoding="utf-8") for path in alternatives()) >= 3


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_skeleton_passes_nothing(exercise: str) -> None:
    file = SOLUTION / assignment().manifest.exercise(exercise).file
    source = file.read_text(encoding="utf-8")
    names = namespace(skeleton_source(source, find_regions(source, file.name)), file.name)
    outcomes = {name: verdict.outcome for name, verdict, _ in verdicts(exercise, names, 0)}
    assert not {"passed", "infrastructure"} & set(outcomes.values()), outcomes
