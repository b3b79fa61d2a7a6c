"""Ask the checks of T6's NumPy exercises of code in this process: one exercise, one namespace."""

from __future__ import annotations

import os
import runpy
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from autograder.assignment.load import Assignment, load_assignment
from autograder.grading.seeds import check_generator
from autograder.kit import Verdict, run_check
from autograder.kit.hosts import namespace_submission

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

SOLUTION = Path(__file__).resolve().parents[2] / "solutions" / "t6"
ALTERNATIVES = SOLUTION / "alternatives"
# Stand-ins that have a file of their own until they are part of support.py.
MORE_SUPPORT = SOLUTION / "checks" / "support_numpy.py"


@lru_cache(maxsize=1)
def assignment() -> Assignment:
    """T6, read once."""
    return load_assignment(SOLUTION)


def exercises() -> list[str]:
    """The exercises that students write in Python and that need only NumPy."""
    return [
        exercise.name
        for exercise in assignment().manifest.exercises
        if exercise.kind == "code" and exercise.tier != "given" and exercise.uses != "tensorflow"
    ]


def alternatives() -> list[Path]:
    """The files of right answers to the NumPy exercises."""
    lines = {f'EXERCISE = "{exercise}"' for exercise in exercises()}
    found = sorted(ALTERNATIVES.glob("*.py"))
    return [path for path in found if lines & set(path.read_text(encoding="utf-8").splitlines())]


def namespace(source: str, label: str) -> dict[str, Any]:
    """What a source defines."""
    names: dict[str, Any] = {"__name__": label}
    exec(compile(source, label, "exec"), names)
    return names


def verdicts(
    exercise: str,
    names: Mapping[str, Any],
    seed: int,
    draw: Callable[[int, str], Any] = check_generator,
) -> dict[str, Verdict]:
    """How each check of an exercise ends, by the check's name.

    Args:
        exercise: its name.
        names: what a submission defines.
        seed: of the checks' inputs.
        draw: gives a check's generator, from the seed and the check's name.
    """
    made = assignment()
    return {
        check.name: run_check(
            check,
            namespace_submission(names, _support()),
            {"rng": draw(seed, check.name), "ref": made.reference},
        )
        for check in made.checks_of(made.manifest.exercise(exercise))
    }


@lru_cache(maxsize=1)
def _support() -> dict[str, Any]:
    more = runpy.run_path(str(MORE_SUPPORT)) if MORE_SUPPORT.exists() else {}
    return {**more, **assignment().support()}
