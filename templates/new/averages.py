"""Averages that move: what students start from is this file without its marked regions."""

import numpy as np


def windows(count: int, width: int) -> list:
    """First and last index of each window (given: it has no region)."""
    return [(max(0, last - width + 1), last) for last in range(count)]


def moving_average(values: np.ndarray, width: int) -> np.ndarray:
    """Mean of each value and the `width - 1` values before it; of fewer at the start.

    Args:
        values: array (n,).
        width: int > 0.

    Returns:
        array (n,).

    Raises:
        ValueError: `width` is less than 1.

    Example:
        >>> moving_average(np.array([2.0, 4.0, 9.0]), 2).tolist()
        [2.0, 3.0, 6.5]
    """
    # TODO: refuse a bad width, then average over each window.
    # HINT idea: how many values are there in the first window, and in the second?
    # BEGIN SOLUTION
    if width < 1:
        raise ValueError("width must be at least 1")
    numbers = np.asarray(values)
    return np.array([numbers[a : b + 1].mean() for a, b in windows(len(numbers), width)])
    # END SOLUTION


class RunningMean:
    """The mean of all values so far, without keeping them.

    Example:
        >>> running = RunningMean()
        >>> running.add(2.0); running.add(4.0)
        3.0
    """

    def __init__(self):
        self.count = 0
        self.mean = 0.0

    def add(self, value: float) -> float:
        """Take one more value into account, and return the mean."""
        # TODO: count the value, and move the mean towards it.
        # HINT formula: m_n = m_(n-1) + (x_n - m_(n-1)) / n
        # BEGIN SOLUTION
        self.count += 1
        self.mean += (value - self.mean) / self.count
        return self.mean
        # END SOLUTION
