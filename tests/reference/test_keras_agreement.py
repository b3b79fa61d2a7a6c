"""The optimizers against Keras's, with what Keras does differently about epsilon undone."""

import numpy as np
import pytest

from .golden import GRADIENTS, START, build, run

NO_EPSILON_NEEDED = GRADIENTS.copy()
NO_EPSILON_NEEDED[np.abs(NO_EPSILON_NEEDED) < 0.1] = 0.4


def run_keras(name, gradients, **settings):
    keras = pytest.importorskip("tensorflow").keras
    optimizer = getattr(keras.optimizers, name)(learning_rate=0.05, **settings)
    variable = keras.layers.Dense(1, use_bias=False)
    variable.build((None, len(START)))
    variable.set_weights([START[:, None].astype(np.float32)])
    for gradient in gradients:
        import tensorflow as tf

        optimizer.apply_gradients([(tf.constant(gradient[:, None], tf.float32), variable.kernel)])
    return variable.get_weights()[0][:, 0]


@pytest.mark.parametrize(
    ("name", "keras_name", "keras_settings"),
    [
        ("SGD", "SGD", {}),
        ("Momentum", "SGD", {"momentum": 0.6}),
        ("Nesterov", "SGD", {"momentum": 0.6, "nesterov": True}),
    ],
)
def test_without_epsilon(optimizers, name, keras_name, keras_settings):
    expected = run_keras(keras_name, GRADIENTS, **keras_settings)
    np.testing.assert_allclose(run(build(optimizers, name)), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("Adagrad", {"initial_accumulator_value": 0.3}),
        ("RMSprop", {"rho": 0.8}),
        ("Adam", {"beta_1": 0.7, "beta_2": 0.8}),
    ],
)
def test_where_epsilon_is_too_small_to_matter(optimizers, name, settings):
    expected = run_keras(name, NO_EPSILON_NEEDED, epsilon=1e-8, **settings)
    optimizer = build(optimizers, name, epsilon=1e-8, **settings)
    got = run(optimizer, gradients=NO_EPSILON_NEEDED)
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=2e-6)


def test_adam_with_the_papers_epsilon_hat(optimizers):
    expected = run_keras("Adam", GRADIENTS, beta_1=0.7, beta_2=0.8, epsilon=0.1)
    optimizer = build(optimizers, "Adam")
    w = {"w": START}
    for t, gradient in enumerate(GRADIENTS, start=1):
        optimizer.epsilon = 0.1 / np.sqrt(1 - 0.8**t)
        w = optimizer.step(w, {"w": gradient})
    np.testing.assert_allclose(w["w"], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "state", "settings"),
    [("Adagrad", "accumulator", {}), ("RMSprop", "mean_square", {"rho": 0.8})],
)
def test_with_epsilon_moved_inside_the_root(optimizers, name, state, settings):
    extra = {"initial_accumulator_value": 0.0} if name == "Adagrad" else {}
    expected = run_keras(name, GRADIENTS, epsilon=0.1, **settings, **extra)
    # The state does not depend on where epsilon stands, so Keras's path follows from ours.
    optimizer = build(optimizers, name, **settings)
    w = START
    for gradient in GRADIENTS:
        optimizer.step({"w": w}, {"w": gradient})
        w = w - 0.05 * gradient / np.sqrt(getattr(optimizer, state)["w"] + 0.1)
    np.testing.assert_allclose(w, expected, rtol=1e-5, atol=1e-6)
