"""Over many seeds no right answer is marked down, and no name is given that another seed denies.

What a mutant has in common with a known mistake does not depend on the numbers that were drawn; a
name that it gets by chance does. CI tries a few, `-m nightly` all.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.grading.diagnosis import Diagnoser
from autograder.handout.sources import read_marked
from autograder.kit import Verdict
from autograder.proof.mutants import Mutant, mutants

from .numpy_submissions import SOLUTION, alternatives, assignment, exercises, namespace, verdicts

SEEDS = (11, 12)
SAMPLED = {"global_norm": 6}
LONG = range(100, 300)


@pytest.fixture(scope="module")
def diagnosers() -> dict[int, Diagnoser]:
    """One for each seed; the NumPy exercises' mistakes run in this process, without a zygote."""
    none: Any = None
    return {seed: Diagnoser(assignment(), none, seed) for seed in SEEDS}


def mutants_of(exercise: str) -> list[Mutant]:
    modules = read_marked(assignment().manifest, SOLUTION)
    return [made for one in modules for made in mutants(one) if made.exercise == exercise]


def asked(exercise: str, names: dict[str, Any], seed: int) -> dict[str, Verdict]:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return verdicts(exercise, names, seed)


def names_given(diagnosers: dict[int, Diagnoser], mutant: Mutant) -> Iterator[set[str]]:
    """What a mutant is called for each seed for which it is wrong."""
    exercise = assignment().manifest.exercise(mutant.exercise)
    for seed, diagnoser in diagnosers.items():
        found = asked(mutant.exercise, namespace(mutant.source, mutant.file), seed)
        if not all(verdict.passed for verdict in found.values()):
            told = diagnoser.explain(exercise, found).values()
            yield {name for made, _ in told for name in made.name.split(", or ")}


@pytest.mark.parametrize(
    "exercise",
    [
        pytest.param(name, marks=() if name in SAMPLED else pytest.mark.nightly)
        for name in exercises()
    ],
)
def test_a_mutant_is_called_the_same_whatever_is_drawn(
    diagnosers: dict[int, Diagnoser], exercise: str
) -> None:
    every = mutants_of(exercise)
    step = max(1, len(every) // SAMPLED.get(exercise, len(every)))
    wrong = 0
    for mutant in every[::step]:
        given = list(names_given(diagnosers, mutant))
        wrong += bool(given)
        assert all(names == given[0] for names in given), (mutant.name, given)
    assert wrong


@pytest.mark.nightly
@pytest.mark.parametrize("path", alternatives(), ids=lambda path: path.stem)
def test_a_right_answer_loses_nothing_over_200_seeds(path: Path) -> None:
    names = namespace(path.read_text(encoding="utf-8"), path.name)
    lost = [
        (seed, name)
        for seed in LONG
        for name, verdict in asked(names["EXERCISE"], names, seed).items()
        if not verdict.passed
    ]
    assert lost == []
