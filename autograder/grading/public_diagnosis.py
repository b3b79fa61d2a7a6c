"""Name mistakes by the public checks alone: what a student's own check says, and nothing more."""

from __future__ import annotations

from autograder.assignment.load import Assignment
from autograder.assignment.manifest import Exercise
from autograder.grading.diagnosis import Explanations, explanation
from autograder.grading.mistake_answers import Verdicts
from autograder.handout.public_mistakes import known_mistakes_json
from autograder.student.known_mistakes import KnownMistakes


class PublicDiagnoser:
    """Explains as the handout does, from the same data.

    Args:
        assignment: whose mistakes are known.
    """

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._known: KnownMistakes | None = None

    def explain(self, exercise: Exercise, verdicts: Verdicts) -> Explanations:
        """See `Diagnoser.explain`."""
        checks = [check for check in self._assignment.checks_of(exercise) if check.public]
        if all(verdict.passed for verdict in verdicts.values()):
            return {}
        if self._known is None:
            self._known = KnownMistakes(known_mistakes_json(self._assignment))
        found = self._known.explain(exercise.name, checks, verdicts)
        return {name: explanation(named) for name, named in found.items()}
