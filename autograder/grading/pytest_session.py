"""Grade one submission through the boundary for a pytest run, which asks check by check."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from autograder.assignment.load import Assignment
from autograder.grading.diagnosis import Diagnoser
from autograder.grading.grade import grade
from autograder.grading.preload import preload_for
from autograder.grading.result_records import CheckResult, ExerciseResult
from autograder.intake.submissions import Entry, read
from autograder.isolation.tiers import Tier
from autograder.kit import Check
from autograder.sandbox.zygote import Zygote


class NoAnswer(Exception):
    """The submission as a whole gives no answer; the message says why."""


class GradedSubmission:
    """A submission behind the boundary, graded for the checks of one assignment.

    What a check gives rests on all others of its exercise and on those of its siblings. So the
    first question grades all that is chosen, as every other way in does, and each gets its part.

    Args:
        assignment: whose checks are asked.
        path: what was handed in: a folder, ``.py``, ``.ipynb`` or ``.zip``.
        seed: of the hidden inputs.
        tier: how it is isolated.
        only: names of the exercises that are asked; all when empty.

    Raises:
        ZygoteError: no worker can be started here.
    """

    def __init__(
        self,
        assignment: Assignment,
        path: Path,
        seed: int,
        tier: Tier,
        only: Collection[str] = (),
    ) -> None:
        bundle = read(Entry(path.stem, path))
        secrets = (assignment.folder, path)
        with Zygote(tier, preload_for(assignment, only), secrets) as zygote:
            diagnoser = Diagnoser(assignment, zygote, seed)
            self._result = grade(assignment, bundle, zygote, seed, only, diagnoser=diagnoser)

    def of(self, check: Check) -> tuple[ExerciseResult, CheckResult]:
        """What a check of the assignment gives, and its exercise.

        Raises:
            NoAnswer: nothing of the submission can be asked.
        """
        for exercise in self._result.exercises:
            for result in exercise.checks:
                if (exercise.name, result.name) == (check.exercise, check.name):
                    return exercise, result
        status, reason = self._result.status, self._result.reason
        raise NoAnswer(f"{status.replace('_', ' ')}: {reason}")
