"""Public stand-ins and probes: run beside the student's code, shipped in the handout, no secret.

A stand-in is an argument for the student's function (an optimizer, a model, a loss); a probe turns
an object that cannot travel, such as a Keras model, into plain data.
"""

import numpy as np


def dense_model(layers, seed=0, inputs=3):
    """A flat, built Keras model to hand to the student's code.

    Args:
        layers: list of ``["dense", units, activation]``, ``["batchnorm"]`` or ``["dropout", rate]``.
        seed: seed of the initial weights.
        inputs: number of input features.
    """
    import keras

    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.layers.Input((inputs,))])
    for kind, *rest in layers:
        if kind == "dense":
            model.add(keras.layers.Dense(rest[0], activation=rest[1]))
        elif kind == "batchnorm":
            model.add(keras.layers.BatchNormalization())
        else:
            model.add(keras.layers.Dropout(rest[0]))
    return model


def mean_squared_error():
    """A loss with the signature ``loss(y_true, y_pred)``, giving a scalar tensor."""
    import tensorflow as tf

    return lambda y_true, y_pred: tf.reduce_mean(
        tf.square(tf.cast(y_true, y_pred.dtype) - y_pred)
    )


def layer_names(model):
    """The names of a model's layers that have a kernel, in order."""
    return [layer.name for layer in model.layers if hasattr(layer, "kernel")]


def model_weights(model):
    """All weights of a model, as arrays."""
    return [np.array(weight) for weight in model.get_weights()]
