"""Averages, from the mean of a list to a mean that follows."""

import numpy as np


def deviation(x):
    """How far each number is from the mean of all.

    Args:
        x: one or more numbers, shape (n,).

    Returns:
        x minus its mean, shape (n,), float64; `x` itself stays as it is.

    Raises:
        ValueError: `x` is empty.
    """
    # TODO: refuse an empty x, then take the mean away.
    # BEGIN SOLUTION
    x = np.asarray(x, dtype=np.float64)
    if x.size == 0:
        raise ValueError("x is empty")
    return x - x.sum() / x.size
    # END SOLUTION


def spread(x):
    """The root of the mean of the squared deviations.

    Args:
        x: one or more numbers, shape (n,).

    Returns:
        The standard deviation, a float.
    """
    # TODO: use deviation.
    # BEGIN SOLUTION
    d = deviation(x)
    return float(np.sqrt(np.sum(d**2) / len(d)))
    # END SOLUTION


class RunningMean:
    """The mean of all numbers so far."""

    def __init__(self):
        self.count = 0
        self.mean = 0.0

    def add(self, value):
        """Take in a number, and return the mean of all so far."""
        # TODO: count, and move the mean.
        # BEGIN SOLUTION
        self.count += 1
        self.mean += (value - self.mean) / self.count
        return self.mean
        # END SOLUTION

    def reset(self):
        """Forget all numbers."""
        # TODO: begin anew.
        # BEGIN SOLUTION
        self.count = 0
        self.mean = 0.0
        # END SOLUTION


def largest(x):
    """The largest of some numbers."""
    # TODO: without max.
    # BEGIN SOLUTION
    found = x[0]
    for value in x:
        if value > found:
            found = value
    return float(found)
    # END SOLUTION
