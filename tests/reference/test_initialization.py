"""Weights against the variances of the formulas and of Keras, and a signal sent through them."""

import numpy as np
import pytest

SCHEMES = {
    "glorot_uniform": lambda n, m: 2 / (n + m),
    "glorot_normal": lambda n, m: 2 / (n + m),
    "he_uniform": lambda n, m: 2 / n,
    "he_normal": lambda n, m: 2 / n,
    "lecun_normal": lambda n, m: 1 / n,
}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("fans", [(400, 100), (100, 400)])
def test_mean_and_variance(initialization, scheme, fans):
    w = initialization.init_weights(*fans, scheme, np.random.default_rng(1))
    assert w.shape == fans and w.dtype == np.float64
    std = np.sqrt(SCHEMES[scheme](*fans))
    assert w.std() == pytest.approx(std, rel=0.02)
    assert abs(w.mean()) < 4 * std / np.sqrt(w.size)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_distribution_is_the_one_in_the_name(initialization, scheme):
    w = initialization.init_weights(300, 200, scheme, np.random.default_rng(2))
    # E w^4 / (E w^2)^2 is 1.8 for a uniform and 3 for a normal distribution.
    kurtosis = np.mean(w**4) / np.mean(w**2) ** 2
    assert kurtosis == pytest.approx(1.8 if scheme.endswith("uniform") else 3.0, rel=0.05)
    if scheme.endswith("uniform"):
        assert np.abs(w).max() <= np.sqrt(3 * SCHEMES[scheme](300, 200))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_standard_deviation_is_that_of_keras(initialization, scheme):
    keras = pytest.importorskip("tensorflow").keras
    theirs = np.asarray(keras.initializers.get(scheme)((500, 200)))
    ours = initialization.init_weights(500, 200, scheme, np.random.default_rng(3))
    assert ours.std() == pytest.approx(theirs.std(), rel=0.03)


def test_the_generator_is_the_only_source_of_randomness(initialization):
    first, second = (
        initialization.init_weights(3, 2, "he_normal", np.random.default_rng(7)) for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)
    rng = np.random.default_rng(7)
    initialization.init_weights(3, 2, "he_normal", rng)
    assert not np.array_equal(first, initialization.init_weights(3, 2, "he_normal", rng))


@pytest.mark.parametrize("scheme", ["he", "normal", "lecun_uniform", "Glorot_normal"])
def test_unknown_schemes_are_named(initialization, scheme):
    with pytest.raises(ValueError, match=scheme):
        initialization.init_weights(3, 2, scheme, np.random.default_rng(0))


@pytest.mark.parametrize("fans", [(0, 3), (3, 0)])
def test_fans_start_at_one(initialization, fans):
    with pytest.raises(ValueError, match="fan"):
        initialization.init_weights(*fans, "he_normal", np.random.default_rng(0))


def test_he_keeps_a_relu_signal_alive_and_tiny_weights_do_not(initialization):
    rng = np.random.default_rng(4)
    x = rng.normal(size=(500, 256))
    he = [initialization.init_weights(256, 256, "he_normal", rng) for _ in range(10)]
    tiny = [0.01 * rng.normal(size=(256, 256)) for _ in range(10)]
    alive = initialization.activation_stats(initialization.propagate(x, he, "relu"))
    dying = initialization.activation_stats(initialization.propagate(x, tiny, "relu"))
    assert 0.4 < alive[-1]["std"] < 1.6
    assert dying[-1]["std"] < 1e-8
    assert 0.3 < alive[0]["zero_fraction"] < 0.7


@pytest.mark.parametrize("activation", ["linear", "relu", "sigmoid", "tanh"])
def test_propagate_agrees_with_keras(initialization, activation):
    keras = pytest.importorskip("tensorflow").keras
    x = np.linspace(-3, 3, 12).reshape(4, 3)
    got = initialization.propagate(x, [np.eye(3), 2 * np.eye(3)], activation)
    function = keras.activations.get(activation)
    expected = np.asarray(function(x.astype("float32")))
    np.testing.assert_allclose(got[0], expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(got[1], np.asarray(function(2 * expected)), rtol=1e-5, atol=1e-6)


def test_unknown_activations_are_named(initialization):
    with pytest.raises(ValueError, match="swish"):
        initialization.propagate(np.ones((1, 2)), [np.eye(2)], "swish")
