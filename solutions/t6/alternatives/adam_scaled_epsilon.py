"""The paper's algorithm with the corrections moved into the rate, epsilon scaled to match."""

import math

import numpy as np

EXERCISE = "Adam"


class Adam:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        if learning_rate <= 0:
            raise ValueError("learning_rate")
        for beta in (beta_1, beta_2):
            if beta < 0 or beta >= 1:
                raise ValueError("beta_1 and beta_2 must be in [0, 1)")
        if epsilon < 0:
            raise ValueError("epsilon")
        self.learning_rate = learning_rate
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.reset()

    def reset(self):
        self.t = 0
        self.m, self.v = {}, {}

    @property
    def iterations(self):
        return self.t

    def step(self, params, grads):
        given = {k: np.asarray(g, dtype=float) for k, g in grads.items() if g is not None}
        for k in given:
            if given[k].shape != np.shape(params[k]):
                raise ValueError(k)
        self.t += 1
        root = math.sqrt(1 - math.pow(self.beta_2, self.t))
        new = {}
        for k, w in params.items():
            w = np.array(w, dtype=w.dtype if w.dtype.kind == "f" else float)
            if k in given:
                g = given[k]
                self.m[k] = self.beta_1 * self.m.get(k, 0) + (1 - self.beta_1) * g
                self.v[k] = self.beta_2 * self.v.get(k, 0) + (1 - self.beta_2) * g * g
                rate = self.learning_rate * root / (1 - self.beta_1**self.t)
                w = (w - rate * self.m[k] / (np.sqrt(self.v[k]) + self.epsilon * root)).astype(
                    w.dtype
                )
            new[k] = w
        return new
