"""Stacks both sides in TensorFlow and returns a tensor."""

import numpy as np
import tensorflow as tf

EXERCISE = "numerical_gradient"


def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, np.float64)
    above, below = [], []
    for unit in np.eye(x.size):
        above.append(tf.reshape(tf.constant(f(x + h * unit.reshape(x.shape)), tf.float64), ()))
        below.append(tf.reshape(tf.constant(f(x - h * unit.reshape(x.shape)), tf.float64), ()))
    return tf.reshape((tf.stack(above) - tf.stack(below)) / (2 * h), x.shape)
