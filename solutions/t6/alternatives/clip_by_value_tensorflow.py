"""TensorFlow's minimum and maximum."""

import numpy as np
import tensorflow as tf

EXERCISE = "clip_by_value"


def clip_by_value(grads, limit):
    if limit <= 0:
        raise ValueError("limit")

    def one(position, g):
        if g is None:
            return None
        if not np.isfinite(g).all():
            raise ValueError(position)
        g = tf.constant(g)
        bound = tf.cast(limit, g.dtype)
        return tf.maximum(-bound, tf.minimum(bound, g))

    return [one(position, g) for position, g in enumerate(grads)]
