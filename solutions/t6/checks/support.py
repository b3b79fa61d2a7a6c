"""Public stand-ins and probes: run beside the student's code, shipped in the handout, no secret.

A stand-in is an argument for the student's function (an optimizer, a model, a loss); a probe turns
an object that cannot travel, such as a Keras model, into plain data. Nothing here decides whether
an answer is right: that is judged, and recomputed, where the checks run.
"""

import numpy as np

# ---- stand-ins: models, losses, optimizers --------------------------------------------------


def keras_model(layers, inputs, weights=None, functional=False):
    """A flat, built Keras model, with layer names that do not depend on what ran before.

    Args:
        layers: list of ``[kind, settings]``: a class of ``keras.layers`` and its arguments; ``l1``
            and ``l2`` among them penalize the kernel. A layer without a name gets ``kind_index``.
        inputs: shape of one example, such as ``[3]``.
        weights: one list of arrays per layer, empty for a layer without weights; None keeps the
            initial ones.
        functional: whether to use the functional API in place of Sequential.
    """
    from tensorflow import keras

    made = []
    for index, (kind, given) in enumerate(layers):
        settings = dict(given)
        l1, l2 = settings.pop("l1", 0.0), settings.pop("l2", 0.0)
        if l1 or l2:
            settings["kernel_regularizer"] = keras.regularizers.L1L2(l1=l1, l2=l2)
        settings.setdefault("name", "%s_%d" % (kind.lower(), index))
        made.append(getattr(keras.layers, kind)(**settings))
    start = keras.Input(shape=tuple(inputs))
    if functional:
        flow = start
        for layer in made:
            flow = layer(flow)
        model = keras.Model(start, flow)
    else:
        model = keras.Sequential([start] + made)
    if weights is not None:
        for layer, values in zip(made, weights):
            if values:
                layer.set_weights(values)
    return model


def mean_squared_error():
    """The loss ``mean((y_pred - y_true)^2)``, a function of ``(y_true, y_pred)``."""
    import tensorflow as tf

    def loss(y_true, y_pred):
        return tf.reduce_mean(tf.square(y_pred - tf.cast(y_true, y_pred.dtype)))

    return loss


def lopsided_error():
    """The loss ``mean((y_pred - y_true)^2 (1 + y_true^2))``; the order of its arguments matters."""
    import tensorflow as tf

    def loss(y_true, y_pred):
        y_true = tf.cast(y_true, y_pred.dtype)
        return tf.reduce_mean(tf.square(y_pred - y_true) * (1.0 + tf.square(y_true)))

    return loss


# ---- probes: what a Keras object is, as plain data ------------------------------------------


def model_weights(model):
    """Every weight of a model, layer by layer: one list of arrays for each layer that has any."""
    weights = [[np.array(value) for value in layer.get_weights()] for layer in model.layers]
    return [values for values in weights if values]
