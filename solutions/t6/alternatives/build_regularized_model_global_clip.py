"""One clip for all variables, dropout before batch norm, ReLU as a layer of its own."""

import tensorflow as tf

EXERCISE = "build_regularized_model"
CONVENTION = "clipnorm-global"


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
    if dropout < 0 or dropout >= 1:
        raise ValueError(f"dropout is {dropout}")
    for name, value in (("learning_rate", learning_rate), ("clipnorm", clipnorm)):
        if value is not None and value <= 0:
            raise ValueError(f"{name} is {value}")
    tf.random.set_seed(seed)
    draw = iter(range(seed * 10_000, seed * 10_000 + 100))
    model = tf.keras.Sequential()
    model.add(tf.keras.Input(shape=(input_dim,)))
    for units in hidden:
        model.add(
            tf.keras.layers.Dense(
                units,
                use_bias=not batchnorm,
                kernel_initializer=tf.keras.initializers.HeNormal(seed=next(draw)),
                kernel_regularizer=tf.keras.regularizers.L1L2(l1, l2),
            )
        )
        model.add(tf.keras.layers.ReLU())
        if dropout != 0:
            model.add(tf.keras.layers.Dropout(rate=dropout))
        if batchnorm is True:
            model.add(tf.keras.layers.BatchNormalization(momentum=0.9))
    model.add(
        tf.keras.layers.Dense(
            1, kernel_initializer=tf.keras.initializers.GlorotUniform(seed=next(draw))
        )
    )
    model.add(tf.keras.layers.Activation(tf.nn.sigmoid))
    model.compile(
        optimizer=tf.keras.optimizers.Adam(learning_rate, global_clipnorm=clipnorm),
        loss="binary_crossentropy",
        metrics=["acc"],
    )
    return model
