"""Optimizer properties over many inputs: independence, order, scale, and descent on surfaces."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from .golden import build

ALL = ("SGD", "Momentum", "Nesterov", "Adagrad", "RMSprop", "Adam")
FEW = settings(max_examples=25, deadline=None)
# Away from 0, where the square underflows and 0/0 with a tiny epsilon says nothing.
entries = st.floats(0.01, 100).flatmap(lambda size: st.sampled_from([size, -size, 0.0]))
gradient_runs = arrays(np.float64, (4, 2, 3), elements=entries)


def follow(optimizer, runs, names):
    params = {name: np.ones(3) for name in names}
    for step in runs:
        grads = {name: step[index] for index, name in enumerate("ab") if name in names}
        params = optimizer.step(params, grads)
    return params


@pytest.mark.parametrize("name", ALL)
@FEW
@given(runs=gradient_runs)
def test_parameters_do_not_see_each_other(optimizers, name, runs):
    together = follow(build(optimizers, name), runs, "ab")
    alone = follow(build(optimizers, name), runs, "b")
    np.testing.assert_array_equal(together["b"], alone["b"])


@pytest.mark.parametrize("name", ALL)
@FEW
@given(runs=gradient_runs)
def test_the_order_of_parameters_does_not_matter(optimizers, name, runs):
    forwards = follow(build(optimizers, name), runs, "ab")
    backwards = follow(build(optimizers, name), runs, "ba")
    assert list(backwards) == ["b", "a"]
    for key in "ab":
        np.testing.assert_array_equal(forwards[key], backwards[key])


@pytest.mark.parametrize("name", ALL)
@FEW
@given(runs=gradient_runs)
def test_the_opposite_gradients_make_the_opposite_path(optimizers, name, runs):
    there = follow(build(optimizers, name), runs, "ab")["a"] - 1.0
    back = follow(build(optimizers, name), -runs, "ab")["a"] - 1.0
    np.testing.assert_allclose(there, -back, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ("Adagrad", "RMSprop", "Adam"))
@FEW
@given(runs=gradient_runs, scale=st.floats(0.1, 10.0))
def test_adaptive_steps_do_not_depend_on_the_scale_of_gradients(optimizers, name, runs, scale):
    plain = follow(build(optimizers, name, epsilon=1e-12), runs, "ab")
    scaled = follow(build(optimizers, name, epsilon=1e-12), scale * runs, "ab")
    np.testing.assert_allclose(plain["a"], scaled["a"], rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("surface", [0, 1, 2])
def test_surfaces_have_true_gradients_and_minima(optimizers, gradient_check, surface):
    surface = optimizers.SURFACES[surface]
    for point in (surface.start, (0.3, -0.7)):
        exact = surface.gradient(np.array(point))
        numeric = gradient_check.numerical_gradient(surface.value, np.array(point))
        assert gradient_check.relative_error(exact, numeric) < 1e-6
    assert surface.value(np.array(surface.minimum)) == pytest.approx(0.0, abs=1e-20)
    np.testing.assert_allclose(surface.gradient(np.array(surface.minimum)), 0.0, atol=1e-12)
    assert surface.value(np.zeros((2, 4, 5))).shape == (4, 5)


@pytest.mark.parametrize("name", ALL)
def test_a_trajectory_starts_at_the_start_and_goes_down_the_bowl(optimizers, name):
    surface = optimizers.SURFACES[0]
    optimizer = build(optimizers, name, learning_rate=0.03)
    optimizer.iterations = 99
    start = np.array(surface.start)
    path = optimizers.run_trajectory(surface.gradient, start, optimizer, 60)
    assert path.shape == (61, 2) and path.dtype == np.float64
    assert optimizer.iterations == 60
    np.testing.assert_array_equal(path[0], surface.start)
    assert len(np.unique(path, axis=0)) == 61
    assert surface.value(path[-1]) < 0.9 * surface.value(path[0])


def test_a_trajectory_of_negative_length_is_refused(optimizers):
    with pytest.raises(ValueError, match="steps"):
        optimizers.run_trajectory(lambda x: x, [1.0], optimizers.SGD(), -1)
