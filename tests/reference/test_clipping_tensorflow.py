"""The clips against tf.clip_by_*, and one clipped training step against Keras by hand."""

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
keras = tf.keras

RNG = np.random.default_rng(5)
GRADS = [RNG.normal(size=(3, 2)), RNG.normal(size=(4,)) * 5, np.zeros(2)]
X = RNG.normal(size=(16, 3)).astype("float32")
Y = RNG.normal(size=(16, 1)).astype("float32")


def squared_error(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred))


def build_model(seed=3, dropout=0.0):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input(shape=(3,)),
            keras.layers.Dense(5, activation="tanh", kernel_regularizer=keras.regularizers.L2(0.1)),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(1),
        ]
    )


@pytest.mark.parametrize("limit", [0.5, 3.0, 100.0])
def test_clips_agree_with_tensorflow(clipping, limit):
    expected, norm = tf.clip_by_global_norm([tf.constant(g) for g in GRADS], limit)
    got, got_norm = clipping.clip_by_global_norm(GRADS, limit)
    assert got_norm == pytest.approx(float(norm))
    assert clipping.global_norm(GRADS) == pytest.approx(float(tf.linalg.global_norm(GRADS)))
    per_array = clipping.clip_by_norm(GRADS, limit)
    per_value = clipping.clip_by_value(GRADS, limit)
    for index, g in enumerate(GRADS):
        np.testing.assert_allclose(got[index], expected[index])
        np.testing.assert_allclose(per_array[index], tf.clip_by_norm(g, limit))
        np.testing.assert_allclose(per_value[index], tf.clip_by_value(g, -limit, limit))


@pytest.mark.parametrize("max_norm", [0.05, 1e3])
def test_a_step_equals_one_of_keras_with_global_clipnorm(clipping, max_norm):
    model, twin = build_model(), build_model()
    optimizer = keras.optimizers.SGD(learning_rate=0.5, momentum=0.9)
    twin_optimizer = keras.optimizers.SGD(0.5, momentum=0.9, global_clipnorm=max_norm)
    twin.compile(optimizer=twin_optimizer, loss="mse")
    for _ in range(2):
        expected_loss = twin.train_on_batch(X, Y)
        got = clipping.clipped_train_step(model, optimizer, X, Y, squared_error, max_norm)
        assert got["loss"] == pytest.approx(float(expected_loss), rel=1e-5)
        assert got["norm_after"] == pytest.approx(min(got["norm_before"], max_norm), rel=1e-5)
        assert set(map(type, got.values())) == {float}
    for weight, expected in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_allclose(weight, expected, rtol=1e-4, atol=1e-6)


def test_the_worked_example_of_the_docstring(clipping):
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
    model = keras.Sequential([keras.Input(shape=(1,)), layer])
    x, y = np.array([[2.0]]), np.array([[0.0]])
    optimizer = keras.optimizers.SGD(learning_rate=0.1)
    got = clipping.clipped_train_step(model, optimizer, x, y, squared_error, max_norm=1.0)
    assert got == pytest.approx({"loss": 4.0, "norm_before": 8.0, "norm_after": 1.0})
    assert model.get_weights()[0].item() == pytest.approx(0.9)


def test_dropout_is_on_in_the_step(clipping):
    model = build_model(dropout=0.5)
    optimizer = keras.optimizers.SGD(learning_rate=1e-12)
    losses = {
        clipping.clipped_train_step(model, optimizer, X, Y, squared_error, 1.0)["loss"]
        for _ in range(5)
    }
    assert len(losses) > 1


def test_gradients_that_are_not_finite_are_not_applied(clipping):
    model = build_model()
    before = [variable.numpy().copy() for variable in model.trainable_variables]
    optimizer = keras.optimizers.SGD(learning_rate=0.1)
    bad = X.copy()
    bad[0, 0] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        clipping.clipped_train_step(model, optimizer, bad, Y, squared_error, 1.0)
    for variable, kept in zip(model.trainable_variables, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), kept)
    assert int(optimizer.iterations.numpy()) == 0


def test_a_limit_that_is_not_positive_is_refused_before_the_model_runs(clipping):
    model = build_model()
    before = model.get_weights()
    with pytest.raises(ValueError, match="max_norm"):
        clipping.clipped_train_step(model, keras.optimizers.SGD(), X, Y, squared_error, 0.0)
    for weight, kept in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, kept)
