"""Give nothing for what holds although an exercise does nothing."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.assignment.load import Assignment
from autograder.assignment.manifest_records import Exercise
from autograder.kit import Submission, Verdict
from autograder.kit.signs import shows_life

_LIFELESS = (
    "this holds for code that does nothing, too; it counts once an answer of this exercise depends "
    "on what is handed to it"
)


def without_life(
    assignment: Assignment, exercise: Exercise, verdicts: Mapping[str, Verdict]
) -> dict[str, Verdict]:
    """The verdicts as they count: where nothing shows life, nothing that happens to hold pays.

    Code that gives an argument back, always the same, nothing, or an error changes no argument and
    exceeds no limit. Whoever passes everything is right, whatever it looks like.

    Args:
        assignment: whose exercise it is.
        exercise: data has no life to show.
        verdicts: of the checks that were asked.
    """
    checks = assignment.checks_of(exercise)
    whole = all(check.name in verdicts for check in checks)
    signs = [sign for verdict in verdicts.values() for sign in verdict.signs]
    right = all(verdict.passed for verdict in verdicts.values())
    if exercise.kind != "code" or not whole or right or shows_life(signs):
        return dict(verdicts)
    silent = Submission(lambda *question: None)
    return {
        name: Verdict("failed", _LIFELESS, _LIFELESS, silent) if verdict.passed else verdict
        for name, verdict in verdicts.items()
    }
