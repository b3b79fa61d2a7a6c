"""Inside a tf.function that returns all norms stacked; an OrderedDict comes back."""

from collections import OrderedDict

import tensorflow as tf

EXERCISE = "layer_gradient_norms"


def layer_gradient_norms(model, x, y, loss_fn):
    chosen = [layer for layer in model.layers if "kernel" in dir(layer)]

    @tf.function
    def compute(inputs, targets):
        with tf.GradientTape() as tape:
            loss = loss_fn(targets, model(inputs, training=False))
            for penalty in model.losses:
                loss += penalty
        grads = tape.gradient(loss, [layer.kernel for layer in chosen])
        return tf.stack([tf.sqrt(tf.reduce_sum(tf.square(g))) for g in grads])

    norms = compute(tf.constant(x), tf.constant(y)).numpy().tolist()
    return OrderedDict((layer.name, norm) for layer, norm in zip(chosen, norms))
