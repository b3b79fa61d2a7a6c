"""TensorFlow arithmetic inside, tensors as results."""

import numpy as np
import tensorflow as tf

EXERCISE = "SGD"


class SGD:
    def __init__(self, learning_rate=0.01):
        if not learning_rate > 0:
            raise ValueError("learning_rate must be > 0")
        self.learning_rate = learning_rate
        self.reset()

    def reset(self):
        self.iterations = 0

    def step(self, params, grads):
        out = {}
        for key, value in params.items():
            w = tf.convert_to_tensor(value)
            if not w.dtype.is_floating:
                w = tf.cast(w, tf.float64)
            g = grads.get(key)
            if g is not None:
                if tuple(w.shape) != np.shape(g):
                    raise ValueError(key)
                w = tf.subtract(w, tf.cast(g, w.dtype) * tf.cast(self.learning_rate, w.dtype))
            out[key] = w
        self.iterations += 1
        return out
