"""Entry by entry, in plain Python floats."""

import numpy as np

EXERCISE = "SGD"


class SGD:
    def __init__(self, learning_rate=0.01):
        if learning_rate <= 0:
            raise ValueError("learning_rate")
        self.learning_rate = learning_rate
        self.iterations = 0

    def reset(self):
        self.__init__(self.learning_rate)

    def step(self, params, grads):
        result = dict()
        for name in params:
            w = np.array(params[name])
            if w.dtype not in (np.float32, np.float64):
                w = w.astype(np.float64)
            g = grads.get(name, None)
            if g is not None and g.shape != w.shape:
                raise ValueError("%s: shapes differ" % name)
            if g is not None:
                for index in np.ndindex(*w.shape):
                    w[index] = float(w[index]) - self.learning_rate * float(g[index])
            result[name] = w
        self.iterations += 1
        return result
