"""Plain Python numbers, nested dictionaries for the state."""

import math

import numpy as np

EXERCISE = "RMSprop"


class RMSprop:
    def __init__(self, learning_rate=0.001, rho=0.9, epsilon=1e-7):
        if learning_rate <= 0:
            raise ValueError("learning_rate")
        if rho < 0 or rho >= 1:
            raise ValueError("rho")
        if epsilon < 0:
            raise ValueError("epsilon")
        self.learning_rate, self.rho, self.epsilon = learning_rate, rho, epsilon
        self.iterations = 0
        self.s = {}

    def reset(self):
        self.iterations = 0
        self.s = {}

    def step(self, params, grads):
        for name, g in grads.items():
            if g is not None and g.shape != params[name].shape:
                raise ValueError(name)
        self.iterations += 1
        new = {}
        for name, w in params.items():
            values = [float(value) for value in w.ravel()]
            g = grads.get(name)
            if g is not None:
                old = self.s.get(name, [0.0] * len(values))
                fresh = [
                    self.rho * s + (1.0 - self.rho) * float(d) * float(d)
                    for s, d in zip(old, g.ravel())
                ]
                values = [
                    value - self.learning_rate * float(d) / (math.sqrt(s) + self.epsilon)
                    for value, d, s in zip(values, g.ravel(), fresh)
                ]
                self.s[name] = fresh
            dtype = w.dtype if w.dtype.kind == "f" else np.float64
            new[name] = np.array(values, dtype=dtype).reshape(w.shape)
        return new
