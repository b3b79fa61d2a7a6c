"""Draws column by column with choice, integers as the mask."""

import numpy as np

EXERCISE = "dropout_forward"


def dropout_forward(x, rate, rng, training):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    y = np.array(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    mask = np.ones(y.shape, dtype=int)
    if training and rate > 0:
        columns = mask.reshape(y.shape[0], -1)
        for j in range(columns.shape[1]):
            columns[:, j] = rng.choice([0, 1], size=y.shape[0], p=[rate, 1 - rate])
        y *= mask
        y /= 1 - rate
    return y, mask
