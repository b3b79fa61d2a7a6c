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
            settings["kernel_regularizer"] = keras.regularizers.L1L2(l1, l2)
        settings.setdefault("name", "%s_%d" % (kind.lower(), index))
        if weights is not None and kind in ("Dense", "Conv2D"):
            settings["kernel_initializer"] = "zeros"  # set below; random draws would be for nothing
        made.append(getattr(keras.layers, kind)(**settings))
    start = keras.Input(shape=tuple(inputs))
    if functional:
        flow = start
        for layer in made:
            flow = layer(flow)
        model = keras.Model(start, flow)
    else:
        model = keras.Sequential([start, *made])
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


def keras_optimizer(kind, settings):
    """A Keras optimizer, such as ``("SGD", {"learning_rate": 0.1})``."""
    from tensorflow import keras

    return getattr(keras.optimizers, kind)(**settings)


def keras_initializer(kind, settings):
    """A Keras initializer, such as ``("RandomNormal", {"stddev": 0.1})``."""
    from tensorflow import keras

    return getattr(keras.initializers, kind)(**settings)


class OwnSGD:
    """An optimizer as students write them in `optimizers.py`: plain SGD.

    Args:
        learning_rate: float.
    """

    def __init__(self, learning_rate):
        self.learning_rate = learning_rate
        self.iterations = 0

    def reset(self):
        """Forget the steps taken."""
        self.iterations = 0

    def step(self, params, grads):
        """One step for every parameter that has a gradient."""
        self.iterations += 1
        stepped = {name: np.array(value) for name, value in params.items()}
        for name, gradient in grads.items():
            if gradient is not None:
                stepped[name] = stepped[name] - self.learning_rate * np.asarray(gradient)
        return stepped


def train(model, optimizer, x, y, epochs, callbacks=(), fit=False):
    """Train on the mean squared error, the whole batch in each step, with callbacks.

    Args:
        model: a model; it is compiled here.
        optimizer: a Keras optimizer.
        x, y: the batch.
        epochs: number of epochs, each of one step.
        callbacks: Keras callbacks.
        fit: whether ``model.fit`` trains; else a loop that does the same in less time.

    Returns:
        ``{"weights": ..., "optimizer": ...}``: all weights after each epoch (see `model_weights`),
        and the optimizer's variables at the end.
    """
    from tensorflow import keras

    weights = []

    class Recorder(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            weights.append(model_weights(model))

    model.compile(optimizer=optimizer, loss="mean_squared_error", run_eagerly=True)
    recorded = [*callbacks, Recorder()]
    if fit:
        settings = {"batch_size": len(x), "shuffle": False, "verbose": 0}
        model.fit(x, y, epochs=epochs, callbacks=recorded, **settings)
    else:
        calls = keras.callbacks.CallbackList(recorded, model=model, epochs=epochs, verbose=0)
        calls.on_train_begin()
        for epoch in range(epochs):
            calls.on_epoch_begin(epoch)
            calls.on_train_batch_begin(0)
            logs = model.train_on_batch(x, y, return_dict=True)
            calls.on_train_batch_end(0, logs)
            calls.on_epoch_end(epoch, logs)
        calls.on_train_end()
    return {"weights": weights, "optimizer": optimizer_state(optimizer)}


def train_once(model, x, y):
    """One step of a compiled model on a batch, with its own optimizer and loss."""
    model.run_eagerly = True
    model.train_on_batch(x, y)


# ---- probes: what a Keras object is, as plain data ------------------------------------------


def ensure_built(model, inputs):
    """Give a model its weights, if it gets them with its first input only.

    Args:
        model: a model.
        inputs: number of input features.
    """
    if not model.weights:
        model(np.zeros((1, inputs), dtype="float32"), training=False)


def model_weights(model):
    """Every weight of a model, layer by layer: one list of arrays for each layer that has any."""
    weights = [[np.array(value) for value in layer.get_weights()] for layer in _layers(model)]
    return [values for values in weights if values]


def set_weights(model, weights):
    """Give a model other weights, in the form of `model_weights`."""
    with_weights = [layer for layer in _layers(model) if layer.get_weights()]
    for layer, values in zip(with_weights, weights):
        layer.set_weights(values)


def describe(model):
    """A model's layers in order, as ``[kind, settings]``; input layers are left out.

    The settings are those that matter to what the layer computes: units, activation and use_bias;
    rate; epsilon, scale and center. A kind that no exercise asks for is called ``"other"``.
    """
    return [_described(layer) for layer in _layers(model)]


def predict(model, x, training=False):
    """A model's output for a batch."""
    return np.array(model(x, training=training))


def penalty(model):
    """The sum of a model's regularization losses."""
    return float(sum(float(value) for value in model.losses))


def evaluate(model, x, y):
    """The loss and the metrics that a compiled model computes for a batch: a list, loss first."""
    model.run_eagerly = True
    found = model.test_on_batch(x, y, return_dict=True)
    return [float(found.pop("loss"))] + [float(value) for value in found.values()]


def compiled_with(model):
    """How a model's optimizer is set: kind, learning_rate, clipnorm, global_clipnorm, clipvalue.

    None for a model that has not been compiled.
    """
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None:
        return None
    rate = optimizer.learning_rate
    settings = {"kind": type(optimizer).__name__, "learning_rate": float(_array(rate))}
    for name in ("clipnorm", "global_clipnorm", "clipvalue"):
        value = getattr(optimizer, name, None)
        settings[name] = None if value is None else float(value)
    return settings


def optimizer_state(optimizer):
    """An optimizer's variables that are arrays, such as velocities, in order."""
    variables = optimizer.variables
    variables = variables() if callable(variables) else variables
    state = [_array(variable) for variable in variables]
    return [value for value in state if value.ndim > 0]


def steps_taken(optimizer):
    """How many steps a Keras optimizer has taken."""
    return int(_array(optimizer.iterations))


def _array(variable):
    return np.array(variable.numpy() if hasattr(variable, "numpy") else variable)


def _layers(model):
    """A model's layers in order; a model used as a layer gives its own."""
    from tensorflow import keras

    found = []
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            found += _layers(layer)
        elif not isinstance(layer, keras.layers.InputLayer):
            found.append(layer)
    return found


def _described(layer):
    from tensorflow import keras

    kinds = keras.layers
    if isinstance(layer, kinds.Dense):
        settings = {"units": int(layer.units), "activation": _activation(layer.activation)}
        return ["Dense", dict(settings, use_bias=bool(layer.use_bias))]
    if isinstance(layer, kinds.BatchNormalization):
        settings = {"epsilon": float(layer.epsilon)}
        return ["BatchNormalization", dict(settings, scale=layer.scale, center=layer.center)]
    if isinstance(layer, kinds.Dropout):
        return ["Dropout", {"rate": float(layer.rate)}]
    if isinstance(layer, kinds.Activation):
        return ["Activation", {"activation": _activation(layer.activation)}]
    if isinstance(layer, kinds.ReLU):
        return ["Activation", {"activation": "relu"}]
    return ["other", {}]


def _activation(function):
    if function is None:
        return "linear"
    return str(getattr(function, "__name__", type(function).__name__)).lower()


"""Public stand-ins for the NumPy exercises: run beside the student's code, no secret.

They belong in the same namespace as those of `support.py`.
"""

import numpy as np


def random_generator(seed):
    """A ``numpy.random.Generator``, the source of randomness that an exercise is handed."""
    return np.random.default_rng(seed)


def smooth_function(a, b, shape=()):
    """The function ``f(x) = sum(a x)^3 + sum(b x^2)``, to be differentiated.

    Args:
        a, b: arrays of the shape of x.
        shape: shape of the answer, which has one entry; ``()`` gives a plain float.
    """

    def f(x):
        value = np.sum(a * x) ** 3 + np.sum(b * np.square(x))
        return np.full(shape, value) if shape else float(value)

    return f


def sum_of_magnitudes():
    """The function ``f(x) = sum |x|``, which has a kink wherever an entry is 0."""
    return lambda x: float(np.sum(np.abs(x)))


def overlapping_steps(optimizer, params, grads):
    """Take two steps from the same point; which results share memory with something else.

    Returns:
        Names of the parameters whose new array shares memory with an array of `params` or `grads`,
        or with the new array of the other step.
    """
    first = optimizer.step(params, grads)
    second = optimizer.step(params, grads)
    given = [array for array in list(params.values()) + list(grads.values()) if array is not None]
    shared = set()
    for result, other in ((first, second), (second, first)):
        for name, value in result.items():
            beside = given + [array for array in other.values() if isinstance(array, np.ndarray)]
            if isinstance(value, np.ndarray) and any(
                np.shares_memory(value, array) for array in beside
            ):
                shared.add(name)
    return sorted(shared)
