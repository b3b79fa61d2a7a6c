"""Copies first, then scales the copies in place."""

import copy
import math

import numpy as np

EXERCISE = "clip_by_global_norm"


def clip_by_global_norm(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm")
    clipped = copy.deepcopy(grads)
    squares = []
    for i, g in enumerate(clipped):
        if g is None:
            continue
        if not np.isfinite(np.sum(np.abs(g))):
            raise ValueError("position %d" % i)
        squares += [v * v for v in g.ravel().tolist()]
    norm = math.sqrt(math.fsum(squares))
    if norm > max_norm:
        for g in clipped:
            if g is not None:
                g /= norm / max_norm
    return clipped, norm
