"""Lay out small figures in points of a page, from numbers alone.

The page draws them; shape and place carry the meaning, never colour.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 560.0
ROW = 22.0
HEIGHT = 150.0
LEFT, RIGHT, TOP, BOTTOM = 130.0, 28.0, 8.0, 26.0
_DECADES = 2.0


@dataclass(frozen=True)
class Dot:
    """One number, where it stands and what it is."""

    x: float
    y: float
    told: str


@dataclass(frozen=True)
class Tick:
    """A mark of an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Strip:
    """One row: its name, its dots, where their mean stands, how many are missing."""

    name: str
    y: float
    dots: tuple[Dot, ...]
    mean: float | None
    missing: int


@dataclass(frozen=True)
class Figure:
    """A figure of `width` by `height`; it has `strips`, or a line through `dots`.

    Attributes:
        title: what is shown.
        logarithmic: whether the axis of values is.
        ticks: of the axis of values, which runs to the right for strips and upwards for a line.
        missing: places of a line that have no number.
    """

    title: str
    width: float
    height: float
    logarithmic: bool
    ticks: tuple[Tick, ...]
    strips: tuple[Strip, ...] = ()
    dots: tuple[Dot, ...] = ()
    missing: int = 0

    @property
    def path(self) -> str:
        """The line through the dots, as SVG says it."""
        return " ".join(f"{dot.x:.1f},{dot.y:.1f}" for dot in self.dots)


@dataclass(frozen=True)
class _Axis:
    """Numbers to places between `start` and `end`."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool

    def at(self, value: float) -> float:
        if self.logarithmic:
            value = math.log10(value)
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 2)

    def ticks(self) -> tuple[Tick, ...]:
        made = []
        for number in range(4):
            value = self.low + (self.high - self.low) * number / 3
            place = self.start + (self.end - self.start) * number / 3
            label = 10**value if self.logarithmic else value
            made.append(Tick(round(place, 2), f"{label:.3g}"))
        return tuple(made)


def strips(title: str, groups: Sequence[tuple[str, Sequence[float | None]]]) -> Figure:
    """A row a group with a dot a number, so that spread is seen and not only a mean."""
    numbers = [value for _, made in groups for value in made if value is not None]
    axis = _axis(numbers, LEFT, WIDTH - RIGHT)
    rows = []
    for number, (name, values) in enumerate(groups):
        y = TOP + ROW * (number + 0.5)
        known = [value for value in values if value is not None]
        dots = tuple(Dot(axis.at(value), y, f"{name}: {value:.6g}") for value in known)
        mean = axis.at(math.fsum(known) / len(known)) if known else None
        rows.append(Strip(name, y, dots, mean, len(values) - len(known)))
    height = TOP + ROW * len(groups) + BOTTOM
    return Figure(title, WIDTH, height, axis.logarithmic, axis.ticks(), strips=tuple(rows))


def line(title: str, values: Sequence[float | None]) -> Figure:
    """Numbers along a list, from left to right."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    axis = _axis([value for _, value in known], HEIGHT - BOTTOM, TOP)
    step = (WIDTH - LEFT / 2 - RIGHT) / max(1, len(values) - 1)
    dots = tuple(
        Dot(round(LEFT / 2 + place * step, 2), axis.at(value), f"{place + 1}: {value:.6g}")
        for place, value in known
    )
    missing = len(values) - len(known)
    return Figure(title, WIDTH, HEIGHT, axis.logarithmic, axis.ticks(), dots=dots, missing=missing)


def _axis(numbers: Sequence[float], start: float, end: float) -> _Axis:
    """An axis that holds all numbers; logarithmic where positive ones span decades."""
    low, high = min(numbers, default=0.0), max(numbers, default=1.0)
    logarithmic = low > 0 and math.log10(high) - math.log10(low) > _DECADES
    if logarithmic:
        low, high = math.log10(low), math.log10(high)
    if not math.isfinite(high - low):  # the ends of what a float can hold
        low, high = -1e300, 1e300
    if high - low < 1e-12 * max(1.0, abs(low), abs(high)):
        low, high = low - max(0.5, abs(low) / 2), high + max(0.5, abs(high) / 2)
    return _Axis(low, high, start, end, logarithmic)
