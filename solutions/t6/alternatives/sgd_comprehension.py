"""One dictionary comprehension, with the default of get."""

import numpy as np

EXERCISE = "SGD"


def _move(w, g, rate):
    w = np.asarray(w)
    kind = w.dtype if w.dtype.kind == "f" else np.dtype("float64")
    if g is None:
        return w.astype(kind, copy=True)
    if np.shape(g) != w.shape:
        raise ValueError("a gradient's shape differs from its parameter's")
    return (w - rate * np.asarray(g)).astype(kind)


class SGD:
    def __init__(self, learning_rate=0.01):
        if learning_rate <= 0:
            raise ValueError("learning_rate must be positive")
        self.learning_rate = learning_rate
        self.iterations = 0

    def step(self, params, grads):
        new = {k: _move(params[k], grads.get(k), self.learning_rate) for k in params}
        self.iterations = self.iterations + 1
        return new

    def reset(self):
        self.iterations = 0
