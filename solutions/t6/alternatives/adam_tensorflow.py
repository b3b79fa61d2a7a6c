"""TensorFlow for the arithmetic, tensors as results."""

import numpy as np
import tensorflow as tf

EXERCISE = "Adam"


class Adam:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        if not learning_rate > 0:
            raise ValueError("learning_rate")
        if not 0 <= beta_1 < 1:
            raise ValueError("beta_1")
        if not 0 <= beta_2 < 1:
            raise ValueError("beta_2")
        if not epsilon >= 0:
            raise ValueError("epsilon")
        self.learning_rate = learning_rate
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.reset()

    def reset(self):
        self.iterations = 0
        self.m = {}
        self.v = {}

    def step(self, params, grads):
        for name, g in grads.items():
            if g is not None and np.shape(g) != np.shape(params[name]):
                raise ValueError(name)
        self.iterations += 1
        t = self.iterations
        new = {}
        for name, w in params.items():
            dtype = w.dtype if w.dtype.kind == "f" else np.float64
            x = tf.constant(w, dtype=tf.float64)
            if grads.get(name) is not None:
                g = tf.constant(grads[name], dtype=tf.float64)
                zero = tf.zeros_like(g)
                self.m[name] = self.beta_1 * self.m.get(name, zero) + (1 - self.beta_1) * g
                self.v[name] = self.beta_2 * self.v.get(name, zero) + (1 - self.beta_2) * g**2
                m_hat = self.m[name] / (1 - self.beta_1**t)
                v_hat = self.v[name] / (1 - self.beta_2**t)
                x = x - self.learning_rate * m_hat / (tf.sqrt(v_hat) + self.epsilon)
            new[name] = tf.cast(x, dtype)
        return new
