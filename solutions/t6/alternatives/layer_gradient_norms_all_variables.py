"""The gradients of all variables are taken, and those of kernels picked out by identity."""

import numpy as np
import tensorflow as tf

EXERCISE = "layer_gradient_norms"


def layer_gradient_norms(model, x, y, loss_fn):
    with tf.GradientTape() as tape:
        predictions = model(tf.convert_to_tensor(x), training=False)
        loss = tf.add_n([loss_fn(tf.convert_to_tensor(y), predictions), *model.losses])
    variables = model.trainable_variables
    found = {id(v): g for v, g in zip(variables, tape.gradient(loss, variables))}
    norms = {}
    for layer in model.layers:
        kernel = getattr(layer, "kernel", None)
        if kernel is not None and id(kernel) in found:
            norms[layer.name] = float(np.sqrt((found[id(kernel)].numpy() ** 2).sum()))
    return norms
