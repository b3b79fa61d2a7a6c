"""Name the mistake that explains a failed check, by `kit.naming` and all the mistakes there are.

Known mistakes, in every accepted way of writing and in pairs, are put to the same checks with the
same inputs as the submission.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from autograder.assignment.load import Assignment
from autograder.assignment.manifest import Exercise
from autograder.grading.mistake_answers import MistakeAnswers, Verdicts
from autograder.grading.result_records import Diagnosis
from autograder.kit.naming import Named, Naming, is_telling, same
from autograder.sandbox.zygote import Zygote

Explanation = tuple[Diagnosis, str]
Explanations = Mapping[str, Explanation]


class Explainer(Protocol):
    """Says what explains the failed checks of an exercise."""

    def explain(self, exercise: Exercise, verdicts: Verdicts) -> Explanations: ...


class Diagnoser:
    """Explains failed exercises of one grading run; safe to share between slots.

    Args:
        assignment: whose mistakes are known.
        zygote: forks the workers that mistakes run in.
        seed: of the grading run, so that mistakes answer the same questions.
    """

    def __init__(self, assignment: Assignment, zygote: Zygote, seed: int) -> None:
        self._assignment = assignment
        self._known = MistakeAnswers(assignment, zygote, seed)

    def explain(self, exercise: Exercise, verdicts: Verdicts) -> Explanations:
        """The mistake that each failed check shows, with its hint; checks that show none are out.

        Args:
            exercise: one with a check that did not pass.
            verdicts: of all its checks that were asked, by name.
        """
        checks = [made for made in self._assignment.checks_of(exercise) if made.name in verdicts]
        if not any(is_telling(verdicts[made.name]) for made in checks):
            return {}
        with self._known.lock(exercise):
            naming = Naming(checks, verdicts, self._known.right(exercise).of)
            naming.explain_by(self._known.singles(exercise))
            if naming.left:
                # There are hundreds of these: each is asked the check that tells most, first.
                first = max(naming.left, key=naming.weights.__getitem__)
                check = next(made for made in checks if made.name == first)
                naming.explain_by(
                    [
                        known
                        for known in self._known.combined(exercise)
                        if same(verdicts[first], known.of(check))
                    ]
                )
            return {name: explanation(named) for name, named in naming.explained.items()}


def explanation(named: Named) -> Explanation:
    """What explains a check as a result has it, and the hint to it."""
    return Diagnosis(kind="mistake", name=named.name, explanation=named.explanation), named.hint
