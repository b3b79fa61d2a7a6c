"""g * limit / max(norm, limit), in TensorFlow."""

import numpy as np
import tensorflow as tf

EXERCISE = "clip_by_norm"


def clip_by_norm(grads, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm")
    if any(g is not None and not np.isfinite(g).all() for g in grads):
        raise ValueError("not finite")
    clipped = []
    for g in grads:
        if g is None:
            clipped.append(g)
        else:
            tensor = tf.convert_to_tensor(g)
            length = tf.cast(tf.norm(tf.cast(tensor, tf.float64)), tensor.dtype)
            limit = tf.cast(max_norm, tensor.dtype)
            clipped.append(tensor * limit / tf.maximum(length, limit))
    return clipped
