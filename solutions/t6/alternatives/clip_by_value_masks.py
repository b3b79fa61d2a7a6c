"""Boolean masks on a copy: what is too large becomes its sign times the limit."""

import numpy as np

EXERCISE = "clip_by_value"


def clip_by_value(grads, limit):
    if not limit > 0:
        raise ValueError("limit")
    result = []
    for i, g in enumerate(grads):
        if g is not None:
            if np.isnan(g).any() or np.isinf(g).any():
                raise ValueError(i)
            g = np.array(g)
            large = np.abs(g) > limit
            g[large] = np.sign(g[large]) * limit
        result.append(g)
    return result
