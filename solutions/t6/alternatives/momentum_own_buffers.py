"""Velocities in arrays of its own, changed in place; the result is a sum of copies."""

import numpy as np

EXERCISE = "Momentum"


class Momentum:
    def __init__(self, learning_rate=0.01, momentum=0.9, nesterov=False):
        if not learning_rate > 0 or not 0 <= momentum < 1:
            raise ValueError("learning_rate or momentum")
        self.learning_rate, self.momentum, self.nesterov = learning_rate, momentum, nesterov
        self.iterations = 0
        self._v = {}

    def reset(self):
        self.iterations = 0
        self._v.clear()

    def step(self, params, grads):
        ready = {}
        for name, w in params.items():
            w = np.array(w, dtype=w.dtype if w.dtype.kind == "f" else np.float64)
            g = grads.get(name)
            if g is not None and g.shape != w.shape:
                raise ValueError("shape of " + name)
            ready[name] = (w, g)
        self.iterations += 1
        for name, (w, g) in ready.items():
            if g is None:
                continue
            v = self._v.setdefault(name, np.zeros(w.shape))
            v *= self.momentum
            v -= self.learning_rate * g
            w += v.astype(w.dtype)
        return {name: w for name, (w, g) in ready.items()}
