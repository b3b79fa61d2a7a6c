"""What is told of failed checks besides that they failed, looked into once and remembered."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.assignment.manifest import Exercise
from autograder.grading.counterexamples import Found, Search
from autograder.grading.diagnosis import Explainer, Explanation, Explanations
from autograder.grading.graded_attempt import GradedAttempt
from autograder.grading.mistake_answers import Verdicts
from autograder.grading.result_records import Diagnosis
from autograder.kit import Verdict


def explained_by(
    attempt: GradedAttempt,
    exercise: Exercise,
    own: Verdicts,
    diagnoser: Explainer | None,
    back: Mapping[str, tuple[tuple[str, ...], Verdict]],
) -> Explanations:
    """The mistakes that explain failures; see `Diagnoser.explain`."""
    if all(made.passed for made in own.values()):
        return {}
    known: dict[str, Explanation] | None
    key, known = attempt.together(
        "explained",
        own,
        [exercise.name, attempt.mistakes, *_lent(back)],
        dict[str, tuple[Diagnosis, str]],
    )
    if known is None:
        known = dict(diagnoser.explain(exercise, own)) if diagnoser else {}
        attempt.keep(key if diagnoser else b"", known)
    return known


def shown_for(
    attempt: GradedAttempt,
    exercise: Exercise,
    own: Verdicts,
    named: Mapping[str, str],
    search: Search | None,
    worth: Mapping[str, float],
    back: Mapping[str, tuple[tuple[str, ...], Verdict]],
) -> dict[str, Found]:
    """The counterexamples that may be shown; see `Search.find`."""
    checks = [made for made in attempt.assignment.checks_of(exercise) if made.showable]
    if not any(made.name in own and not own[made.name].passed for made in checks):
        return {}
    order = [made.name for made in sorted(checks, key=lambda made: -worth[made.name])]
    causes = [f"{name}: {cause}" for name, cause in named.items()]
    key, known = attempt.together(
        "shown",
        own,
        [exercise.name, attempt.reference, *order, "", *causes, "", *_lent(back)],
        dict[str, Found],
    )
    if known is None:
        known = search.find(exercise, own, named, worth) if search else {}
        attempt.keep(key if search and not search.interrupted else b"", known)
    return known


def _lent(back: Mapping[str, tuple[tuple[str, ...], Verdict]]) -> list[str]:
    return [f"{name} {' '.join(helpers)}" for name, (helpers, _) in back.items()]
