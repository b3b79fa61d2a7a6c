# T6: Gradient Descent Optimization, version 1.0.0
# When gradients explode (file 3 of 7)
#
# Write your code where a line raises NotImplementedError: replace that line and keep the rest.
# In this file:
#   global_norm: 2 points, about 10 minutes
#   clip_by_value: 3 points, about 15 minutes
#   clip_by_norm: 2 points, bonus, about 10 minutes
#   clip_by_global_norm: 5 points, about 25 minutes
#   clipped_train_step: 4 points, about 30 minutes
# Check yourself as often as you like:
#   python check.py global_norm
# Hints are shown one by one, when you ask: 1 is an idea, 2 a formula, 3 pseudo-code.
#   python check.py --hint global_norm 1

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


def global_norm(grads: list) -> float:
    """Measure all gradients together, as if they were one long vector.

    Formula: `norm = sqrt(sum over all gradients and all their entries of g^2)`.

    Args:
        grads: list of floating arrays of any shape, or `None` (which adds nothing).

    Returns:
        float: 0.0 for an empty list or nothing but `None`, NaN or inf when an entry is. Squares are
        added in float64: in float32 the square of 1e20 is already inf.

    Reference:
        Pascanu, Mikolov and Bengio (2013), On the Difficulty of Training Recurrent Neural Networks,
        section 3.2; the convention is that of `tf.linalg.global_norm`.

    Example:
        >>> global_norm([np.array([[3.0], [4.0]]), None, np.array([12.0])])
        13.0
    """
    # TODO: add up the squares of every entry of every gradient that is there, and take the root.
    raise NotImplementedError(
        "global_norm: add up the squares of every entry of every gradient that is there, and take "
        "the root."
    )


def clip_by_value(grads: list, limit: float) -> list:
    """Cut every entry of every gradient off at `-limit` and `limit`.

    Formula: `g_ij <- min(max(g_ij, -limit), limit)`. Entries are cut one by one, so the direction
    of the step turns; norm clipping keeps it.

    Args:
        grads: list of floating arrays of any shape, or `None`.
        limit: float > 0, the largest magnitude that is let through.

    Returns:
        list of new arrays with the dtypes of `grads`; `None` stays `None`.

    Raises:
        ValueError: `limit` is not greater than 0, or an entry is not finite (the message names its
            position in the list).

    Reference:
        Mikolov (2012), Statistical Language Models Based on Neural Networks, as described by
        Pascanu, Mikolov and Bengio (2013), section 3.2; the convention of `tf.clip_by_value`.

    Example:
        >>> clipped = clip_by_value([np.array([3.0, -4.0]), None, np.array([12.0])], limit=4.0)
        >>> clipped[0].tolist(), clipped[1], clipped[2].tolist()
        ([3.0, -4.0], None, [4.0])
    """
    # TODO: bring every entry into [-limit, limit].
    raise NotImplementedError("clip_by_value: bring every entry into [-limit, limit].")


def clip_by_norm(grads: list, max_norm: float) -> list:
    """Shrink each gradient on its own when its own norm exceeds `max_norm`.

    Formula: `g_i <- g_i * max_norm / ||g_i||` if `||g_i|| > max_norm`. Each array keeps its
    direction, but the arrays change in proportion to each other, so the whole step turns. Squares
    are added in float64: in float32 the square of 1e20 is already inf.

    Args:
        grads: list of floating arrays of any shape, or `None`.
        max_norm: float > 0, the largest norm of an array that is let through.

    Returns:
        list of new arrays with the dtypes of `grads`; `None` stays `None`.

    Raises:
        ValueError: `max_norm` is not greater than 0, or an entry is not finite (the message names
            its position in the list).

    Reference:
        The convention is that of `tf.clip_by_norm`, and of `clipnorm` in Keras's optimizers.

    Example:
        >>> clipped = clip_by_norm([np.array([3.0, 4.0]), np.array([12.0])], max_norm=4.0)
        >>> clipped[0].round(6).tolist(), clipped[1].tolist()
        ([2.4, 3.2], [4.0])
    """
    # TODO: shorten every gradient that is longer than max_norm, each by its own factor.
    raise NotImplementedError(
        "clip_by_norm: shorten every gradient that is longer than max_norm, each by its own "
        "factor."
    )


def clip_by_global_norm(grads: list, max_norm: float) -> tuple:
    """Shrink all gradients by one common factor when their joint norm exceeds `max_norm`.

    Formula: `g_i <- g_i * max_norm / norm` if `norm > max_norm`, with `norm` the square root of the
    sum of squares over all entries of all gradients, added in float64. The direction of the whole
    step is kept.

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
    # TODO: measure the norm of all gradients together, shrink them all by the same factor.
    raise NotImplementedError(
        "clip_by_global_norm: measure the norm of all gradients together, shrink them all by the "
        "same factor."
    )


def clipped_train_step(model, optimizer, x, y, loss_fn, max_norm: float) -> dict:
    """Train a Keras model on one batch, with gradients clipped by their global norm.

    Formula: `loss = loss_fn(y, model(x)) + sum of model.losses`; `g = d loss / d weights`;
    `g <- g * max_norm / norm` if `norm > max_norm`; only then does the optimizer apply `g`.

    Args:
        model: built Keras model; it runs in training mode (dropout is on, batch normalization uses
            the batch and updates its moving averages).
        optimizer: Keras optimizer without clipping of its own.
        x: batch of inputs, shape (n, ...), what `model` takes.
        y: targets, first axis n, what `loss_fn` takes. Mind the shapes: (n,) against (n, 1)
            broadcasts to (n, n) in a hand-written loss.
        loss_fn: function `(y_true, y_pred) -> scalar`.
        max_norm: float > 0, the largest global norm that is applied.

    Returns:
        dict of floats: `"loss"` before the update, penalties included; `"norm_before"` and
        `"norm_after"`, the global norm of the gradients before and after clipping.

    Raises:
        ValueError: `max_norm` is not greater than 0, or a gradient is not finite; no gradient has
            been applied then.

    Reference:
        Pascanu, Mikolov and Bengio (2013), On the Difficulty of Training Recurrent Neural Networks,
        Algorithm 1.

    Example:
        For `model(x) = x w` with `w = 1`, `x = 2`, `y = 0` and the mean squared error the loss is
        4 and the gradient `2 (2 * 1 - 0) * 2 = 8`. With `max_norm=1` and SGD at a rate of 0.1 the
        answer is `{"loss": 4.0, "norm_before": 8.0, "norm_after": 1.0}`, and `w` becomes 0.9.
    """
    # TODO: compute the gradients on a tape, clip them, let the optimizer apply them.
    raise NotImplementedError(
        "clipped_train_step: compute the gradients on a tape, clip them, let the optimizer apply "
        "them."
    )
