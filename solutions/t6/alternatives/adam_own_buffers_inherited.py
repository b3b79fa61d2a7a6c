"""A base class does the bookkeeping; averages live in own arrays, changed in place."""

import numpy as np

EXERCISE = "Adam"


class Optimizer:
    names = ()

    def __init__(self, **settings):
        if settings["learning_rate"] <= 0 or settings["epsilon"] < 0:
            raise ValueError("learning_rate or epsilon")
        for name in self.names:
            if not 0 <= settings[name] < 1:
                raise ValueError(name)
        vars(self).update(settings)
        self.reset()

    def reset(self):
        self.iterations = 0
        self.slots = {}

    def step(self, params, grads):
        pairs = {}
        for name, value in params.items():
            w = np.array(value, copy=True)
            w = w if w.dtype.kind == "f" else w.astype(float)
            g = grads.get(name)
            if g is not None and np.shape(g) != w.shape:
                raise ValueError(name)
            pairs[name] = w, g
        self.iterations += 1
        for name, (w, g) in pairs.items():
            if g is not None:
                if name not in self.slots:
                    self.slots[name] = np.zeros((2, *w.shape))
                w[...] -= self.change(self.slots[name], g)
        return {name: w for name, (w, _) in pairs.items()}


class Adam(Optimizer):
    names = ("beta_1", "beta_2")

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(learning_rate=learning_rate, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon)

    def change(self, moments, g):
        betas = np.array([self.beta_1, self.beta_2]).reshape((2,) + (1,) * np.ndim(g))
        moments *= betas
        moments += (1 - betas) * np.stack([g, np.square(g)])
        first, second = moments / (1 - betas**self.iterations)
        return self.learning_rate * first / (np.sqrt(second) + self.epsilon)
