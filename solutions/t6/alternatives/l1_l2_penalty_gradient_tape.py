"""The gradient by automatic differentiation, whose slope of |w| at 0 is 0."""

import tensorflow as tf

EXERCISE = "l1_l2_penalty"


def l1_l2_penalty(kernels, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("negative")
    if not kernels:
        return 0.0, []
    tensors = [tf.constant(k, k.dtype if k.dtype.kind == "f" else tf.float64) for k in kernels]
    with tf.GradientTape() as tape:
        for tensor in tensors:
            tape.watch(tensor)
        penalty = tf.add_n(
            [
                tf.cast(
                    l1 * tf.reduce_sum(tf.abs(tensor)) + l2 * tf.reduce_sum(tensor * tensor),
                    tf.float64,
                )
                for tensor in tensors
            ]
        )
    return penalty, tape.gradient(penalty, tensors)
