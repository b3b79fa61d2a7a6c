"""Inputs that anybody may see: small, of short numbers, from a seed that is written down here.

A check draws them as it draws its hidden ones, from a `numpy.random.Generator`. No number of a
grading run has a part in them.
"""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np

PUBLIC_SEED = 0
# How often a check is asked again: each time with inputs that are a bit larger and longer.
SIZES = 3
_DIGITS = (0, 0, 1)
_MOST_OF_A_RANGE = 10


def showable_generator(check_name: str, size: int) -> np.random.Generator:
    """The generator of a check's showable inputs.

    Args:
        check_name: of the check.
        size: from 0, the smallest and shortest, below `SIZES`.
    """
    digest = hashlib.sha256(f"showable {PUBLIC_SEED} {size} {check_name}".encode()).digest()
    return ShortNumbers(np.random.PCG64(int.from_bytes(digest[:16], "little")), size)


class ShortNumbers(np.random.Generator):
    """Draws as its base does, and rounds: few digits, and whole numbers near the least allowed.

    What a check may count on holds: a uniform number lies in its interval, and no continuous one
    becomes 0 by being rounded. What picks or shuffles is left as it is.

    Args:
        bits: where chance comes from.
        size: from 0; how far whole numbers go above the least, and digits beyond the first.
    """

    def __init__(self, bits: np.random.BitGenerator, size: int) -> None:
        super().__init__(bits)
        self._size = size

    def integers(self, low: Any, high: Any = None, size: Any = None, *args: Any, **kw: Any) -> Any:
        """Whole numbers: a single one is among the least, which makes shapes small."""
        if high is None:
            low, high = 0, low
        if np.ndim(low) or np.ndim(high):
            return super().integers(low, high, size, *args, **kw)
        most = self._size + 2 if size is None else _MOST_OF_A_RANGE
        return super().integers(low, min(high, low + most), size, *args, **kw)

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        """Numbers of an interval."""
        return self._short(super().uniform(low, high, size), np.subtract(high, low), low, high)

    def random(self, size: Any = None, *args: Any, **kw: Any) -> Any:
        """Numbers between 0 and 1."""
        return self._short(super().random(size, *args, **kw), 1.0, 0.0, 1.0)

    def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        """Numbers around a mean."""
        return self._short(super().normal(loc, scale, size), scale)

    def standard_normal(self, size: Any = None, *args: Any, **kw: Any) -> Any:
        """Numbers around 0."""
        return self._short(super().standard_normal(size, *args, **kw), 1.0)

    def _short(self, drawn: Any, width: Any, low: Any = -math.inf, high: Any = math.inf) -> Any:
        """Numbers rounded to about a tenth of a width, or a hundredth, within an interval."""
        values = np.asarray(drawn)
        more = _DIGITS[min(self._size, SIZES - 1)]
        given = (np.broadcast_to(one, values.shape).ravel() for one in (width, low, high))
        short = [
            _rounded(float(one), float(wide) or 1.0, float(least), float(most), more)
            for one, wide, least, most in zip(values.ravel(), *given, strict=True)
        ]
        if not isinstance(drawn, np.ndarray):
            return type(drawn)(short[0])
        return np.array(short, dtype=values.dtype).reshape(values.shape)


def _rounded(drawn: float, width: float, low: float, high: float, more: int) -> float:
    digits = 1 - math.floor(math.log10(abs(width))) + more
    for places in range(max(0, digits), max(0, digits) + 4):
        short = round(drawn, places)
        if short and (low <= short < high or low == high == drawn):
            return short
    return drawn
