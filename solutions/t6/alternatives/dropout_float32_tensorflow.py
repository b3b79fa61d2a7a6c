"""float32 draws and TensorFlow arithmetic."""

import numpy as np
import tensorflow as tf

EXERCISE = "dropout_forward"


def dropout_forward(x, rate, rng, training):
    if rate < 0.0 or rate >= 1.0:
        raise ValueError("rate")
    tensor = tf.constant(x, x.dtype if x.dtype.kind == "f" else tf.float64)
    if not training or rate == 0.0:
        return tensor, tf.ones_like(tensor)
    mask = tf.cast(rng.random(x.shape, dtype=np.float32) > rate, tensor.dtype)
    return tensor * mask / (1.0 - rate), mask
