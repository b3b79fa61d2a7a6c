"""Say in a few words where a submission lost most."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.assignment.points import difference, total
from autograder.assignment.wording import amount
from autograder.grading.result_records import ExerciseResult


def most_lost(exercises: Iterable[ExerciseResult]) -> str:
    """Where most points were lost; a bonus that was left out is no loss."""
    lost = [
        (difference(made.max_score, total([made.score or 0.0, made.open_points])), made)
        for made in exercises
        if not (made.tier == "bonus" and not made.score)
    ]
    lost = sorted(((points, made) for points, made in lost if points > 0), key=lambda one: -one[0])
    if not lost:
        return ""
    _, most = lost[0]
    told = f"{most.name} {'?' if most.score is None else amount(most.score)}"
    more = f", and {len(lost) - 1} more" if len(lost) > 1 else ""
    return f"{told} of {amount(most.max_score)}{more}"
