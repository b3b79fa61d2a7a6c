# T6: Gradient Descent Optimization, version 1.0.0
# Is my gradient right? (file 1 of 7)
#
# Write your code where a line raises NotImplementedError: replace that line and keep the rest.
# In this file:
#   numerical_gradient: 3 points, about 20 minutes
# Check yourself as often as you like:
#   python check.py numerical_gradient
# Hints are shown one by one, when you ask: 1 is an idea, 2 a formula, 3 pseudo-code.
#   python check.py --hint numerical_gradient 1

"""Numerical gradients: an independent answer to compare every hand-written gradient with."""

from typing import Callable

import numpy as np


def check_positive(name: str, value: float) -> None:
    """Raise `ValueError` unless `value` is greater than 0 (given)."""
    if not value > 0:
        raise ValueError(f"{name} must be > 0, got {value!r}")


def numerical_gradient(f: Callable, x, h: float = 1e-5) -> np.ndarray:
    """Approximate the gradient of `f` at `x` by central differences.

    Formula: `df/dx_i = (f(x + h e_i) - f(x - h e_i)) / (2 h)`, with `e_i` one in entry i and zero
    elsewhere. The error shrinks like `h^2`; a one-sided difference only manages `h`.

    Args:
        f: function from a float64 array of the shape of `x` to a scalar or an array of size 1.
        x: floating array of any shape, the point; it holds the same values afterwards.
        h: float > 0, how far to step to either side. Default 1e-5.

    Returns:
        float64 array of the shape of `x`.

    Raises:
        ValueError: `h` is not greater than 0.

    Reference:
        Goodfellow, Bengio and Courville (2016), Deep Learning, section 11.5, the
        centered difference of "compare back-propagated derivatives to numerical derivatives".

    Example:
        The gradient of the sum of squares is 2 x; central differences are exact for a parabola.

        >>> x = np.array([[1.0, -2.0], [0.5, 0.0]])
        >>> numerical_gradient(lambda x: np.sum(x**2), x).round(6).tolist()
        [[2.0, -4.0], [1.0, 0.0]]
    """
    # TODO: nudge one entry of x at a time, up and down, and divide the change of f by 2 h.
    raise NotImplementedError(
        "numerical_gradient: nudge one entry of x at a time, up and down, and divide the change of "
        "f by 2 h."
    )


def relative_error(a, b) -> float:
    """Compare two gradients, entry by entry, on a scale that does not depend on their size (given).

    Formula: the largest `|a - b| / max(1e-8, |a| + |b|)`. In float64, below 1e-7 is a match, and
    above 1e-2 is a mistake; in between, look again (a kink of ReLU, or a bad `h`).

    Args:
        a, b: arrays of the same shape.

    Returns:
        float in [0, 1], or NaN when an entry is NaN.

    Raises:
        ValueError: the shapes differ (broadcasting would hide the mistake).

    Example:
        >>> relative_error(np.array([1.0, 0.0]), np.array([3.0, 0.0]))
        0.5
    """
    a = np.asarray(a, dtype=np.float64)
    b = np.asarray(b, dtype=np.float64)
    if a.shape != b.shape:
        raise ValueError(f"a has shape {a.shape}, but b has shape {b.shape}")
    return float(np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))))
