"""Keeps sums in its own arrays, in place, and multiplies by a reciprocal."""

import numpy as np

EXERCISE = "Adagrad"


class Adagrad:
    def __init__(self, learning_rate=0.01, initial_accumulator_value=0.0, epsilon=1e-7):
        for name, value in [
            ("initial_accumulator_value", initial_accumulator_value),
            ("epsilon", epsilon),
        ]:
            if value < 0:
                raise ValueError(name)
        if learning_rate <= 0:
            raise ValueError("learning_rate")
        self.learning_rate = learning_rate
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon
        self.accumulators = {}
        self.iterations = 0

    def reset(self):
        self.accumulators, self.iterations = {}, 0

    def step(self, params, grads):
        copies = {}
        for name in params:
            w = np.array(params[name])
            copies[name] = w if w.dtype.kind == "f" else w.astype(float)
            if grads.get(name) is not None and grads[name].shape != w.shape:
                raise ValueError(name)
        self.iterations += 1
        for name, w in copies.items():
            g = grads.get(name)
            if g is None:
                continue
            if name not in self.accumulators:
                self.accumulators[name] = np.zeros(w.shape)
                self.accumulators[name] += self.initial_accumulator_value
            total = self.accumulators[name]
            total += g * g
            factor = np.reciprocal(np.sqrt(total) + self.epsilon)
            w[...] = w - self.learning_rate * g * factor
        return copies
