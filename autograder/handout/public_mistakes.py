"""Ask known mistakes the public checks, so that a student hears the name of theirs at home."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.assignment.answers_here import AnswersHere, can_be_asked_here
from autograder.assignment.known_answers import apply, forms_of, read_mistakes
from autograder.assignment.load import Assignment
from autograder.kit import Check, Verdict
from autograder.kit.resemblance import alike
from autograder.student.known_mistakes import Answer, Words, written


def known_mistakes_json(assignment: Assignment) -> str:
    """The text of ``known_mistakes.json``: of exercises that can be asked at no cost.

    A mistake that passes every public check is not in it, nor is an answer that is the right one.
    """
    mistakes = read_mistakes(assignment.folder, assignment.manifest)
    right: dict[str, dict[str, Answer]] = {}
    known: list[tuple[str, Words, dict[str, Answer]]] = []
    for exercise in assignment.manifest.enabled_exercises:
        checks = [check for check in assignment.checks_of(exercise) if check.public]
        if not checks or not can_be_asked_here(exercise):
            continue
        text = (assignment.folder / exercise.file).read_text(encoding="utf-8")
        where = str(assignment.folder / exercise.file)
        reference = _verdicts(assignment, where, text, checks)
        right[exercise.name] = {name: _answer(verdict) for name, verdict in reference.items()}
        for made in mistakes:
            if exercise.name not in (made.exercise, *made.also):
                continue
            words = Words(made.name, made.explanation, made.hint)
            for form in forms_of(made):
                verdicts = _verdicts(
                    assignment, *apply([form], assignment.folder, assignment.manifest), checks
                )
                wrong = {
                    name: _answer(verdict)
                    for name, verdict in verdicts.items()
                    if not _as_right(verdict, reference[name])
                }
                if any(not verdict.passed for verdict in verdicts.values()):
                    known.append((exercise.name, words, wrong))
    return written(right, known)


def _verdicts(
    assignment: Assignment, file: str, text: str, checks: list[Check]
) -> Mapping[str, Verdict]:
    answers = AnswersHere(file, text, assignment.support(), _nothing)
    found = ((check.name, answers.of(check)) for check in checks)
    return {name: verdict for name, verdict in found if verdict is not None}


def _nothing(check: Check) -> Mapping[str, Any]:
    return {}


def _answer(verdict: Verdict) -> Answer:
    return Answer(verdict.outcome, verdict.hidden, verdict.transcript)


def _as_right(verdict: Verdict, right: Verdict) -> bool:
    return verdict.outcome == right.outcome and alike(verdict.transcript, right.transcript)
