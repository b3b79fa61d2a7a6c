"""PyTorch's clamped coefficient with 1e-6 in the denominator; a list instead of a tuple."""

import numpy as np

EXERCISE = "clip_by_global_norm"


def clip_by_global_norm(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm")
    total = 0.0
    for g in grads:
        if g is not None:
            total += float((g.astype(np.float64) ** 2).sum())
    norm = total**0.5
    if not np.isfinite(norm):
        raise ValueError("a gradient is not finite")
    coefficient = min(max_norm / (norm + 1e-6), 1.0)
    return [[None if g is None else g * coefficient for g in grads], norm]
