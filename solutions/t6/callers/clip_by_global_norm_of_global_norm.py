"""The norm is asked of the sibling exercise."""

import numpy as np

EXERCISE = "clip_by_global_norm"
CALLS = "global_norm"


def clip_by_global_norm(grads, max_norm):
    if max_norm <= 0:
        raise ValueError(f"max_norm is {max_norm}, but must be greater than 0")
    for position, g in enumerate(grads):
        if g is not None and not np.isfinite(g).all():
            raise ValueError(f"grads[{position}] has an entry that is not finite")
    norm = global_norm(grads)
    factor = max_norm / norm if norm > max_norm else 1.0
    return [None if g is None else (g * factor).astype(g.dtype) for g in grads], norm
