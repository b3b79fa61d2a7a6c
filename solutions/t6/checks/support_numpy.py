"""Public stand-ins for the NumPy exercises: run beside the student's code, no secret.

They belong in the same namespace as those of `support.py`.
"""

import numpy as np


def random_generator(seed):
    """A ``numpy.random.Generator``, the source of randomness that an exercise is handed."""
    return np.random.default_rng(seed)


def smooth_function(a, b, shape=()):
    """The function ``f(x) = sum(a x)^3 + sum(b x^2)``, to be differentiated.

    Args:
        a, b: arrays of the shape of x.
        shape: shape of the answer, which has one entry; ``()`` gives a plain float.
    """

    def f(x):
        value = np.sum(a * x) ** 3 + np.sum(b * np.square(x))
        return np.full(shape, value) if shape else float(value)

    return f


def sum_of_magnitudes():
    """The function ``f(x) = sum |x|``, which has a kink wherever an entry is 0."""
    return lambda x: float(np.sum(np.abs(x)))


def overlapping_steps(optimizer, params, grads):
    """Take two steps from the same point; which results share memory with something else.

    Returns:
        Names of the parameters whose new array shares memory with an array of `params` or `grads`,
        or with the new array of the other step.
    """
    first = optimizer.step(params, grads)
    second = optimizer.step(params, grads)
    given = [array for array in list(params.values()) + list(grads.values()) if array is not None]
    shared = set()
    for result, other in ((first, second), (second, first)):
        for name, value in result.items():
            beside = given + [array for array in other.values() if isinstance(array, np.ndarray)]
            if isinstance(value, np.ndarray) and any(
                np.shares_memory(value, array) for array in beside
            ):
                shared.add(name)
    return sorted(shared)
