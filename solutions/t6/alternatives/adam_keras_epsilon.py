"""Keras's form: epsilon beside the root of the uncorrected second moment."""

import numpy as np

EXERCISE = "Adam"
CONVENTION = "adam-epsilon-hat"


class Adam:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        if not learning_rate > 0:
            raise ValueError("learning_rate")
        if not 0 <= beta_1 < 1:
            raise ValueError("beta_1")
        if not 0 <= beta_2 < 1:
            raise ValueError("beta_2")
        if not epsilon >= 0:
            raise ValueError("epsilon")
        self.learning_rate = learning_rate
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.reset()

    def reset(self):
        self.iterations = 0
        self.moments = {}

    def step(self, params, grads):
        for k, w in params.items():
            if grads.get(k) is not None and grads[k].shape != w.shape:
                raise ValueError(k)
        self.iterations += 1
        rate = self.learning_rate * np.sqrt(1 - self.beta_2**self.iterations)
        rate = rate / (1 - self.beta_1**self.iterations)
        new = {}
        for k, w in params.items():
            dtype = w.dtype if w.dtype.kind == "f" else np.float64
            new[k] = w.astype(dtype)
            g = grads.get(k)
            if g is None:
                continue
            m, v = self.moments.get(k, (np.zeros(w.shape), np.zeros(w.shape)))
            m = m + (g - m) * (1 - self.beta_1)
            v = v + (g**2 - v) * (1 - self.beta_2)
            self.moments[k] = m, v
            new[k] = np.asarray(new[k] - rate * m / (np.sqrt(v) + self.epsilon), dtype=dtype)
        return new
