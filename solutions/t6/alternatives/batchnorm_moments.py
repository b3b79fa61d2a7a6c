"""tf.nn.moments and TensorFlow arithmetic."""

import numpy as np
import tensorflow as tf

EXERCISE = "batchnorm_forward"


def batchnorm_forward(
    x, gamma, beta, moving_mean, moving_var, momentum=0.99, eps=1e-3, training=True
):
    if not 0 <= momentum < 1:
        raise ValueError("momentum")
    if not eps >= 0:
        raise ValueError("eps")
    if {np.shape(a) for a in (gamma, beta, moving_mean, moving_var)} != {(x.shape[1],)}:
        raise ValueError("shape")
    dtype = x.dtype if x.dtype.kind == "f" else np.dtype("float64")
    x, gamma, beta, old_mean, old_var = [
        tf.cast(a, tf.float64) for a in (x, gamma, beta, moving_mean, moving_var)
    ]
    mean, var = tf.nn.moments(x, axes=[0]) if training else (old_mean, old_var)
    y = (x - mean) * tf.math.rsqrt(var + eps) * gamma + beta
    if training:
        old_mean = old_mean * momentum + mean * (1 - momentum)
        old_var = old_var * momentum + var * (1 - momentum)
    return tf.cast(y, dtype), tf.cast(old_mean, dtype), tf.cast(old_var, dtype)
