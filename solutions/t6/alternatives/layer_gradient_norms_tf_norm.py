"""tf.norm on each kernel's gradient, hasattr for the kernels."""

import tensorflow as tf

EXERCISE = "layer_gradient_norms"


def layer_gradient_norms(model, x, y, loss_fn):
    layers = [layer for layer in model.layers if hasattr(layer, "kernel")]
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=False)) + sum(model.losses)
    grads = tape.gradient(loss, [layer.kernel for layer in layers])
    return {layer.name: tf.norm(g) for layer, g in zip(layers, grads)}
