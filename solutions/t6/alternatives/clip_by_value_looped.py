"""Entry by entry on copies, with min and max."""

import math

import numpy as np

EXERCISE = "clip_by_value"


def clip_by_value(grads, limit):
    if limit <= 0:
        raise ValueError("limit must be greater than 0, got %r" % limit)
    clipped = []
    for number, g in enumerate(grads):
        if g is None:
            clipped.append(None)
            continue
        copy = g.copy()
        for index in np.ndindex(copy.shape):
            value = float(copy[index])
            if math.isnan(value) or math.isinf(value):
                raise ValueError("grads[%d]" % number)
            copy[index] = max(-limit, min(limit, value))
        clipped.append(copy)
    return clipped
