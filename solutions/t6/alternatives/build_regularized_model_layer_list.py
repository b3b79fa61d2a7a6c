"""A list of layers given to Sequential, tf.nn.relu, AUC besides accuracy, L2 alone when l1 is 0."""

import numpy as np
from tensorflow import keras, nn

EXERCISE = "build_regularized_model"


def _penalty(l1, l2):
    if l1 and l2:
        return keras.regularizers.L1L2(l1=l1, l2=l2)
    if l1:
        return keras.regularizers.L1(l1)
    return keras.regularizers.L2(l2) if l2 else None


def build_regularized_model(
    input_dim,
    hidden=(64, 32),
    l1=0.0,
    l2=0.01,
    dropout=0.3,
    batchnorm=True,
    clipnorm=1.0,
    learning_rate=1e-3,
    seed=0,
):
    if not (0 <= dropout < 1):
        raise ValueError("dropout: a rate in [0, 1)")
    if not learning_rate > 0:
        raise ValueError("learning_rate: a number > 0")
    seeds = np.random.SeedSequence(seed).generate_state(len(hidden) + 1).tolist()
    stack = [keras.Input(shape=[input_dim])]
    for units, own in zip(hidden, seeds):
        start = keras.initializers.VarianceScaling(2.0, "fan_in", "untruncated_normal", seed=own)
        stack.append(
            keras.layers.Dense(units, nn.relu, True, start, kernel_regularizer=_penalty(l1, l2))
        )
        stack += [keras.layers.BatchNormalization(scale=False)] if batchnorm else []
        stack += [keras.layers.Dropout(dropout)] if dropout > 0 else []
    start = keras.initializers.GlorotNormal(seed=seeds[-1])
    stack.append(keras.layers.Dense(1, activation=nn.sigmoid, kernel_initializer=start))
    model = keras.Sequential(stack)
    settings = {"learning_rate": learning_rate}
    if clipnorm is not None:
        if not clipnorm > 0:
            raise ValueError("clipnorm: a number > 0, or None")
        settings["clipnorm"] = clipnorm
    model.compile(
        optimizer=keras.optimizers.Adam(**settings),
        loss=keras.losses.binary_crossentropy,
        metrics=[keras.metrics.AUC(), "accuracy"],
    )
    return model
