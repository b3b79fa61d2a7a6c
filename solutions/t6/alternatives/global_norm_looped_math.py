"""math.fsum over every entry."""

import math

EXERCISE = "global_norm"


def global_norm(grads):
    squares = []
    for g in grads:
        if g is not None:
            squares.extend(float(value) ** 2 for value in g.flat)
    if not all(math.isfinite(square) for square in squares):
        return math.nan
    return math.sqrt(math.fsum(squares))
