"""Gradient norms of Keras models by finite differences, and a callback that disturbs nothing."""

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
keras = tf.keras

RNG = np.random.default_rng(8)
X = RNG.normal(size=(12, 6, 6, 1)).astype("float32")
Y = RNG.normal(size=(12, 1)).astype("float32")


def squared_error(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred))


def optimizer_variables(model):
    variables = model.optimizer.variables
    return variables() if callable(variables) else variables


def build_model(dropout=0.4):
    keras.utils.set_random_seed(1)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input(shape=(6, 6, 1)),
            layers.Conv2D(3, 3, activation="tanh", name="conv"),
            layers.BatchNormalization(name="norm"),
            layers.Activation("sigmoid", name="act"),
            layers.Dropout(dropout, seed=1, name="drop"),
            layers.Flatten(name="flat"),
            layers.Dense(4, kernel_regularizer=keras.regularizers.L2(0.3), name="hidden"),
            layers.Dense(1, name="head"),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
    return model


def test_norms_agree_with_finite_differences(monitor, gradient_check):
    model = build_model()
    kernel = model.get_layer("hidden").kernel
    start = kernel.numpy()

    def loss_at(value):
        kernel.assign(value.astype("float32"))
        loss = squared_error(Y, model(X, training=False)) + tf.add_n(model.losses)
        kernel.assign(start)
        return float(loss)

    # A coarse step: the loss itself is float32.
    numeric = gradient_check.numerical_gradient(loss_at, start, h=1e-2)
    norms = monitor.layer_gradient_norms(model, X, Y, squared_error)
    assert norms["hidden"] == pytest.approx(np.linalg.norm(numeric), rel=1e-3)


def test_kernels_only_in_layer_order_and_nothing_changes(monitor):
    model = build_model()
    before = model.get_weights()
    first = monitor.layer_gradient_norms(model, X, Y, squared_error)
    assert list(first) == ["conv", "hidden", "head"]
    assert all(type(norm) is float and norm > 0 for norm in first.values())
    assert monitor.layer_gradient_norms(model, X, Y, squared_error) == pytest.approx(first)
    for weight, kept in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, kept)


def test_it_is_a_keras_callback_and_itself(monitor):
    watch = monitor.GradientMonitor(X, Y, squared_error)
    assert isinstance(watch, keras.callbacks.Callback)
    assert isinstance(watch, monitor.GradientMonitor)
    assert type(watch) is type(monitor.GradientMonitor(X, Y, loss_fn=squared_error))

    class Louder(monitor.GradientMonitor):
        volume = 11

    louder = Louder(X, Y, squared_error, exploding=5.0)
    assert isinstance(louder, keras.callbacks.Callback) and louder.volume == 11
    assert not isinstance(watch, Louder)


def test_reports_are_those_of_the_two_functions(monitor):
    model = build_model()
    watch = monitor.GradientMonitor(X, Y, squared_error)
    expected = []

    class Compare(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            norms = monitor.layer_gradient_norms(self.model, X, Y, squared_error)
            grads = {name: np.array([norm]) for name, norm in norms.items()}
            expected.append(monitor.gradient_report(grads))

    model.fit(X, Y, epochs=3, batch_size=4, verbose=0, callbacks=[watch, Compare()])
    assert len(watch.history) == 3
    for got, wanted in zip(watch.history, expected, strict=True):
        assert got["status"] == wanted["status"]
        assert got["ratio"] == pytest.approx(wanted["ratio"])
        assert got["global_norm"] == pytest.approx(wanted["global_norm"])
        assert got["layers"].keys() == wanted["layers"].keys()
        for name, layer in wanted["layers"].items():
            assert got["layers"][name]["status"] == layer["status"]
            assert got["layers"][name]["norm"] == pytest.approx(layer["norm"])
    assert watch.events == []


@pytest.mark.parametrize(
    ("norms", "limits"),
    [
        ((1.0, 2.0), {}),
        ((1e-5, 1.0), {}),
        ((1e-9, 1.0), {}),
        ((0.0, 0.0), {}),
        ((1.0, 0.0), {}),
        ((3.0,), {}),
        ((1e3, 1e-9), {}),
        ((np.nan, 1e3), {}),
        ((np.inf, 1.0), {}),
        ((1.0, 1.0), {"exploding": 0.5}),
        ((1.0, 1.0), {"vanishing": 2.0}),
        ((), {}),
    ],
)
def test_its_rules_are_those_of_gradient_report(monitor, norms, limits):
    """A chosen loss gives every kernel a chosen gradient: the sum of kernel times norm."""
    layers = [keras.layers.Dense(1, use_bias=False, name=f"d{i}") for i in range(len(norms))]
    model = keras.Sequential([keras.Input(shape=(1,)), *layers, keras.layers.Flatten()])

    def loss_fn(y_true, y_pred):
        terms = [
            tf.reduce_sum(layer.kernel * norm) for layer, norm in zip(layers, norms, strict=True)
        ]
        return tf.add_n([*terms, 0.0 * tf.reduce_sum(y_pred)])

    batch = np.ones((1, 1), np.float32)
    watch = monitor.GradientMonitor(batch, batch, loss_fn, **limits)
    watch.set_model(model)
    watch.on_epoch_end(4)
    expected = monitor.gradient_report(
        {layer.name: np.array([norm]) for layer, norm in zip(layers, norms, strict=True)}, **limits
    )
    got = watch.history[0]
    assert got["status"] == expected["status"]
    finite = np.all(np.isfinite(norms))
    assert not finite or got["ratio"] == pytest.approx(expected["ratio"])
    np.testing.assert_allclose(got["global_norm"], expected["global_norm"])
    statuses = {name: layer["status"] for name, layer in expected["layers"].items()}
    assert {name: layer["status"] for name, layer in got["layers"].items()} == statuses
    assert watch.events == [(4, name, s) for name, s in statuses.items() if s != "ok"]


def test_training_is_what_it_is_without_a_monitor(monitor):
    results = []
    for callbacks in ([], [monitor.GradientMonitor(X[:5], Y[:5], squared_error)]):
        model = build_model()
        history = model.fit(X, Y, epochs=3, batch_size=4, verbose=0, callbacks=callbacks)
        state = [variable.numpy() for variable in optimizer_variables(model)]
        results.append((model.get_weights(), state, history.history["loss"]))
    for alone, watched in zip(*results, strict=True):
        for one, other in zip(alone, watched, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-7)


def test_the_plot_shows_every_layer_and_every_kind_of_norm(monitor, tmp_path):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    history = []
    for epoch in range(5):
        norms = {"first": 10.0 ** (-2 * epoch), "dense_377": 0.0, "last": 1.0}
        if epoch == 4:
            norms["last"] = np.nan
        history.append({"layers": {n: {"norm": v, "status": "ok"} for n, v in norms.items()}})
    path = tmp_path / "monitor.png"
    figure = monitor.plot_gradient_history(history, path=path)
    assert path.stat().st_size > 10_000
    axes = figure.axes[0]
    assert axes.get_yscale() == "log"
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["1 first", "2 dense", "3 last"]
    matplotlib.pyplot.close(figure)
    with pytest.raises(ValueError, match="history"):
        monitor.plot_gradient_history([])
