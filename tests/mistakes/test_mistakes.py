"""Every named mistake of T6 is caught by the checks of its exercise, and costs no other one.

The changed module is loaded in this process, without the sandbox: what is tested are the mistakes
and the checks, not the isolation.
"""

from __future__ import annotations

import ast
import linecache
import os
import sys
import warnings
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from autograder.assignment.known_answers import Mistake, apply, read_mistakes
from autograder.assignment.load import Assignment, load_assignment
from autograder.assignment.manifest import Exercise, read_manifest
from autograder.assignment.manifest_problems import ManifestError
from autograder.grading.seeds import check_generator
from autograder.kit.responder import Responder
from autograder.kit.running import Verdict, run_check
from autograder.kit.submission import Submission

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

FOLDER = Path(__file__).parents[2] / "solutions" / "t6"
MANIFEST = read_manifest(FOLDER)
EXERCISES = {exercise.name: exercise for exercise in MANIFEST.exercises}
MISTAKES = read_mistakes(FOLDER, MANIFEST)
SEEDS = (20260202, 7, 314159)
ENOUGH = 120


def _marks(mistake: Mistake) -> tuple[pytest.MarkDecorator, ...]:
    return () if EXERCISES[mistake.exercise].uses == "numpy" else (pytest.mark.nightly,)


def _cases(seeds: tuple[int, ...]) -> Iterator[object]:
    for mistake in MISTAKES:
        for seed in seeds[: None if not _marks(mistake) else 1]:
            name = f"{mistake.exercise}: {mistake.name}, seed {seed}"
            yield pytest.param(mistake, seed, id=name, marks=_marks(mistake))


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return load_assignment(FOLDER)


@pytest.fixture(autouse=True)
def quiet_arithmetic() -> Iterator[None]:
    """Wrong answers divide by zero and overflow; that is their business."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def changed_submission(mistake: Mistake, support: dict[str, object]) -> Responder:
    """The student's side of a submission that holds one changed file."""
    file, source = apply([mistake], FOLDER, MANIFEST)
    module = ModuleType(f"_mistake_{Path(file).stem}")

    def lookup(name: str) -> object:
        try:
            return getattr(module, name)
        except AttributeError:
            raise KeyError(name) from None

    def read(name: str) -> bytes:
        if name != file:
            raise KeyError(name)
        return source.encode()

    if file.endswith(".py"):
        module.__file__ = file
        sys.modules[module.__name__] = module
        # TensorFlow reads the source of what it traces.
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        exec(compile(source, file, "exec"), module.__dict__)
    return Responder(lookup, support, lambda path: path if path == file else None, read)


def verdicts(
    assignment: Assignment, responder: Responder, exercise: Exercise, seed: int
) -> dict[str, Verdict]:
    """How each check of an exercise ends, by its name."""
    ended = {}
    for check in assignment.checks_of(exercise):
        responder.forget()
        fixtures = {"rng": check_generator(seed, check.name), "ref": assignment.reference}
        ended[check.name] = run_check(check, Submission(responder.ask), fixtures)
    return ended


def neighbours(mistake: Mistake, seed: int) -> list[Exercise]:
    """Exercises of the same file that a mistake must not cost.

    The slow ones run only where they share the definition that is changed; that no other
    definition changes is what `test_only_one_definition_changes` asserts.
    """
    own = EXERCISES[mistake.exercise]
    return [
        other
        for other in MANIFEST.exercises
        if other.file == own.file
        and other.tier != "given"
        and other.name not in (own.name, *mistake.also)
        and (other.provides == own.provides or (other.uses == "numpy" and seed == SEEDS[0]))
    ]


def test_there_are_many_mistakes_and_three_an_exercise() -> None:
    counts = {exercise.name: 0 for exercise in MANIFEST.exercises if exercise.tier != "given"}
    for mistake in MISTAKES:
        counts[mistake.exercise] += 1
    assert sum(counts.values()) >= ENOUGH
    assert {name: count for name, count in counts.items() if count < 3} == {}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_words_are_kept_short_and_kind(mistake: Mistake) -> None:
    assert len(mistake.name) <= 60
    assert 60 <= len(mistake.explanation) <= 500
    assert len(mistake.hint) <= 160
    assert "wrong answer" not in (mistake.explanation + mistake.hint).lower()


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_only_one_definition_changes(mistake: Mistake) -> None:
    exercise = EXERCISES[mistake.exercise]
    before = _definitions((FOLDER / exercise.file).read_text(encoding="utf-8"), exercise.file)
    after = _definitions(apply([mistake], FOLDER, MANIFEST)[1], exercise.file)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert changed == {exercise.provides}


def _definitions(source: str, file: str) -> dict[str, str]:
    """Each top-level function or class of a module, as the text of its syntax tree."""
    if not file.endswith(".py"):
        return {EXERCISES["findings"].provides: source}
    return {
        getattr(node, "name", f"statement {position}"): ast.dump(node)
        for position, node in enumerate(ast.parse(source).body)
    }


@pytest.mark.parametrize(("mistake", "seed"), list(_cases(SEEDS)))
def test_mistake_is_caught_and_costs_nothing_else(
    mistake: Mistake, seed: int, assignment: Assignment
) -> None:
    responder = changed_submission(mistake, assignment.support())
    own = verdicts(assignment, responder, EXERCISES[mistake.exercise], seed)
    assert own, f"{mistake.exercise} has no checks"
    assert [name for name, one in own.items() if one.outcome == "infrastructure"] == []
    assert any(not one.passed for one in own.values()), "every check passed"
    for other in neighbours(mistake, seed):
        ended = verdicts(assignment, responder, other, seed)
        assert [name for name, one in ended.items() if not one.passed] == []


def test_independent_switches_of_adam_combine() -> None:
    """Pairs are how two slips in one step are told apart, so most must touch different lines."""
    switches = [mistake for mistake in MISTAKES if mistake.exercise == "Adam" and not mistake.alone]
    pairs = list(combinations(switches, 2))
    assert sum(map(combine, pairs)) >= len(pairs) // 2


def combine(pair: tuple[Mistake, Mistake]) -> bool:
    """Whether two mistakes can be made in one module, in either order with the same result."""
    try:
        return apply(list(pair), FOLDER, MANIFEST) == apply(list(pair)[::-1], FOLDER, MANIFEST)
    except ManifestError:
        return False
