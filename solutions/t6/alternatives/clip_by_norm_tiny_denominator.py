"""Divides by the norm plus 1e-6, as PyTorch does."""

import numpy as np

EXERCISE = "clip_by_norm"


def clip_by_norm(grads, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm must be positive")
    result = []
    for i, g in enumerate(grads):
        if g is not None:
            if not np.all(np.isfinite(g)):
                raise ValueError(i)
            g = np.array(g)
            g *= min(
                float(max_norm) / (float(np.linalg.norm(g.ravel().astype(np.float64))) + 1e-6), 1.0
            )
        result.append(g)
    return result
