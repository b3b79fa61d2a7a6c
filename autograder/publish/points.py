"""Write points the way people read them."""

from __future__ import annotations


def amount(value: float, digits: int = 2) -> str:
    """A number without needless zeros: ``4``, ``4.5``, ``4.25``."""
    text = f"{round(value, digits) + 0.0:.{digits}f}"
    return text.rstrip("0").rstrip(".") if digits else text


def more_points(value: float) -> str:
    """As `points`, for what may come on top: ``4 more points``."""
    return points(value).replace(" ", " more ")


def points(value: float) -> str:
    """A number of points with its unit: ``1 point``, ``4.5 points``."""
    number = amount(value)
    return f"{number} point" if number == "1" else f"{number} points"
