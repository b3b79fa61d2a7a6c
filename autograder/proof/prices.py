"""Say what mistakes cost: in their own exercise, and in one that calls it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from autograder.assignment.load import Assignment
from autograder.proof.trial_records import Trial

# What mistakes may cost where they are called, of what they cost at home.
SURCHARGE_SHARE = 0.05


class Surcharge(msgspec.Struct, frozen=True, kw_only=True):
    """What a mistake costs where it is called, and at home, in percent of the exercise.

    Attributes:
        exercise: the one that calls.
        answer: what calls what.
        home: lost in the exercise with the mistake.
        there: lost in the one that calls.
        failing: the checks that cost it.
    """

    exercise: str
    answer: str
    home: float
    there: float
    failing: tuple[str, ...] = ()


def prices(assignment: Assignment, mistakes: Sequence[Trial]) -> list[tuple[str, str, float]]:
    """Exercise, mistake and percent, by exercise and with the dearest first."""
    cap = assignment.manifest.assignment.mistake_cap_percent
    told = []
    for trial in mistakes:
        percent = _lost(assignment, trial, trial.exercise)
        told.append((trial.exercise, trial.name, min(percent, cap) if trial.named else percent))
    return sorted(told, key=lambda price: (price[0], -price[2]))


def _lost(assignment: Assignment, trial: Trial, exercise: str) -> float:
    """What failed checks make of an exercise, in percent, before any cap."""
    checks = assignment.checks_of(assignment.manifest.exercise(exercise))
    weights = {check.name: check.weight for check in checks}
    lost = sum(weights[name] for name in trial.failing(exercise))
    return round(100 * lost / sum(weights.values()), 1)


def surcharge(assignment: Assignment, trial: Trial) -> Surcharge:
    """What the trial of an answer that calls an exercise with a mistake in it shows."""
    (calling,) = trial.needs
    return Surcharge(
        exercise=calling,
        answer=trial.name,
        home=_lost(assignment, trial, trial.exercise),
        there=_lost(assignment, trial, calling),
        failing=tuple(trial.failing(calling)),
    )


def surcharged(found: Sequence[Surcharge]) -> list[str]:
    """Calls that cost, once all together cost more than a small part of what is lost at home."""
    if sum(one.there for one in found) <= SURCHARGE_SHARE * sum(one.home for one in found):
        return []
    return [
        f"{one.exercise}: {one.answer}: {', '.join(one.failing)}, {one.there:g} percent"
        for one in found
        if one.there
    ]
