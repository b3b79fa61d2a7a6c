"""The form -mu v_old + (1 + mu) v_new of the Stanford course notes, looped."""

import numpy as np

EXERCISE = "Nesterov"


class Momentum:
    def __init__(self, learning_rate=0.01, momentum=0.9, nesterov=False):
        if learning_rate <= 0:
            raise ValueError("learning_rate")
        if momentum < 0 or momentum >= 1:
            raise ValueError("momentum")
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.nesterov = nesterov
        self.iterations = 0
        self.v = {}

    def reset(self):
        self.iterations = 0
        self.v = {}

    def step(self, params, grads):
        for name, g in grads.items():
            if g is not None and np.shape(g) != np.shape(params[name]):
                raise ValueError(name)
        new = {}
        for name, w in params.items():
            w = np.array(w, dtype=np.float32 if w.dtype == np.float32 else np.float64)
            g = grads.get(name)
            if g is not None:
                v = self.v.setdefault(name, np.zeros(w.shape))
                for i in np.ndindex(w.shape):
                    before = v[i]
                    v[i] = self.momentum * before - self.learning_rate * g[i]
                    if self.nesterov:
                        w[i] += -self.momentum * before + (1 + self.momentum) * v[i]
                    else:
                        w[i] += v[i]
            new[name] = w
        self.iterations += 1
        return new
