"""Keras's form: epsilon inside the root."""

import numpy as np

EXERCISE = "RMSprop"
CONVENTION = "rmsprop-epsilon-inside"


class RMSprop:
    def __init__(self, learning_rate=0.001, rho=0.9, epsilon=1e-7):
        if not learning_rate > 0:
            raise ValueError("learning_rate")
        if not 0 <= rho < 1:
            raise ValueError("rho")
        if not epsilon >= 0:
            raise ValueError("epsilon")
        self.learning_rate = learning_rate
        self.rho = rho
        self.epsilon = epsilon
        self.reset()

    def reset(self):
        self.iterations = 0
        self.averages = {}

    def step(self, params, grads):
        new = {}
        for k, w in params.items():
            new[k] = np.array(w, dtype=w.dtype if w.dtype.kind == "f" else float)
            if grads.get(k) is not None and grads[k].shape != w.shape:
                raise ValueError(k)
        self.iterations += 1
        for k, w in new.items():
            g = grads.get(k)
            if g is not None:
                s = self.averages.get(k, np.zeros(g.shape))
                self.averages[k] = s + (1 - self.rho) * (np.square(g, dtype=float) - s)
                change = self.learning_rate * g / np.sqrt(self.averages[k] + self.epsilon)
                new[k] = np.asarray(w - change, dtype=w.dtype)
        return new
