"""Gathers plain gradients and applies the rate at the step, as PyTorch does."""

import numpy as np

EXERCISE = "Momentum"
CONVENTION = "momentum-rate-outside"


class Momentum:
    def __init__(self, learning_rate=0.01, momentum=0.9, nesterov=False):
        if learning_rate <= 0:
            raise ValueError("learning_rate must be > 0")
        if momentum < 0 or momentum >= 1:
            raise ValueError("momentum must be in [0, 1)")
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.nesterov = nesterov
        self.reset()

    def reset(self):
        self.buffers = {}
        self.iterations = 0

    def step(self, params, grads):
        for name, w in params.items():
            if grads.get(name) is not None and np.shape(grads[name]) != np.shape(w):
                raise ValueError(name)
        self.iterations += 1
        new = {}
        for name, w in params.items():
            w = np.asarray(w)
            dtype = w.dtype if w.dtype.kind == "f" else np.float64
            g = grads.get(name)
            if g is None:
                new[name] = np.array(w, dtype=dtype)
                continue
            if name in self.buffers:
                self.buffers[name] = self.momentum * self.buffers[name] + g
            else:
                self.buffers[name] = np.array(g, dtype=np.float64)
            new[name] = np.asarray(w - self.learning_rate * self.buffers[name], dtype=dtype)
        return new
