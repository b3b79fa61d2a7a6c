"""Entry by entry with the math module."""

import math

import numpy as np

EXERCISE = "Adagrad"


class Adagrad:
    def __init__(self, learning_rate=0.01, initial_accumulator_value=0.0, epsilon=1e-7):
        if learning_rate <= 0 or initial_accumulator_value < 0 or epsilon < 0:
            raise ValueError("learning_rate, initial_accumulator_value or epsilon")
        self.learning_rate = learning_rate
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon
        self.reset()

    def reset(self):
        self.iterations = 0
        self.seen = {}

    def step(self, params, grads):
        for name, g in grads.items():
            if g is not None and g.shape != params[name].shape:
                raise ValueError(name)
        self.iterations += 1
        new = {}
        for name, w in params.items():
            new[name] = w.astype(w.dtype if w.dtype.kind == "f" else "float64")
            g = grads.get(name)
            if g is None:
                continue
            for i in np.ndindex(g.shape):
                total = self.seen.get((name, i), self.initial_accumulator_value)
                total += float(g[i]) ** 2
                self.seen[name, i] = total
                size = math.sqrt(total) + self.epsilon
                new[name][i] -= self.learning_rate * float(g[i]) / size
        return new
