"""What known mistakes answer to the checks of a grading run, asked when somebody needs to know."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from autograder.assignment.answers_here import AnswersHere, can_be_asked_here
from autograder.assignment.known_answers import (
    Mistake,
    Style,
    apply,
    forms_of,
    read_mistakes,
    read_styles,
)
from autograder.assignment.load import Assignment
from autograder.assignment.manifest import Exercise
from autograder.assignment.manifest_problems import ManifestError
from autograder.grading.asking import ask_checks
from autograder.grading.sandboxed import SandboxedAttempt
from autograder.grading.seeds import check_generator
from autograder.intake.submissions import Bundle
from autograder.kit import Check, Problem, Verdict
from autograder.sandbox.zygote import Zygote, ZygoteError

_MOST_PAIRS = 1000

Verdicts = Mapping[str, Verdict]


class Answers(Protocol):
    """An implementation that can be asked checks."""

    def of(self, check: Check) -> Verdict | None:
        """How a check ends with it; None when it cannot be asked."""
        ...


class Known:
    """An implementation with known mistakes in it.

    Attributes:
        mistakes: one, or two that are combined.
        style: the accepted way of writing in which they stand; empty for the reference's.
    """

    def __init__(self, mistakes: Sequence[Mistake], style: str, answers: Answers) -> None:
        self.mistakes = tuple(mistakes)
        self.style = style
        self.of = answers.of


class MistakeAnswers:
    """Every implementation whose answers explain one; safe to share between slots.

    Args:
        assignment: whose mistakes are known.
        zygote: forks the workers that mistakes run in where TensorFlow is used.
        seed: of the grading run, so that mistakes answer the same questions.
    """

    def __init__(self, assignment: Assignment, zygote: Zygote, seed: int) -> None:
        self._assignment = assignment
        self._zygote = zygote
        self._seed = seed
        self._mistakes = read_mistakes(assignment.folder, assignment.manifest)
        self._styles = read_styles(assignment.folder, assignment.manifest)
        self._support = assignment.support()
        self._made: dict[tuple[str, str], list[Known]] = {}
        self._locks = {made.name: threading.RLock() for made in assignment.manifest.exercises}

    def lock(self, exercise: Exercise) -> threading.RLock:
        """To be held while known answers of an exercise are asked."""
        return self._locks[exercise.name]

    def right(self, exercise: Exercise) -> Answers:
        """The reference itself."""
        return self._group(exercise, "right")[0]

    def singles(self, exercise: Exercise) -> list[Known]:
        """Each mistake of an exercise, and those of others that may cost it."""
        return self._group(exercise, "single")

    def combined(self, exercise: Exercise) -> list[Known]:
        """Mistakes in every accepted way of writing, then pairs of mistakes; none where asking
        takes seconds."""
        return [*self._group(exercise, "styled"), *self._group(exercise, "pair")]

    def _group(self, exercise: Exercise, kind: str) -> list[Known]:
        key = (exercise.name, kind)
        if key not in self._made:
            self._made[key] = list(getattr(self, f"_make_{kind}")(exercise))
        return self._made[key]

    def _make_right(self, exercise: Exercise) -> Iterator[Known]:
        text = (self._assignment.folder / exercise.file).read_text(encoding="utf-8")
        yield Known((), "", self._answers(exercise, exercise.file, text))

    def _make_single(self, exercise: Exercise) -> Iterator[Known]:
        shared = [made for made in self._mistakes if exercise.name in made.also]
        yield from self._known(exercise, ([made] for made in (*self._own(exercise), *shared)))

    def _make_styled(self, exercise: Exercise) -> Iterator[Known]:
        if can_be_asked_here(exercise):
            single = [[made] for made in self._own(exercise)]
            for style in self._styles:
                if style.exercise == exercise.name:
                    yield from self._known(exercise, single, style)

    def _make_pair(self, exercise: Exercise) -> Iterator[Known]:
        if can_be_asked_here(exercise):
            own = [made for made in self._own(exercise) if not made.alone]
            pairs = [
                pair for pair in itertools.combinations(own, 2) if pair[0].name != pair[1].name
            ]
            yield from self._known(exercise, pairs[:_MOST_PAIRS])

    def _own(self, exercise: Exercise) -> list[Mistake]:
        own = [made for made in self._mistakes if made.exercise == exercise.name]
        return [form for made in own for form in forms_of(made)]

    def _known(
        self,
        exercise: Exercise,
        sets: Iterable[Sequence[Mistake]],
        style: Style | None = None,
    ) -> Iterator[Known]:
        for mistakes in sets:
            changes: list[Mistake | Style] = [*mistakes, *([style] if style else [])]
            try:
                file, text = apply(changes, self._assignment.folder, self._assignment.manifest)
            except ManifestError:
                continue  # changes that touch the same text
            yield Known(mistakes, style.name if style else "", self._answers(exercise, file, text))

    def _fixtures(self, check: Check) -> dict[str, object]:
        rng = check_generator(self._seed, check.name)
        return {"rng": rng, "ref": self._assignment.reference}

    def _answers(self, exercise: Exercise, file: str, text: str) -> Answers:
        if can_be_asked_here(exercise):
            return AnswersHere(file, text, self._support, self._fixtures)
        return _Elsewhere(self._assignment, self._zygote, self._seed, exercise, file, text)


class _Elsewhere:
    """Asks in a worker, all checks at once: starting it is most of the work."""

    def __init__(
        self,
        assignment: Assignment,
        zygote: Zygote,
        seed: int,
        exercise: Exercise,
        file: str,
        text: str,
    ) -> None:
        bundle = Bundle("a known mistake", {file: text.encode()})
        self._attempt = SandboxedAttempt(assignment, bundle, zygote, seed)
        self._exercise = exercise
        self._verdicts: Verdicts | None = None

    def of(self, check: Check) -> Verdict | None:
        if self._verdicts is None:
            self._verdicts = self._ask()
        return self._verdicts.get(check.name)

    def _ask(self) -> Verdicts:
        try:
            self._attempt.prepare()
            verdicts = ask_checks(self._attempt, self._exercise, public=True)
            return ask_checks(self._attempt, self._exercise, False, verdicts)
        except (Problem, ZygoteError):
            return {}
        finally:
            self._attempt.close()
