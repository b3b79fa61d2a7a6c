"""PyTorch's form: a buffer of plain gradients, the rate at the step."""

import numpy as np

EXERCISE = "Nesterov"
CONVENTION = "momentum-rate-outside"


class Momentum:
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
        self.iterations, self.buffer = 0, {}

    def step(self, params, grads):
        given = {k: np.asarray(g, float) for k, g in grads.items() if g is not None}
        for k, g in given.items():
            if g.shape != params[k].shape:
                raise ValueError(k)
        self.iterations += 1
        new = {k: w.astype(w.dtype if w.dtype.kind == "f" else float) for k, w in params.items()}
        for k, g in given.items():
            self.buffer[k] = self.momentum * self.buffer.get(k, 0) + g
            direction = g + self.momentum * self.buffer[k] if self.nesterov else self.buffer[k]
            new[k] = (new[k] - self.learning_rate * direction).astype(new[k].dtype)
        return new
