"""Functional API, batch norm before the activation, He uniform, clipnorm per variable."""

from tensorflow import keras
from tensorflow.keras import layers, regularizers

EXERCISE = "build_regularized_model"


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
    if not 0 <= dropout < 1:
        raise ValueError("dropout must be in [0, 1)")
    if learning_rate <= 0:
        raise ValueError("learning_rate must be > 0")
    if clipnorm is not None and clipnorm <= 0:
        raise ValueError("clipnorm must be > 0 or None")
    keras.utils.set_random_seed(seed)
    inputs = keras.Input(shape=(input_dim,))
    h = inputs
    for units in hidden:
        h = layers.Dense(
            units,
            kernel_initializer="he_uniform",
            kernel_regularizer=regularizers.l1_l2(l1=l1, l2=l2),
        )(h)
        if batchnorm:
            h = layers.BatchNormalization()(h)
        h = layers.Activation("relu")(h)
        if dropout:
            h = layers.Dropout(dropout)(h)
    outputs = layers.Dense(1, activation="sigmoid")(h)
    model = keras.Model(inputs=inputs, outputs=outputs)
    model.compile(
        keras.optimizers.Adam(learning_rate=learning_rate, clipnorm=clipnorm),
        loss=keras.losses.BinaryCrossentropy(),
        metrics=[keras.metrics.BinaryAccuracy(name="accuracy")],
    )
    return model
