"""The smaller of 1 and limit / norm, with zero norms kept apart."""

import numpy as np

EXERCISE = "clip_by_norm"


def clip_by_norm(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm")
    clipped = []
    for position, g in enumerate(grads):
        if g is None:
            clipped.append(None)
            continue
        norm = np.sqrt(np.sum(np.float64(g) ** 2))
        if not np.isfinite(norm):
            raise ValueError("grads[%d]" % position)
        factor = 1.0 if norm == 0 else min(1.0, float(max_norm / norm))
        clipped.append(g * factor)
    return clipped
