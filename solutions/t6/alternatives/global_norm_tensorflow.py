"""TensorFlow's own function, on tensors of one dtype."""

import tensorflow as tf

EXERCISE = "global_norm"


def global_norm(grads):
    tensors = [tf.cast(g, tf.float64) for g in grads if g is not None]
    if not tensors:
        return 0.0
    return tf.linalg.global_norm(tensors)
