"""A class with slots, and the rate behind a property."""

import numpy as np

EXERCISE = "SGD"


class SGD:
    __slots__ = ("_rate", "_steps")

    def __init__(self, learning_rate: float = 0.01):
        self.learning_rate = learning_rate
        self._steps = 0

    @property
    def learning_rate(self):
        return self._rate

    @learning_rate.setter
    def learning_rate(self, rate):
        if not rate > 0:
            raise ValueError("learning_rate")
        self._rate = rate

    @property
    def iterations(self):
        return self._steps

    def reset(self):
        self._steps = 0

    def step(self, params, grads):
        for name, g in grads.items():
            if g is not None and np.shape(g) != np.shape(params[name]):
                raise ValueError(name)
        self._steps += 1
        stepped = {}
        for name, w in params.items():
            new = np.array(w, dtype=np.result_type(w, np.float32) if w.dtype.kind == "f" else float)
            if grads.get(name) is not None:
                new -= (self._rate * grads[name]).astype(new.dtype)
            stepped[name] = new
        return stepped
