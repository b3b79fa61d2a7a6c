"""Gradient descent from scratch: SGD to Adam, and surfaces to watch them on.

Every optimizer takes `params` and `grads`, dictionaries from a parameter's name to an array, and
returns a dictionary of new arrays. State (velocities, averages) is kept per parameter name.
"""

import numpy as np


def check_positive(name: str, value: float) -> None:
    """Raise `ValueError` unless `value` is greater than 0 (given)."""
    if not value > 0:
        raise ValueError(f"{name} must be > 0, got {value!r}")


def begin_step(params: dict, grads: dict) -> tuple:
    """Read what one step needs, and change nothing (given).

    Args:
        params: dict from name to array, any shape. Integer arrays are read as float64.
        grads: dict from name to array of the parameter's shape. A gradient that is `None` or
            missing leaves its parameter as it is.

    Returns:
        `(updated, pairs)`. `updated` holds a floating copy of every parameter: the dictionary to
        fill in and return. `pairs` is a list of `(name, w, g)`, one for each parameter that has
        a gradient; `g` is float64, so arithmetic with it is done in float64.

    Raises:
        ValueError: a gradient's shape differs from its parameter's.

    Example:
        >>> updated, pairs = begin_step({"w": np.array([1, 2]), "b": np.array([0.5])},
        ...                             {"w": np.array([0.1, 0.2]), "b": None})
        >>> sorted(updated), [name for name, w, g in pairs]
        (['b', 'w'], ['w'])
    """
    updated = {}
    pairs = []
    for name, value in params.items():
        w = np.array(value)
        if not np.issubdtype(w.dtype, np.floating):
            w = w.astype(np.float64)
        updated[name] = w
        if grads.get(name) is None:
            continue
        g = np.asarray(grads[name], dtype=np.float64)
        if g.shape != w.shape:
            raise ValueError(
                f"grads[{name!r}] has shape {g.shape}, but params[{name!r}] has shape {w.shape}"
            )
        pairs.append((name, w, g))
    return updated, pairs


class SGD:
    """Stochastic gradient descent with a fixed step size.

    Formula: `w <- w - learning_rate * g`.

    Args:
        learning_rate: float > 0, the step size; read at every step. Default 0.01.

    Attributes:
        iterations: number of `step` calls so far.

    Raises:
        ValueError: `learning_rate` is not greater than 0.

    Reference:
        Robbins and Monro (1951), A Stochastic Approximation Method; Goodfellow, Bengio and
        Courville (2016), Deep Learning, Algorithm 8.1.

    Example:
        >>> sgd = SGD(learning_rate=0.5)
        >>> sgd.step({"w": np.array([1.0, 2.0])}, {"w": np.array([1.0, 6.0])})["w"].tolist()
        [0.5, -1.0]
    """

    def __init__(self, learning_rate: float = 0.01):
        # TODO: check learning_rate with check_positive, keep it as an attribute, call reset().
        # HINT idea: refuse a bad argument first, so that no half-built optimizer is left behind.
        # HINT formula: learning_rate > 0, and iterations = 0 at the start.
        # HINT pseudo-code:
        #     check the argument (the name goes into the message)
        #     remember the argument under its own name
        #     start counting from zero
        # BEGIN SOLUTION
        check_positive("learning_rate", learning_rate)
        self.learning_rate = learning_rate
        self.reset()
        # END SOLUTION

    def reset(self) -> None:
        """Forget all state, here only the count of steps; `learning_rate` stays (given)."""
        self.iterations = 0

    def step(self, params: dict, grads: dict) -> dict:
        """Return the parameters after one step.

        Args:
            params: dict from name to array of any shape.
            grads: dict from name to array of the same shape, `None` or missing to leave a
                parameter as it is.

        Returns:
            dict with the names of `params` and new arrays: a floating dtype is kept, integers
            become float64.

        Raises:
            ValueError: a gradient's shape differs from its parameter's; nothing has changed then.
        """
        updated, pairs = begin_step(params, grads)
        # TODO: count the step, move every w against its gradient, return the new arrays.
        # HINT idea: the gradient points uphill, so go the other way, a learning rate long.
        # HINT formula: w <- w - learning_rate g
        # HINT pseudo-code:
        #     add one to the count of steps
        #     for every (name, w, g) in pairs:
        #         updated[name] = w minus rate times g, as an array of w's dtype
        #     return updated
        # BEGIN SOLUTION
        self.iterations += 1
        for name, w, g in pairs:
            updated[name] = np.asarray(w - self.learning_rate * g, dtype=w.dtype)
        return updated
        # END SOLUTION
