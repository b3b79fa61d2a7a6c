"""Norm of the concatenated vector, factor limit / max(norm, limit)."""

import numpy as np

EXERCISE = "clip_by_global_norm"


def clip_by_global_norm(grads, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    for position, g in enumerate(grads):
        if g is not None and not np.isfinite(g).all():
            raise ValueError(position)
    vector = np.concatenate([np.zeros(1)] + [g.ravel() for g in grads if g is not None])
    norm = np.linalg.norm(vector)
    factor = max_norm / max(norm, max_norm)
    return [None if g is None else (g * factor).astype(g.dtype) for g in grads], norm
