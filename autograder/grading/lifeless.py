"""Give nothing for what holds although an exercise does nothing."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.assignment.load import Assignment
from autograder.assignment.manifest_records import Exercise
from autograder.kit import Verdict
from autograder.kit.signs import shows_life

LIFELESS = (
    "nothing of this exercise counts yet: what holds in it holds for code that does nothing, too; "
    "it counts once an answer depends on what is handed to it"
)


def is_lifeless(
    assignment: Assignment, exercise: Exercise, verdicts: Mapping[str, Verdict]
) -> bool:
    """Whether nothing in an exercise shows life, so that what happens to hold pays nothing.

    Code that gives an argument back, always the same, nothing, or an error changes no argument and
    exceeds no limit. Whoever passes everything is right, whatever it looks like. A check that holds
    still holds, here as at home: it is worth nothing.

    Args:
        assignment: whose exercise it is.
        exercise: data has no life to show.
        verdicts: of the checks that were asked.
    """
    checks = assignment.checks_of(exercise)
    whole = all(check.name in verdicts for check in checks)
    right = all(verdict.passed for verdict in verdicts.values())
    if exercise.kind != "code" or not whole or right:
        return False
    return not shows_life(sign for verdict in verdicts.values() for sign in verdict.signs)
