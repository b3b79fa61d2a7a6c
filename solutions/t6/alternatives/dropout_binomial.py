"""Bernoulli draws from binomial; the result is a list."""

import numpy as np

EXERCISE = "dropout_forward"


def dropout_forward(x, rate, rng, training):
    if not 0 <= rate < 1:
        raise ValueError("rate: %r" % rate)
    keep = 1 - rate if training else 1.0
    mask = rng.binomial(1, keep, size=np.shape(x)).astype(bool)
    dtype = x.dtype if x.dtype.kind == "f" else np.float64
    return [np.where(mask, np.divide(x, keep), 0).astype(dtype), mask]
