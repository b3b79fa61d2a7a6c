"""One mistake is not billed by every check it touches: what it costs together has a limit."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from autograder.assignment.points import exact


def kept_shares(
    worth: Mapping[str, float], causes: Mapping[str, str], cap_percent: float
) -> dict[str, Fraction]:
    """The share of its points that each failed check keeps, since others failed for the same cause.

    Args:
        worth: points of every check of an exercise.
        causes: what each failed check failed for, as far as that is known.
        cap_percent: how much of the exercise one cause may cost, in percent.

    Returns:
        Shares from 0 to 1 of the checks in `causes`.
    """
    cap = sum(map(exact, worth.values())) * exact(cap_percent) / 100
    kept: dict[str, Fraction] = {}
    for cause in set(causes.values()):
        checks = [name for name, known in causes.items() if known == cause]
        cost = sum(exact(worth[name]) for name in checks)
        kept.update(dict.fromkeys(checks, 1 - cap / cost if cost > cap else Fraction(0)))
    return kept
