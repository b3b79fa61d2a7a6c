"""tf.linalg.global_norm and a scale, tensors as results."""

import numpy as np
import tensorflow as tf

EXERCISE = "clip_by_global_norm"


def clip_by_global_norm(grads, max_norm):
    if not max_norm > 0:
        raise ValueError("max_norm")
    for position, g in enumerate(grads):
        if g is not None and not np.isfinite(g).all():
            raise ValueError("grads[%d]" % position)
    present = [tf.cast(g, tf.float64) for g in grads if g is not None]
    norm = tf.linalg.global_norm(present) if present else tf.constant(0.0, tf.float64)
    scale = tf.cond(norm > max_norm, lambda: max_norm / norm, lambda: tf.ones_like(norm))
    clipped = [None if g is None else tf.cast(scale, g.dtype) * tf.constant(g) for g in grads]
    return clipped, norm
