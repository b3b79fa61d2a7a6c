"""TensorFlow reductions; the values are tensors."""

import tensorflow as tf

EXERCISE = "activation_report"


def activation_report(activations, kind):
    a = tf.cast(activations, tf.float64)
    tests = {
        "relu": lambda: tf.zeros_like(a, dtype=tf.bool),
        "sigmoid": lambda: (a < 0.03) | (a > 0.97),
        "tanh": lambda: tf.abs(a) > 0.97,
    }
    if kind not in tests:
        raise ValueError(kind)
    zero = tf.equal(a, 0.0)
    return {
        "zero_fraction": tf.reduce_mean(tf.cast(zero, tf.float64)),
        "dead_units": tf.reduce_sum(tf.cast(tf.reduce_all(zero, axis=0), tf.int32)),
        "saturated_fraction": tf.reduce_mean(tf.cast(tests[kind](), tf.float64)),
    }
