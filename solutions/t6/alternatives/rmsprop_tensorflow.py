"""TensorFlow for the arithmetic, float64 inside."""

import numpy as np
import tensorflow as tf

EXERCISE = "RMSprop"


class RMSprop:
    def __init__(self, learning_rate=0.001, rho=0.9, epsilon=1e-7):
        if not learning_rate > 0:
            raise ValueError("learning_rate")
        if not 0 <= rho < 1:
            raise ValueError("rho")
        if not epsilon >= 0:
            raise ValueError("epsilon")
        self.learning_rate = learning_rate
        self.rho = rho
        self.epsilon = epsilon
        self.reset()

    def reset(self):
        self.iterations = 0
        self.rms = {}

    def step(self, params, grads):
        for name in params:
            g = grads.get(name)
            if g is not None and np.shape(g) != np.shape(params[name]):
                raise ValueError(name)
        self.iterations += 1
        new = {}
        for name, w in params.items():
            dtype = w.dtype if w.dtype.kind == "f" else np.float64
            value = tf.cast(w, tf.float64)
            if grads.get(name) is not None:
                g = tf.cast(grads[name], tf.float64)
                old = self.rms.get(name, tf.zeros_like(g))
                self.rms[name] = self.rho * old + (1 - self.rho) * tf.square(g)
                value -= self.learning_rate * g / (tf.sqrt(self.rms[name]) + self.epsilon)
            new[name] = tf.cast(value, dtype).numpy()
        return new
