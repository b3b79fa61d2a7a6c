"""Watch the health of training: gradient norms, activations and the loss.

Importing this module needs NumPy only; TensorFlow is imported when a model is looked at.
"""

import numpy as np


def layer_gradient_norms(model, x, y, loss_fn) -> dict:
    """Measure the gradient of every layer's kernel at one batch, in inference mode.

    Formula: `norm_l = || d(loss_fn(y, model(x)) + sum of model.losses) / d kernel_l ||_2`.

    Args:
        model: built Keras model. A kernel is the attribute `kernel` of a direct member of
            `model.layers` (Dense, Conv2D, ...); layers without one (BatchNormalization, Dropout,
            Flatten, ...) are left out, and so are biases and kernels that are frozen.
        x: batch of inputs, shape (n, ...), what `model` takes.
        y: targets, first axis n, what `loss_fn` takes.
        loss_fn: function `(y_true, y_pred) -> scalar`.

    Returns:
        dict from layer name to float, in the order of `model.layers`. No weight of the model, and
        no moving average, changes.

    Reference:
        Glorot and Bengio (2010), Understanding the Difficulty of Training Deep Feedforward Neural
        Networks, section 4.2 (back-propagated gradients per layer).

    Example:
        For `model(x) = x w` with `w = 1`, `x = 2`, `y = 0` and the mean squared error, the gradient
        is `2 (2 * 1 - 0) * 2 = 8`, so the answer is `{"dense": 8.0}`.
    """
    # TODO: take the gradient of the loss for every layer's kernel and return its L2 norm by name.
    # HINT idea: record one forward pass without dropout on a tape, then ask it for the kernels only.
    # HINT formula: norm_l = sqrt(sum over entries of (d loss / d kernel_l)^2)
    # HINT pseudo-code:
    #     on a GradientTape: loss = loss_fn of y and the model's output with training switched off,
    #         plus everything in model.losses
    #     layers = those direct members of the model that have a kernel
    #     ask the tape for the gradients of the loss for these kernels
    #     return layer name -> root of the sum of squares, in float64
    # BEGIN SOLUTION
    import tensorflow as tf

    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=False))
        for penalty in model.losses:
            loss += penalty
    layers = [layer for layer in model.layers if getattr(layer, "kernel", None) is not None]
    gradients = tape.gradient(loss, [layer.kernel for layer in layers])
    return {
        layer.name: float(np.sqrt(np.sum(np.square(g, dtype=np.float64))))
        for layer, g in zip(layers, gradients)
        if g is not None
    }
    # END SOLUTION
