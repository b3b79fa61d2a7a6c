"""Sequential without an input layer, built by hand; a seeded global generator."""

from tensorflow import keras

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
    bad = [
        name
        for name, is_bad in (
            ("dropout", not 0 <= dropout < 1),
            ("learning_rate", learning_rate <= 0),
            ("clipnorm", clipnorm is not None and clipnorm <= 0),
        )
        if is_bad
    ]
    if bad:
        raise ValueError("out of range: " + ", ".join(bad))
    keras.utils.set_random_seed(seed)
    model = keras.models.Sequential(name="classifier")
    for number, units in enumerate(hidden):
        model.add(
            keras.layers.Dense(
                units,
                activation=keras.activations.relu,
                kernel_initializer=keras.initializers.he_normal(),
                kernel_regularizer=keras.regularizers.l1_l2(l1, l2),
                name="hidden_%d" % number,
            )
        )
        if dropout:
            model.add(keras.layers.Dropout(dropout))
        if batchnorm:
            model.add(keras.layers.BatchNormalization())
    model.add(keras.layers.Dense(1, activation="sigmoid", name="probability"))
    model.build((None, input_dim))
    adam = keras.optimizers.Adam(learning_rate)
    if clipnorm:
        adam = keras.optimizers.Adam(learning_rate, clipnorm=clipnorm, epsilon=1e-8)
    model.compile(loss="binary_crossentropy", optimizer=adam, metrics=["binary_accuracy"])
    return model
