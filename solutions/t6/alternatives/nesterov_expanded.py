"""One expression from the old velocity: mu (mu v - lr g) - lr g."""

import numpy as np

EXERCISE = "Nesterov"


class Momentum:
    __slots__ = ("iterations", "learning_rate", "momentum", "nesterov", "velocity")

    def __init__(self, learning_rate=0.01, momentum=0.9, nesterov=False):
        if not learning_rate > 0:
            raise ValueError("learning_rate")
        if not 0 <= momentum < 1:
            raise ValueError("momentum")
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.nesterov = nesterov
        self.reset()

    def reset(self):
        self.iterations = 0
        self.velocity = {}

    def step(self, params, grads):
        mu, lr = self.momentum, self.learning_rate
        new, velocity = {}, dict(self.velocity)
        for name, w in params.items():
            dtype = w.dtype if w.dtype.kind == "f" else np.float64
            g = grads.get(name)
            if g is None:
                new[name] = np.array(w, dtype)
                continue
            if g.shape != w.shape:
                raise ValueError(name)
            old = velocity.get(name, np.zeros(w.shape))
            velocity[name] = mu * old - lr * g
            if self.nesterov:
                new[name] = np.array(w + mu * mu * old - (1 + mu) * lr * g, dtype)
            else:
                new[name] = np.array(w + velocity[name], dtype)
        self.velocity = velocity
        self.iterations += 1
        return new
