"""Central differences against derivatives that are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays


@settings(max_examples=50, deadline=None)
@given(x=arrays(np.float64, array_shapes(max_dims=3, max_side=3), elements=st.floats(-3, 3)))
def test_sines_of_any_shape(gradient_check, x):
    kept = x.copy()
    got = gradient_check.numerical_gradient(lambda x: np.sum(np.sin(x)), x)
    assert got.shape == x.shape and got.dtype == np.float64
    np.testing.assert_allclose(got, np.cos(x), atol=1e-9)
    np.testing.assert_array_equal(x, kept)


def test_each_entry_gets_its_own_slope(gradient_check):
    matrix = np.arange(6.0).reshape(2, 3)
    got = gradient_check.numerical_gradient(lambda x: np.sum(matrix * x**3), np.ones((2, 3)))
    np.testing.assert_allclose(got, 3 * matrix, rtol=1e-7, atol=1e-9)


def test_the_error_shrinks_with_the_square_of_h(gradient_check):
    x = np.array([0.7])
    errors = [
        abs(gradient_check.numerical_gradient(lambda x: np.exp(x), x, h=h)[0] - np.exp(0.7))
        for h in (1e-1, 1e-2)
    ]
    assert 90 < errors[0] / errors[1] < 110


def test_float32_points_are_differentiated_in_float64(gradient_check):
    x = np.array([1.0, 2.0], dtype=np.float32)
    got = gradient_check.numerical_gradient(lambda x: np.sum(x**2), x)
    assert got.dtype == np.float64
    np.testing.assert_allclose(got, [2.0, 4.0], rtol=1e-8)


@pytest.mark.parametrize("wrap", [float, np.atleast_1d, lambda v: np.reshape(v, (1, 1))])
def test_scalars_and_arrays_of_one_are_accepted(gradient_check, wrap):
    got = gradient_check.numerical_gradient(lambda x: wrap(x[()] ** 2), np.array(3.0))
    assert got.shape == ()
    assert got == pytest.approx(6.0, rel=1e-8)


def test_agrees_with_gradient_tape(gradient_check):
    tf = pytest.importorskip("tensorflow")
    x = np.linspace(-1.0, 1.0, 6).reshape(2, 3)

    def value(x):
        return tf.reduce_sum(tf.tanh(x) ** 3 + tf.exp(-(x**2)))

    variable = tf.Variable(x)
    with tf.GradientTape() as tape:
        loss = value(variable)
    exact = tape.gradient(loss, variable).numpy()
    got = gradient_check.numerical_gradient(lambda x: value(tf.constant(x)), x)
    assert gradient_check.relative_error(got, exact) < 1e-7


def test_bad_arguments_raise(gradient_check):
    with pytest.raises(ValueError, match="h must"):
        gradient_check.numerical_gradient(np.sum, np.ones(2), h=0.0)
    with pytest.raises(ValueError, match="shape"):
        gradient_check.relative_error(np.ones(2), np.ones((2, 1)))


def test_relative_error_takes_the_worst_entry_and_shows_nan(gradient_check):
    assert gradient_check.relative_error([1.0, 1.0], [1.0, 3.0]) == 0.5
    assert gradient_check.relative_error(0.0, 0.0) == 0.0
    assert gradient_check.relative_error([1e-9], [-1e-9]) == pytest.approx(0.2)
    assert np.isnan(gradient_check.relative_error([np.nan, 1.0], [1.0, 1.0]))
