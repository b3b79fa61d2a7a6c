"""A persistent tape, asked layer by layer; the isinstance of layers decides."""

import math

import numpy as np

EXERCISE = "layer_gradient_norms"


def layer_gradient_norms(model, x, y, loss_fn):
    import tensorflow as tf
    from tensorflow import keras

    with_kernel = (keras.layers.Dense, keras.layers.Conv2D)
    norms = {}
    with tf.GradientTape(persistent=True) as tape:
        loss = loss_fn(y, model(x, training=False))
        if model.losses:
            loss = loss + tf.math.add_n(model.losses)
    for layer in model.layers:
        if isinstance(layer, with_kernel):
            gradient = np.asarray(tape.gradient(loss, layer.kernel), dtype="float64")
            norms[layer.name] = math.sqrt(float(np.vdot(gradient, gradient)))
    return norms
