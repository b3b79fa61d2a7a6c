"""float32 throughout, cast back at the end."""

import numpy as np

EXERCISE = "Adagrad"


class Adagrad:
    def __init__(self, learning_rate=0.01, initial_accumulator_value=0.0, epsilon=1e-7):
        if not learning_rate > 0:
            raise ValueError("learning_rate")
        if not epsilon >= 0:
            raise ValueError("epsilon")
        if not initial_accumulator_value >= 0:
            raise ValueError("initial_accumulator_value")
        self.__dict__.update(
            learning_rate=learning_rate,
            initial_accumulator_value=initial_accumulator_value,
            epsilon=epsilon,
        )
        self.reset()

    def reset(self):
        self.iterations = 0
        self.a = {}

    def step(self, params, grads):
        new = {}
        pending = dict(self.a)
        for name, w in params.items():
            dtype = w.dtype if w.dtype.kind == "f" else np.float64
            g = grads.get(name)
            if g is None:
                new[name] = w.astype(dtype)
                continue
            if g.shape != w.shape:
                raise ValueError(name)
            g = g.astype(np.float32)
            start = np.full(g.shape, self.initial_accumulator_value, np.float32)
            pending[name] = pending.get(name, start) + g**2
            root = np.sqrt(pending[name]) + np.float32(self.epsilon)
            new[name] = (w.astype(np.float32) - np.float32(self.learning_rate) * g / root).astype(
                dtype
            )
        self.a = pending
        self.iterations += 1
        return new
