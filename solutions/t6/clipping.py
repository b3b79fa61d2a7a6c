"""Gradient clipping: by value, by norm, and by the norm of all gradients together.

`grads` is always a list of floating arrays or `None`, what `GradientTape.gradient` gives after
conversion to NumPy; a `None` stays `None`, and no array is changed in place.
"""

import numpy as np


def check_positive(name: str, value: float) -> None:
    """Raise `ValueError` unless `value` is greater than 0 (given)."""
    if not value > 0:
        raise ValueError(f"{name} must be > 0, got {value!r}")


def finite_copies(grads: list) -> list:
    """Copy every gradient, and refuse one that is infinite or not a number (given).

    Args:
        grads: list of floating arrays of any shape, or `None`.

    Returns:
        list of new arrays in the same order, floating dtypes kept, `None` where `grads` has it.

    Raises:
        ValueError: an entry is NaN or infinite; the message names its position in the list.

    Example:
        >>> finite_copies([np.array([1.0]), None, np.array([np.nan])])
        Traceback (most recent call last):
        ValueError: grads[2] has an entry that is not finite
    """
    copies = []
    for position, g in enumerate(grads):
        if g is None:
            copies.append(None)
            continue
        g = np.array(g)
        if not np.issubdtype(g.dtype, np.floating):
            g = g.astype(np.float64)
        if not np.all(np.isfinite(g)):
            raise ValueError(f"grads[{position}] has an entry that is not finite")
        copies.append(g)
    return copies


def clip_by_global_norm(grads: list, max_norm: float) -> tuple:
    """Shrink all gradients by one common factor when their joint norm exceeds `max_norm`.

    Formula: `g_i <- g_i * max_norm / norm` if `norm > max_norm`, with `norm` the square root of the
    sum of squares over all entries of all gradients. The direction of the whole step is kept.

    Args:
        grads: list of floating arrays of any shape, or `None`.
        max_norm: float > 0, the largest norm that is let through.

    Returns:
        `(clipped, norm)`: a list of new arrays with the dtypes of `grads` (`None` stays `None`),
        and the global norm before clipping as a float.

    Raises:
        ValueError: `max_norm` is not greater than 0, or an entry is not finite (the message names
            its position in the list).

    Reference:
        Pascanu, Mikolov and Bengio (2013), On the Difficulty of Training Recurrent Neural Networks,
        Algorithm 1; the convention is that of `tf.clip_by_global_norm`.

    Example:
        The norm of 3, 4 and 12 together is 13, so a limit of 6.5 halves every entry.

        >>> clipped, norm = clip_by_global_norm([np.array([3.0, 4.0]), None, np.array([12.0])], 6.5)
        >>> clipped[0].tolist(), clipped[1], clipped[2].tolist(), norm
        ([1.5, 2.0], None, [6.0], 13.0)
    """
    # TODO: measure the norm of all gradients together and shrink them all by the same factor.
    # HINT idea: one long vector made of all gradients is shortened; its direction must not turn.
    # HINT formula: norm = sqrt(sum of all g_ij^2);  g_i <- (max_norm / norm) g_i, if norm > max_norm
    # HINT pseudo-code:
    #     check max_norm; copy the gradients with finite_copies
    #     add up the squares in float64 (in float32 the square of 1e20 overflows)
    #     norm = root of that sum
    #     if norm is above the limit: multiply every gradient by limit over norm, keep its dtype
    #     return the gradients and the norm
    # BEGIN SOLUTION
    check_positive("max_norm", max_norm)
    clipped = finite_copies(grads)
    present = [g for g in clipped if g is not None]
    norm = float(np.sqrt(sum(np.sum(np.square(g, dtype=np.float64)) for g in present)))
    if norm > max_norm:
        scale = max_norm / norm
        clipped = [None if g is None else np.asarray(g * scale, dtype=g.dtype) for g in clipped]
    return clipped, norm
    # END SOLUTION
