"""Write numbers of things, and of points, the way people read them."""

from __future__ import annotations

_DIGITS = 6  # more than points have


def amount(value: float, digits: int = _DIGITS) -> str:
    """A number without needless zeros: ``4``, ``4.5``, ``4.25``.

    Args:
        value: points have few digits and need none cut; means have many.
        digits: how many to show at most.
    """
    text = f"{round(value, digits) + 0.0:.{digits}f}"
    return text.rstrip("0").rstrip(".") if digits else text


def points(value: float, digits: int = _DIGITS) -> str:
    """A number of points with its unit: ``1 point``, ``4.5 points``."""
    number = amount(value, digits)
    return f"{number} point" if number == "1" else f"{number} points"


def more_points(value: float) -> str:
    """As `points`, for what may come on top: ``4 more points``."""
    return points(value).replace(" ", " more ")


def counted(count: int, word: str) -> str:
    """A number of things: ``1 line``, ``3 lines``."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
