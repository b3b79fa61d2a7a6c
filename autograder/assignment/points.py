"""Count in points, exactly: what things are worth, what answers earn, and every sum of them.

Points of one assignment have so many decimals that its total has at least 10,000 steps (0.01 for
100 points), and whatever has points has a whole number of steps. So nothing has to be rounded to be
shown, and what is shown adds up. Points travel as floats, each the nearest to its decimal number;
whoever adds, splits or scales them comes here.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

_LEAST_STEPS = 10_000
_FEWEST, _MOST = 2, 6


@dataclass(frozen=True)
class Scale:
    """The steps in which an assignment counts.

    Attributes:
        places: decimals of its points.
    """

    places: int

    def nearest(self, points: float) -> float:
        """The nearest points there are; half a step counts up."""
        return self._points(self._steps(exact(points)))

    def part(self, points: float, share: float | Fraction) -> float:
        """A share of points, 0 to 1."""
        of_one = share if isinstance(share, Fraction) else exact(share)
        return self._points(self._steps(exact(points) * of_one))

    def less(self, points: float, percent: float) -> float:
        """Points of which so many percent are taken off."""
        return self._points(self._steps(exact(points) * (100 - exact(percent)) / 100))

    def split(self, points: float, weights: Sequence[float]) -> tuple[float, ...]:
        """Parts in proportion to their weights that add up to the whole.

        Steps that are left over go to the largest remainders; to the first of equal ones.

        Args:
            points: the whole.
            weights: none below 0; with only zeros all weigh the same.
        """
        known = [exact(weight) for weight in weights]
        if not any(known):
            known = [Fraction(1)] * len(known)
        whole = self._steps(exact(points))
        due = [whole * weight / sum(known) for weight in known]
        steps = [math.floor(part) for part in due]
        order = sorted(range(len(due)), key=lambda place: steps[place] - due[place])
        for place in order[: whole - sum(steps)]:
            steps[place] += 1
        return tuple(map(self._points, steps))

    def _steps(self, points: Fraction) -> int:
        return math.floor(points * Fraction(10**self.places) + Fraction(1, 2))

    def _points(self, steps: int) -> float:
        return float(Decimal(steps).scaleb(-self.places))


def scale_for(total: float, numbers: Iterable[float] = ()) -> Scale:
    """The steps for an assignment.

    Args:
        total: its points in all.
        numbers: other points of its manifest, each of which should be a whole number of steps.
    """
    places = _FEWEST
    while places < _MOST and exact(total) * 10**places < _LEAST_STEPS:
        places += 1
    return Scale(min(_MOST, max([places, *map(_decimals, (total, *numbers))])))


@functools.lru_cache(maxsize=4096)
def exact(number: float) -> Fraction:
    """The number that a float was written as: 0.1 is a tenth."""
    return Fraction(repr(float(number)))


def total(points: Iterable[float]) -> float:
    """The sum."""
    return float(sum(map(exact, points), Fraction(0)))


def total_decided(points: Iterable[float | None]) -> float | None:
    """The sum; None while one of them is not decided."""
    known = list(points)
    decided = [one for one in known if one is not None]
    return total(decided) if len(decided) == len(known) else None


def difference(points: float, other: float) -> float:
    """How much more `points` are than `other`."""
    return float(exact(points) - exact(other))


def _decimals(number: float) -> int:
    exponent = Decimal(repr(float(number))).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
