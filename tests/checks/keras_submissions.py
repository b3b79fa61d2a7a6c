"""Ask the checks of T6's Keras exercises of code in this process: one exercise, one namespace."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from autograder.assignment.load import Assignment, load_assignment
from autograder.grading.seeds import check_generator
from autograder.kit import Submission, Verdict, run_check
from autograder.kit.responder import Responder

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

SOLUTION = Path(__file__).resolve().parents[2] / "solutions" / "t6"
ALTERNATIVES = SOLUTION / "alternatives"
EXERCISES = (
    "clipped_train_step",
    "layer_gradient_norms",
    "GradientMonitor",
    "build_regularized_model",
    "GradientDescentVisualizer",
    "GradientProblemsDemonstrator",
)


@lru_cache(maxsize=1)
def assignment() -> Assignment:
    """T6, read once."""
    return load_assignment(SOLUTION)


def alternatives() -> list[Path]:
    """The files of right answers to the Keras exercises."""
    names = {f'EXERCISE = "{exercise}"' for exercise in EXERCISES}
    found = sorted(ALTERNATIVES.glob("*.py"))
    return [path for path in found if names & set(path.read_text(encoding="utf-8").splitlines())]


def namespace(source: str, label: str) -> dict[str, Any]:
    """What a source defines."""
    names: dict[str, Any] = {"__name__": label}
    exec(compile(source, label, "exec"), names)
    return names


def verdicts(
    exercise: str, names: Mapping[str, Any], seed: int
) -> Iterator[tuple[str, Verdict, bool]]:
    """Run the checks of an exercise, one after another, in the state a worker starts them in.

    Yields:
        The check's name, how it ended, and whether it is public.
    """
    import keras
    import tensorflow as tf

    made = assignment()
    tf.config.run_functions_eagerly(True)
    responder = Responder(names.__getitem__, made.support(), lambda path: None)
    for check in made.checks_of(made.manifest.exercise(exercise)):
        responder.forget()
        _clear(keras)
        keras.utils.set_random_seed(zlib.crc32(f"{seed} {check.name}".encode()))
        fixtures = {"rng": check_generator(seed, check.name), "ref": made.reference}
        yield check.name, run_check(check, Submission(responder.ask), fixtures), check.public


def _clear(keras: Any) -> None:
    """Start layer names anew, without Keras 3's garbage collection, which costs the most time."""
    if keras.__version__.startswith("2"):
        keras.backend.clear_session()
    else:
        keras.utils.clear_session(free_memory=False)
