"""The mask carries the scale, 1 / (1 - rate); x comes back as it is outside training."""

import numpy as np

EXERCISE = "dropout_forward"


def dropout_forward(x, rate, rng, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    if not training or rate == 0:
        return x.copy(), np.ones(x.shape)
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    mask = ((rng.uniform(size=x.shape) < 1 - rate) / (1 - rate)).astype(x.dtype)
    return x * mask, mask
