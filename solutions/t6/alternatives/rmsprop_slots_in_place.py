"""A class with slots that changes its own averages in place."""

import numpy as np

EXERCISE = "RMSprop"


class RMSprop:
    __slots__ = ("_mean", "epsilon", "iterations", "learning_rate", "rho")

    def __init__(self, learning_rate=0.001, rho=0.9, epsilon=1e-7):
        if not (learning_rate > 0 and 0 <= rho < 1 and epsilon >= 0):
            raise ValueError("learning_rate > 0, 0 <= rho < 1 and epsilon >= 0 must hold")
        self.learning_rate = learning_rate
        self.rho = rho
        self.epsilon = epsilon
        self.reset()

    def reset(self):
        self.iterations = 0
        self._mean = {}

    def step(self, params, grads):
        present = [n for n in params if grads.get(n) is not None]
        if [n for n in present if params[n].shape != grads[n].shape]:
            raise ValueError("shapes")
        self.iterations += 1
        result = {n: w.copy() if w.dtype.kind == "f" else w * 1.0 for n, w in params.items()}
        for n in present:
            mean = self._mean.setdefault(n, np.zeros_like(grads[n], dtype=np.float64))
            mean *= self.rho
            mean += (1 - self.rho) * grads[n] ** 2
            np.subtract(
                result[n],
                self.learning_rate * grads[n] / (mean**0.5 + self.epsilon),
                out=result[n],
                casting="same_kind",
            )
        return result
