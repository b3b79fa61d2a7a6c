"""Batch normalization against Keras's layer; shifted images pixel by pixel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

X = np.random.default_rng(6).normal(2.0, 3.0, size=(9, 4))
GAMMA, BETA = np.array([1.0, 2.0, -0.5, 0.1]), np.array([0.0, 1.0, -1.0, 5.0])
MEAN, VAR = np.array([0.5, -1.0, 2.0, 0.0]), np.array([1.0, 4.0, 0.25, 2.0])


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("momentum", "eps"), [(0.99, 1e-3), (0.6, 0.5)])
def test_agrees_with_keras(regularization, training, momentum, eps):
    keras = pytest.importorskip("tensorflow").keras
    layer = keras.layers.BatchNormalization(momentum=momentum, epsilon=eps)
    layer.build((None, 4))
    layer.set_weights([a.astype("float32") for a in (GAMMA, BETA, MEAN, VAR)])
    expected = np.asarray(layer(X.astype("float32"), training=training))
    y, new_mean, new_var = regularization.batchnorm_forward(
        X, GAMMA, BETA, MEAN, VAR, momentum, eps, training
    )
    np.testing.assert_allclose(y, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(new_mean, layer.get_weights()[2], rtol=1e-5)
    np.testing.assert_allclose(new_var, layer.get_weights()[3], rtol=1e-5)


def test_a_normalized_batch_has_mean_beta_and_deviation_gamma(regularization):
    y, _, _ = regularization.batchnorm_forward(X, GAMMA, BETA, MEAN, VAR, eps=0.0)
    np.testing.assert_allclose(y.mean(axis=0), BETA, atol=1e-12)
    np.testing.assert_allclose(y.std(axis=0), np.abs(GAMMA), rtol=1e-12)


@pytest.mark.parametrize("training", [True, False])
def test_batchnorm_inputs_stay_and_results_are_new(regularization, training):
    given_arrays = [a.astype(np.float32) for a in (X, GAMMA, BETA, MEAN, VAR)]
    kept = [a.copy() for a in given_arrays]
    results = regularization.batchnorm_forward(*given_arrays, training=training)
    assert [r.dtype for r in results] == [np.float32] * 3
    for array, original in zip(given_arrays, kept, strict=True):
        np.testing.assert_array_equal(array, original)
        assert not any(np.shares_memory(array, result) for result in results)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"x": X[0]}, "x"),
        ({"gamma": np.ones(3)}, "gamma"),
        ({"beta": np.ones((1, 4))}, "beta"),
        ({"moving_mean": np.ones(9)}, "moving_mean"),
        ({"moving_var": np.ones(())}, "moving_var"),
        ({"momentum": 1.0}, "momentum"),
        ({"eps": -1e-3}, "eps"),
    ],
)
def test_batchnorm_refuses_bad_arguments(regularization, change, named):
    arguments = {"x": X, "gamma": GAMMA, "beta": BETA, "moving_mean": MEAN, "moving_var": VAR}
    with pytest.raises(ValueError, match=named):
        regularization.batchnorm_forward(**{**arguments, **change})


def shifts_that_explain(image, shifted, max_shift):
    """All (dy, dx) that turn one image into the other, tried one by one."""
    height, width = image.shape
    found = []
    for dy in range(-max_shift, max_shift + 1):
        for dx in range(-max_shift, max_shift + 1):
            expected = np.zeros_like(image)
            for r in range(height):
                for c in range(width):
                    if 0 <= r - dy < height and 0 <= c - dx < width:
                        expected[r, c] = image[r - dy, c - dx]
            if np.array_equal(expected, shifted):
                found.append((dy, dx))
    return found


@settings(max_examples=20, deadline=None)
@given(height=st.integers(2, 5), width=st.integers(2, 5), data=st.data())
def test_every_image_is_shifted_by_whole_pixels(regularization, height, width, data):
    max_shift = data.draw(st.integers(0, min(height, width) - 1))
    images = np.arange(1, 3 * height * width + 1, dtype=np.uint8).reshape(3, height, width)
    kept = images.copy()
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    shifted = regularization.shift_augment(images, max_shift, rng)
    assert shifted.dtype == np.uint8 and shifted.shape == images.shape
    assert not np.shares_memory(shifted, images)
    np.testing.assert_array_equal(images, kept)
    for image, result in zip(images, shifted, strict=True):
        assert len(shifts_that_explain(image, result, max_shift)) == 1


def test_all_shifts_occur_and_images_and_axes_are_independent(regularization):
    images = np.tile(np.arange(1.0, 17.0).reshape(4, 4), (450, 1, 1))
    shifted = regularization.shift_augment(images, 1, np.random.default_rng(2))
    shifts = [shifts_that_explain(images[0], image, 1)[0] for image in shifted]
    counts = {shift: shifts.count(shift) for shift in set(shifts)}
    assert len(counts) == 9
    assert all(25 < count < 85 for count in counts.values())


def test_no_shift_is_the_identity(regularization):
    images = np.random.default_rng(0).random((3, 4, 5)).astype(np.float32)
    got = regularization.shift_augment(images, 0, np.random.default_rng(1))
    np.testing.assert_array_equal(got, images)
    assert got.dtype == np.float32 and not np.shares_memory(got, images)


@pytest.mark.parametrize(("shape", "max_shift"), [((2, 4, 3), 3), ((2, 3, 4), -1), ((3, 3), 1)])
def test_shift_refuses_what_does_not_fit(regularization, shape, max_shift):
    with pytest.raises(ValueError, match=r"images|max_shift"):
        regularization.shift_augment(np.ones(shape), max_shift, np.random.default_rng(0))
