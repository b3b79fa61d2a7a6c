"""How the numbers of a class spread: the usual figures, a histogram, and who is far outside."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.assignment.wording import amount

_BINS = 10
_MOST = 60


@dataclass(frozen=True)
class Bar:
    """One bar of the distribution."""

    label: str
    count: int
    height: float


@dataclass(frozen=True)
class Outlier:
    """A submission that took far more of something than the middle half of the class."""

    name: str
    amount: float
    times: float


def facts(scores: Sequence[float], most: float) -> list[tuple[str, str]]:
    """Mean, median and so on, with their names; `most` is the score that is possible."""
    if not scores:
        return []
    told = [("mean", statistics.fmean(scores)), ("median", statistics.median(scores))]
    if len(scores) > 1:
        quarters = statistics.quantiles(scores, n=4, method="inclusive")
        told += [
            ("standard deviation", statistics.stdev(scores)),
            ("lower quarter", quarters[0]),
            ("upper quarter", quarters[2]),
        ]
    told += [("lowest", min(scores)), ("highest", max(scores)), ("possible", most)]
    return [(label, amount(value, 2)) for label, value in told]


def bars(scores: Sequence[float], most: float) -> list[Bar]:
    """How many have which tenth of the points."""
    counts = [0] * _BINS
    for score in scores:
        counts[min(_BINS - 1, max(0, int(score / most * _BINS + 1e-9)))] += 1
    highest = max(counts, default=0) or 1
    width = most / _BINS
    return [
        Bar(f"{amount(n * width, 2)}–{amount((n + 1) * width, 2)}", count, 100 * count / highest)
        for n, count in enumerate(counts)
    ]


def outliers(amounts: Sequence[tuple[str, float]]) -> list[Outlier]:
    """Who is beyond the upper quarter by more than three times the middle half, the largest first.

    And half as much again as the median: where all are alike, a little more is no outlier.
    """
    if len(amounts) < 4:
        return []
    quarters = statistics.quantiles([one for _, one in amounts], n=4, method="inclusive")
    low, middle, high = quarters
    most = max(high + 3 * (high - low), 1.5 * middle)
    found = [(name, one) for name, one in amounts if one > most]
    return [
        Outlier(name, one, one / middle if middle else 0.0)
        for name, one in sorted(found, key=lambda made: -made[1])[:_MOST]
    ]
