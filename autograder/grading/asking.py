"""Put an exercise's public or hidden checks to one submission, and get a verdict for each."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.assignment.manifest_records import Exercise
from autograder.grading.sandboxed import SandboxedAttempt
from autograder.kit import Verdict


def ask_checks(
    attempt: SandboxedAttempt,
    exercise: Exercise,
    public: bool,
    before: Mapping[str, Verdict] | None = None,
) -> dict[str, Verdict]:
    """The verdicts of an exercise's public or hidden checks, by the check's name.

    Args:
        attempt: the submission.
        exercise: the exercise.
        public: which of its checks.
        before: verdicts it has already; they are in the answer too.
    """
    verdicts: dict[str, Verdict] = dict(before or {})
    for check in attempt.assignment.checks_of(exercise):
        if check.public is public:
            verdicts[check.name] = attempt.ask_check(exercise, check, verdicts)
    return verdicts
