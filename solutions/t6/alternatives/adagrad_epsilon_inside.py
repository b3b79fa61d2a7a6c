"""Keras's form: epsilon inside the root."""

import numpy as np

EXERCISE = "Adagrad"
CONVENTION = "adagrad-epsilon-inside"


class Adagrad:
    def __init__(self, learning_rate=0.01, initial_accumulator_value=0.0, epsilon=1e-7):
        if not learning_rate > 0:
            raise ValueError("learning_rate")
        if not initial_accumulator_value >= 0 or not epsilon >= 0:
            raise ValueError("initial_accumulator_value and epsilon must not be negative")
        self.learning_rate = learning_rate
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon
        self.reset()

    def reset(self):
        self.iterations = 0
        self.sums = {}

    def step(self, params, grads):
        new = {k: np.array(w, w.dtype if w.dtype.kind == "f" else float) for k, w in params.items()}
        given = {k: g for k, g in grads.items() if g is not None}
        if any(g.shape != new[k].shape for k, g in given.items()):
            raise ValueError("shapes differ")
        self.iterations += 1
        for k, g in given.items():
            start = np.full(g.shape, self.initial_accumulator_value, dtype=float)
            self.sums[k] = self.sums.get(k, start) + np.asarray(g, float) ** 2
            change = self.learning_rate * g / np.sqrt(self.sums[k] + self.epsilon)
            new[k] = (new[k] - change).astype(new[k].dtype)
        return new
