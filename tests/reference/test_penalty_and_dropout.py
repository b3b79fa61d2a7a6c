"""Penalties against Keras's regularizers and finite differences; dropout by its statistics."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

KERNELS = [np.array([[1.0, -2.0], [0.0, 0.5]]), np.array([3.0, -0.25])]
SOME = settings(max_examples=40, deadline=None)


@pytest.mark.parametrize(("l1", "l2"), [(0.0, 0.0), (0.1, 0.0), (0.0, 0.3), (0.2, 0.05)])
def test_penalty_agrees_with_keras(regularization, l1, l2):
    keras = pytest.importorskip("tensorflow").keras
    regularizer = keras.regularizers.L1L2(l1=l1, l2=l2)
    expected = sum(float(regularizer(kernel.astype("float32"))) for kernel in KERNELS)
    penalty, _ = regularization.l1_l2_penalty(KERNELS, l1, l2)
    assert type(penalty) is float
    assert penalty == pytest.approx(expected, rel=1e-6)


def test_penalty_gradient_is_its_slope_and_zero_at_zero(regularization, gradient_check):
    _, gradients = regularization.l1_l2_penalty(KERNELS, 0.2, 0.05)
    assert gradients[0][1, 0] == 0.0
    for index, gradient in enumerate(gradients):

        def penalty_at(kernel, index=index):
            kernels = [kernel if i == index else k for i, k in enumerate(KERNELS)]
            return regularization.l1_l2_penalty(kernels, 0.2, 0.05)[0]

        numeric = gradient_check.numerical_gradient(penalty_at, KERNELS[index])
        np.testing.assert_allclose(gradient, numeric, atol=1e-8)


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_penalty_dtypes_and_empty_list(regularization, dtype):
    kernel = np.array([1, -2], dtype=dtype)
    _, (gradient,) = regularization.l1_l2_penalty([kernel], 0.1, 0.1)
    assert gradient.dtype == (np.float32 if dtype is np.float32 else np.float64)
    np.testing.assert_allclose(gradient, [0.3, -0.5], rtol=1e-6)
    np.testing.assert_array_equal(kernel, [1, -2])
    assert regularization.l1_l2_penalty([], 0.1, 0.1) == (0.0, [])


@pytest.mark.parametrize("bad", [{"l1": -0.1}, {"l2": -0.1}])
def test_negative_penalties_are_refused(regularization, bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        regularization.l1_l2_penalty(KERNELS, **bad)


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.8])
def test_dropout_drops_its_rate_and_keeps_the_mean(regularization, rate):
    x = np.full((400, 250), 2.0)
    y, mask = regularization.dropout_forward(x, rate, np.random.default_rng(1), training=True)
    assert np.mean(mask == 0) == pytest.approx(rate, abs=0.01)
    assert y.mean() == pytest.approx(2.0, rel=0.03)
    # Rows and columns are dropped on their own: their kept shares vary as independent draws do.
    for axis, draws in ((0, 400), (1, 250)):
        expected = np.sqrt(rate * (1 - rate) / draws)
        assert np.std(np.mean(mask, axis=axis)) == pytest.approx(expected, rel=0.3)


@SOME
@given(
    x=arrays(np.float64, array_shapes(max_dims=3), elements=st.floats(-1e6, 1e6)),
    rate=st.floats(0.0, 0.95),
    seed=st.integers(0, 1000),
)
def test_dropout_zeroes_or_scales_every_entry(regularization, x, rate, seed):
    kept = x.copy()
    y, mask = regularization.dropout_forward(x, rate, np.random.default_rng(seed), training=True)
    assert y.shape == mask.shape == x.shape
    np.testing.assert_allclose(y, np.where(mask, x / (1 - rate), 0.0))
    np.testing.assert_array_equal(x, kept)
    assert not np.shares_memory(x, y)


@pytest.mark.parametrize(("rate", "training"), [(0.0, True), (0.0, False), (0.9, False)])
def test_without_dropping_x_comes_back_with_a_mask_without_zeros(regularization, rate, training):
    x = np.array([[1, 2], [3, 4]], dtype=np.float32)
    y, mask = regularization.dropout_forward(x, rate, np.random.default_rng(0), training)
    np.testing.assert_array_equal(y, x)
    assert y.dtype == np.float32 and np.all(mask) and y is not x


def test_dropout_dtypes_and_source_of_randomness(regularization):
    results = [
        regularization.dropout_forward(np.ones(50, dtype), 0.5, np.random.default_rng(3), True)
        for dtype in (np.float32, np.int64)
    ]
    assert [y.dtype for y, _ in results] == [np.float32, np.float64]
    np.testing.assert_array_equal(results[0][1], results[1][1])


@pytest.mark.parametrize("rate", [-0.1, 1.0, 1.5])
@pytest.mark.parametrize("training", [True, False])
def test_dropout_refuses_bad_rates_always(regularization, rate, training):
    with pytest.raises(ValueError, match="rate"):
        regularization.dropout_forward(np.ones(3), rate, np.random.default_rng(0), training)
