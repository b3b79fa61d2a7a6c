"""The comparison of optimizers: fair, fresh each time, and right about its own training loop."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest


class PlainSGD:
    """w <- w - lr g, and a count of what was asked of it."""

    def __init__(self, learning_rate: float) -> None:
        self.learning_rate = learning_rate
        self.steps = self.resets = 0

    def reset(self) -> None:
        self.resets += 1

    def step(self, params: dict[str, Any], grads: dict[str, Any]) -> dict[str, Any]:
        self.steps += 1
        return {
            k: w - self.learning_rate * grads[k] if k in grads else w for k, w in params.items()
        }


@pytest.fixture
def visualizer(lab: ModuleType) -> Any:
    return lab.GradientDescentVisualizer()


@pytest.fixture
def data(visualizer: Any) -> Any:
    return visualizer.create_dataset(n_samples=100)


def test_data_are_split_70_15_15_and_scaled_by_the_training_part(visualizer: Any) -> None:
    parts = visualizer.create_dataset(n_samples=200)
    assert [p.shape for p in parts] == [(140, 2), (140,), (30, 2), (30,), (30, 2), (30,)]
    x_train, y_train, x_val = parts[:3]
    np.testing.assert_allclose(x_train.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(x_train.std(axis=0), 1, atol=1e-5)
    assert np.abs(x_val.mean(axis=0)).max() > 1e-3
    assert set(np.unique(y_train)) == {0.0, 1.0}
    for first, second in zip(parts, visualizer.create_dataset(n_samples=200), strict=True):
        np.testing.assert_array_equal(first, second)


def test_base_model_has_the_same_weights_whatever_ran_in_between(visualizer: Any) -> None:
    import tensorflow as tf

    first = visualizer.create_base_model()
    tf.random.normal((3,))
    np.random.random(5)
    first.predict(np.zeros((2, 2)), verbose=0)
    second = visualizer.create_base_model()
    assert [layer.units for layer in first.layers] == [32, 16, 8, 1]
    assert first.count_params() == 769
    assert getattr(first, "optimizer", None) is None
    for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_own_training_loop_does_what_keras_does(
    lab: ModuleType, visualizer: Any, data: Any
) -> None:
    from tensorflow import keras

    # One batch holds all rows: their order does not matter, so the two must agree throughout.
    ours = visualizer.create_base_model()
    history = lab.train_with_own_optimizer(ours, PlainSGD(0.5), data, epochs=4, batch_size=1000)
    theirs = visualizer.create_base_model()
    theirs.compile(keras.optimizers.SGD(0.5), "binary_crossentropy", metrics=["accuracy"])
    expected = theirs.fit(
        *data[:2], validation_data=data[2:4], epochs=4, batch_size=1000, verbose=0
    ).history
    for key in lab.HISTORY_KEYS:
        np.testing.assert_allclose(history[key], expected[key], rtol=1e-4, err_msg=key)
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_own_training_loop_averages_over_rows_and_resets(visualizer: Any, data: Any) -> None:
    optimizer = PlainSGD(0.1)
    first = visualizer.train_with_optimizer("a", optimizer, data, epochs=2, batch_size=32)
    assert optimizer.resets == 1
    assert optimizer.steps == 2 * 3  # 70 rows: 32 + 32 + 6.
    second = visualizer.train_with_optimizer("b", optimizer, data, epochs=2, batch_size=32)
    assert first == second


def test_own_training_loop_names_lost_parameters(
    lab: ModuleType, visualizer: Any, data: Any
) -> None:
    optimizer = PlainSGD(0.1)
    optimizer.step = lambda params, grads: dict(list(params.items())[1:])  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="returned the parameters"):
        lab.train_with_own_optimizer(visualizer.create_base_model(), optimizer, data, epochs=1)


def test_keras_optimizer_is_used_fresh_each_time(
    lab: ModuleType, visualizer: Any, data: Any
) -> None:
    from tensorflow import keras

    optimizer = keras.optimizers.Adam(0.02)
    first = visualizer.train_with_optimizer("first", optimizer, data, epochs=2)
    second = visualizer.train_with_optimizer("second", optimizer, data, epochs=2)
    assert int(optimizer.iterations) == 0
    for key in lab.HISTORY_KEYS:
        np.testing.assert_allclose(first[key], second[key], rtol=1e-5)
    assert list(visualizer.history) == ["first", "second"]
    assert visualizer.history["first"] == first
    assert set(visualizer.seconds) == {"first", "second"}
    assert all(type(value) is float for values in first.values() for value in values)


@pytest.mark.parametrize("count", [0, 2])
def test_comparison_of_fewer_than_three_is_refused_before_training(
    visualizer: Any, data: Any, count: int
) -> None:
    optimizers = {str(i): PlainSGD(0.1) for i in range(count)}
    with pytest.raises(ValueError, match="at least three"):
        visualizer.compare_optimizers(optimizers, data, epochs=1)
    assert visualizer.history == {}


def test_comparison_starts_all_from_the_same_weights_in_the_same_order(
    lab: ModuleType, visualizer: Any, data: Any
) -> None:
    from tensorflow import keras

    optimizers = {
        "slow": keras.optimizers.SGD(1e-12),
        "mine, slow": PlainSGD(1e-12),
        "adam": keras.optimizers.Adam(0.01),
    }
    histories = visualizer.compare_optimizers(optimizers, data, epochs=1)
    assert list(histories) == list(optimizers)
    assert all(len(histories[name][key]) == 1 for name in histories for key in lab.HISTORY_KEYS)
    # Next to no learning rate: what is left is the loss of the common start.
    np.testing.assert_allclose(
        histories["slow"]["val_loss"], histories["mine, slow"]["val_loss"], rtol=1e-5
    )
    assert histories["adam"]["val_loss"] != histories["slow"]["val_loss"]


def test_figures_have_labels_log_scales_and_captions(visualizer: Any, data: Any) -> None:
    import matplotlib.pyplot as plt

    history = {key: [0.7, 0.4, 0.2] for key in ("loss", "val_loss", "accuracy", "val_accuracy")}
    path = np.cumsum(np.full((5, 2), 0.1), axis=0)
    figures = [
        visualizer.plot_dataset(data),
        visualizer.plot_training({"a": history, "b": history}),
        visualizer.plot_trajectories({"inside": path, "leaves": path * 1e3}),
    ]
    for figure in figures:
        assert figure.get_supxlabel().startswith("See:")
        assert any(axis.get_xlabel() for axis in figure.axes)
        assert any(axis.get_ylabel() for axis in figure.axes)
    assert figures[1].axes[0].get_yscale() == "log"
    titles = [axis.get_title() for axis in figures[2].axes]
    assert titles[:2] == ["inside", "leaves: leaves at step 0"]
    plt.close("all")
