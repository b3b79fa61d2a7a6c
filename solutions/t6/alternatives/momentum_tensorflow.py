"""The velocity as a tf.Variable per parameter."""

import numpy as np
import tensorflow as tf

EXERCISE = "Momentum"


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
        self.slots = {}
        self.iterations = 0

    def step(self, params, grads):
        for name in params:
            if grads.get(name) is not None and grads[name].shape != params[name].shape:
                raise ValueError(name)
        self.iterations += 1
        results = {}
        for name, w in params.items():
            dtype = w.dtype if w.dtype.kind == "f" else np.float64
            moved = tf.constant(w, tf.float64)
            if grads.get(name) is not None:
                if name not in self.slots:
                    self.slots[name] = tf.Variable(tf.zeros(w.shape, tf.float64))
                gradient = tf.constant(grads[name], tf.float64)
                velocity = self.slots[name]
                velocity.assign(self.momentum * velocity - self.learning_rate * gradient)
                moved = moved + velocity
            results[name] = tf.cast(moved, dtype)
        return results
