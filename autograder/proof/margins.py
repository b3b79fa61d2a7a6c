"""How far each numeric check's tolerance lies from honest noise and from the nearest mistake."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from autograder.proof.trial_records import CheckTrial, Trial
from autograder.proof.trial_submissions import RIGHT

MARGIN_DECADES = 1.0
_LEAST = 1e-9


class Margin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a check's tolerance lies between honest noise and the nearest wrong answer.

    Attributes:
        check: its name.
        exercise: its exercise.
        rtol, atol: the tolerance.
        noise: the largest deviation of a right answer, in tolerances.
        nearest: the smallest deviation of a wrong one; null when none failed it by value.
    """

    check: str
    exercise: str
    rtol: float
    atol: float
    noise: float
    nearest: float | None

    @property
    def below(self) -> float:
        """Decades from the noise up to the tolerance."""
        return -math.log10(max(self.noise, _LEAST))

    @property
    def above(self) -> float | None:
        """Decades from the tolerance up to the nearest wrong answer."""
        return None if self.nearest is None else math.log10(min(self.nearest, 1 / _LEAST))

    @property
    def narrow(self) -> bool:
        """Whether one side has less than a decade."""
        return self.below < MARGIN_DECADES or (self.above or MARGIN_DECADES) < MARGIN_DECADES


def margins(trials: Sequence[Trial]) -> list[Margin]:
    """The margins of every check that compared a right answer's numbers."""
    noise: dict[str, CheckTrial] = {}
    nearest: dict[str, float] = {}
    for trial in trials:
        for name, made in trial.checks.items():
            if trial.kind in RIGHT and made.noise is not None and made.tolerance is not None:
                noise[name] = max(noise.get(name, made), made, key=lambda one: one.noise or 0.0)
            if trial.kind in ("mistake", "mutant") and made.deviation is not None:
                nearest[name] = min(nearest.get(name, math.inf), made.deviation)
    return [
        Margin(
            check=name,
            exercise=made.exercise,
            rtol=made.tolerance[0] if made.tolerance else 0.0,
            atol=made.tolerance[1] if made.tolerance else 0.0,
            noise=made.noise or 0.0,
            nearest=min(nearest[name], 1 / _LEAST) if name in nearest else None,
        )
        for name, made in sorted(noise.items())
    ]
