"""Name the mistake: an answer that equals a known mistake's at every point is that mistake.

Every value that came back in a check is its transcript. Known mistakes, and pairs of them, are put
to the same checks with the same inputs. Equal transcripts in all checks of the exercise name the
mistake; no equality, no accusation.
"""

from __future__ import annotations

import itertools
import threading
import types
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.assignment.known_answers import Mistake, apply, read_mistakes
from autograder.assignment.load import Assignment
from autograder.assignment.manifest import Exercise
from autograder.assignment.manifest_problems import ManifestError
from autograder.grading.asking import ask_checks
from autograder.grading.attempt import Attempt
from autograder.grading.result_records import Diagnosis
from autograder.grading.seeds import check_generator
from autograder.intake.submissions import Bundle
from autograder.kit import Problem, Submission, Verdict, run_check
from autograder.kit.plain import Ref
from autograder.kit.responder import Responder
from autograder.sandbox.zygote import Zygote, ZygoteError

_DIAGNOSABLE = {"failed", "raised"}
_MOST_NAMED = 2
_MAX_PAIRS = 100
# Answers of one formula differ by the noise of float32 and by the order of sums.
_RTOL, _ATOL = 1e-4, 1e-6
# Observables of random draws differ by the draw.
_OBSERVED_RTOL = 0.1

Verdicts = Mapping[str, Verdict]
Explanation = tuple[Diagnosis, str]
Known = tuple[Sequence[Mistake], Verdicts]


class Diagnoser:
    """Explains failed exercises of one grading run; safe to share between slots.

    Args:
        assignment: whose mistakes are known.
        zygote: forks the workers that the mistakes run in.
        seed: of the grading run, so that mistakes answer the same questions.
    """

    def __init__(self, assignment: Assignment, zygote: Zygote, seed: int) -> None:
        self._assignment = assignment
        self._zygote = zygote
        self._seed = seed
        self._mistakes = read_mistakes(assignment.folder, assignment.manifest)
        self._support = assignment.support()
        self._known: dict[tuple[str, str], list[Known]] = {}
        self._locks = {made.name: threading.Lock() for made in assignment.manifest.exercises}

    def explain(self, exercise: Exercise, verdicts: Verdicts) -> Explanation | None:
        """The mistake that explains an exercise's verdicts, with its hint, if one does.

        Args:
            exercise: one with a check that did not pass.
            verdicts: of all its checks that were asked, by name.
        """
        outcomes = {made.outcome for made in verdicts.values() if not made.passed}
        if not outcomes or not outcomes <= _DIAGNOSABLE or _unwritten(verdicts):
            return None
        found = self._found(exercise, verdicts)
        return _worded(found[:_MOST_NAMED]) if found else None

    def _found(self, exercise: Exercise, verdicts: Verdicts) -> list[Sequence[Mistake]]:
        """Mistakes that answer alike; pairs of them only where no single one does."""
        for kind in ("single", "pair"):
            found = [
                mistakes
                for mistakes, known in self._transcripts(exercise, kind)
                if _same_answers(verdicts, known)
            ]
            if found:
                return found
        return []

    def _transcripts(self, exercise: Exercise, kind: str) -> list[Known]:
        with self._locks[exercise.name]:
            key = (exercise.name, kind)
            if key not in self._known:
                self._known[key] = [
                    (mistakes, verdicts)
                    for mistakes in self._candidates(exercise, kind)
                    if (verdicts := self._ask(exercise, mistakes)) is not None
                ]
            return self._known[key]

    def _candidates(self, exercise: Exercise, kind: str) -> Iterator[Sequence[Mistake]]:
        own = [made for made in self._mistakes if made.exercise == exercise.name]
        if kind == "single":
            shared = [made for made in self._mistakes if exercise.name in made.also]
            yield from ([made] for made in (*own, *shared))
        elif exercise.uses == "numpy" and exercise.kind == "code":
            pairs = itertools.combinations([made for made in own if not made.alone], 2)
            yield from itertools.islice(pairs, _MAX_PAIRS)

    def _ask(self, exercise: Exercise, mistakes: Sequence[Mistake]) -> Verdicts | None:
        """What a mistake answers; None when it cannot be asked or is none for these inputs."""
        try:
            file, text = apply(list(mistakes), self._assignment.folder, self._assignment.manifest)
        except ManifestError:
            return None  # two mistakes that touch the same text
        if exercise.uses == "numpy" and exercise.kind == "code":
            verdicts = self._ask_here(exercise, file, text)
        else:
            verdicts = self._ask_worker(exercise, file, text)
        return None if all(made.passed for made in verdicts.values()) else verdicts

    def _ask_here(self, exercise: Exercise, file: str, text: str) -> Verdicts:
        """Ask in this process: a mistake is the instructor's code, as the reference is."""
        module = types.ModuleType(f"mistake_in_{file.removesuffix('.py')}")
        exec(compile(text, file, "exec"), module.__dict__)
        responder = Responder(module.__dict__.__getitem__, self._support, lambda path: None)
        verdicts = {}
        for check in self._assignment.checks_of(exercise):
            responder.forget()
            fixtures = {
                "rng": check_generator(self._seed, check.name),
                "ref": self._assignment.reference,
            }
            # Mistakes divide by zero, and nobody need hear of it.
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                verdicts[check.name] = run_check(check, Submission(responder.ask), fixtures)
        return verdicts

    def _ask_worker(self, exercise: Exercise, file: str, text: str) -> Verdicts:
        bundle = Bundle("a known mistake", {file: text.encode()})
        attempt = Attempt(self._assignment, bundle, self._zygote, self._seed)
        try:
            attempt.prepare()
            verdicts = ask_checks(attempt, exercise, public=True)
            verdicts = ask_checks(attempt, exercise, False, verdicts)
        except (Problem, ZygoteError):
            return {}
        finally:
            attempt.close()
        return verdicts


def _unwritten(verdicts: Verdicts) -> bool:
    return any("not written yet" in made.hidden for made in verdicts.values())


def _same_answers(verdicts: Verdicts, known: Verdicts) -> bool:
    """Whether all checks ended and answered alike; what tells most mistakes apart comes first."""
    return all(
        name in known and made.outcome == known[name].outcome for name, made in verdicts.items()
    ) and all(
        _same(made.transcript, known[name].transcript)
        for name, made in sorted(verdicts.items(), key=lambda item: item[1].passed)
    )


def _same(left: Any, right: Any, rtol: float = _RTOL) -> bool:
    """Whether two values of transcripts are equal within tolerance."""
    if isinstance(left, tuple) and isinstance(right, tuple):  # an observable and its name
        return left[0] == right[0] and _same(left[1], right[1], _OBSERVED_RTOL)
    if isinstance(left, Ref) and isinstance(right, Ref):
        return True
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(
            _same(one, other, rtol) for one, other in zip(left, right, strict=True)
        )
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(
            _same(left[key], right[key], rtol) for key in left
        )
    if isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS):
        one, other = np.asarray(left), np.asarray(right)
        return one.shape == other.shape and bool(
            np.isclose(one, other, rtol=rtol, atol=_ATOL, equal_nan=True).all()
        )
    return type(left) is type(right) and bool(left == right)


_NUMBERS = (bool, int, float, np.ndarray, np.generic)


def _worded(found: Sequence[Sequence[Mistake]]) -> Explanation:
    """Both names where two mistakes answer alike; both explanations of a pair."""
    names = [" and ".join(made.name for made in mistakes) for mistakes in found]
    explanations = [" ".join(made.explanation for made in mistakes) for mistakes in found]
    joined = "\n\nOr: ".join(explanations)
    diagnosis = Diagnosis(kind="mistake", name=", or ".join(names), explanation=joined)
    return diagnosis, " ".join(made.hint for made in found[0])
