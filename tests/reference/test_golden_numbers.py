"""The optimizers against numbers that other programs computed, and hand-worked sequences."""

import numpy as np
import pytest

from .golden import AFTER_FIVE_STEPS, build, run


@pytest.mark.parametrize("name", AFTER_FIVE_STEPS)
def test_five_steps_that_change_sign(optimizers, name):
    got = run(build(optimizers, name))
    np.testing.assert_allclose(got, AFTER_FIVE_STEPS[name], rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("name", AFTER_FIVE_STEPS)
def test_float32_parameters_follow_the_same_path(optimizers, name):
    from .golden import START

    got = run(build(optimizers, name), start=START.astype(np.float32))
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, AFTER_FIVE_STEPS[name], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        ("Adam", {}, (1.0, 1.0, 1.0)),
        ("RMSprop", {}, (3.162, 2.294, 1.239)),
        ("Adagrad", {}, (1.0, 0.707, 0.316)),
    ],
)
def test_step_sizes_under_a_constant_gradient(optimizers, name, settings, expected):
    optimizer = getattr(optimizers, name)(learning_rate=1.0, **settings)
    path = optimizers.run_trajectory(lambda x: np.array([0.37]), [0.0], optimizer, 10)
    sizes = -np.diff(path[:, 0])
    np.testing.assert_allclose(sizes[[0, 1, 9]], expected, atol=6e-4)


@pytest.mark.parametrize(
    ("nesterov", "expected"),
    [(False, [-0.1, -0.29, -0.561, -0.9049]), (True, [-0.19, -0.461, -0.8049, -1.21441])],
)
def test_momentum_under_a_constant_gradient(optimizers, nesterov, expected):
    optimizer = optimizers.Momentum(learning_rate=0.1, momentum=0.9, nesterov=nesterov)
    path = optimizers.run_trajectory(lambda x: np.ones(1), [0.0], optimizer, 4)
    np.testing.assert_allclose(path[1:, 0], expected, atol=1e-9)


def test_a_rate_changed_on_the_way_acts_at_the_next_step(optimizers):
    optimizer = optimizers.Momentum(learning_rate=0.1, momentum=0.9)
    w = {"w": np.zeros(1)}
    path = []
    for rate in (0.1, 0.1, 0.01, 0.01):
        optimizer.learning_rate = rate
        w = optimizer.step(w, {"w": np.ones(1)})
        path.append(w["w"][0])
    np.testing.assert_allclose(path, [-0.1, -0.29, -0.471, -0.6439], atol=1e-9)


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        ("SGD", {}, [0.5, -1.0, -0.5, 3.0]),
        ("Adam", {}, [0.5, 1.5, 2.5, 3.5]),
        ("RMSprop", {}, [-0.5811, 0.4189, 1.4189, 2.4189]),
        ("Adagrad", {"initial_accumulator_value": 0.1}, [0.5233, 1.5007, 2.5005, 3.5061]),
    ],
)
def test_one_step_as_in_the_tests_of_keras(optimizers, name, settings, expected):
    optimizer = getattr(optimizers, name)(learning_rate=0.5, **settings)
    got = run(optimizer, start=[1.0, 2.0, 3.0, 4.0], gradients=[[1.0, 6.0, 7.0, 2.0]])
    np.testing.assert_allclose(got, expected, atol=5e-5)
