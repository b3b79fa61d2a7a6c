"""The regularized Keras classifier: its layers, its penalty, its clipping and its seed."""

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
keras = tf.keras


def kinds(model):
    return [type(layer).__name__ for layer in model.layers]


def test_layers_and_their_settings(regularization):
    model = regularization.build_regularized_model(5, hidden=(7, 3), l1=0.02, l2=0.1, dropout=0.4)
    block = ["Dense", "BatchNormalization", "Dropout"]
    assert kinds(model) == [*block, *block, "Dense"]
    assert model.input_shape == (None, 5) and model.output_shape == (None, 1)
    hidden, head = [model.layers[0], model.layers[3]], model.layers[-1]
    for layer, units in zip(hidden, (7, 3), strict=True):
        assert layer.units == units and layer.activation is keras.activations.relu
        assert layer.kernel_regularizer.l1 == pytest.approx(0.02)
        assert layer.kernel_regularizer.l2 == pytest.approx(0.1)
        assert layer.bias_regularizer is None
    assert head.activation is keras.activations.sigmoid and head.kernel_regularizer is None
    assert [layer.rate for layer in model.layers if hasattr(layer, "rate")] == [0.4, 0.4]


def test_the_penalty_is_that_of_the_hidden_kernels(regularization):
    model = regularization.build_regularized_model(5, hidden=(7, 3), l1=0.02, l2=0.1)
    kernels = [model.layers[i].kernel.numpy() for i in (0, 3)]
    expected, _ = regularization.l1_l2_penalty(kernels, 0.02, 0.1)
    model(np.zeros((1, 5), np.float32))
    assert float(tf.add_n(model.losses)) == pytest.approx(expected, rel=1e-5)


def test_parts_can_be_left_out(regularization):
    model = regularization.build_regularized_model(
        2, hidden=(8,), l2=0.0, dropout=0.0, batchnorm=False, clipnorm=None
    )
    assert kinds(model) == ["Dense", "Dense"]
    assert model.count_params() == 33
    assert model.losses == []
    assert model.optimizer.clipnorm is None and model.optimizer.global_clipnorm is None


def test_compiled_with_a_clipping_adam(regularization):
    model = regularization.build_regularized_model(4, clipnorm=0.7, learning_rate=0.02)
    assert type(model.optimizer).__name__ == "Adam"
    assert model.optimizer.clipnorm == pytest.approx(0.7)
    assert float(model.optimizer.learning_rate.numpy()) == pytest.approx(0.02)
    x = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
    y = (x[:, :1] > 0).astype("float32")
    result = model.evaluate(x, y, verbose=0, return_dict=True)
    probabilities = np.clip(model.predict(x, verbose=0), 1e-7, 1 - 1e-7)
    cross_entropy = -np.mean(np.log(np.where(y > 0, probabilities, 1 - probabilities)))
    penalty = float(tf.add_n(model.losses))
    assert result["loss"] == pytest.approx(cross_entropy + penalty, rel=1e-4)
    assert result["accuracy"] == pytest.approx(np.mean((probabilities > 0.5) == y))


def test_he_initialization_and_distinct_layers(regularization):
    model = regularization.build_regularized_model(200, hidden=(200, 200))
    first, second = model.layers[0].kernel.numpy(), model.layers[3].kernel.numpy()
    assert first.std() == pytest.approx(np.sqrt(2 / 200), rel=0.03)
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.05


def test_the_seed_decides_the_weights(regularization):
    same, again, other = (
        regularization.build_regularized_model(4, seed=seed).get_weights() for seed in (3, 3, 4)
    )
    for one, two in zip(same, again, strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.allclose(same[0], other[0])


@pytest.mark.parametrize(
    "bad",
    [{"dropout": 1.0}, {"l1": -1.0}, {"l2": -1.0}, {"learning_rate": 0.0}, {"clipnorm": -1.0}],
)
def test_what_keras_would_accept_silently_is_refused(regularization, bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        regularization.build_regularized_model(4, **bad)
