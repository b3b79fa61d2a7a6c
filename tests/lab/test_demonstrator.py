"""Vanishing and exploding gradients: measured facts, and a clipping demo that really trains."""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def demonstrator(lab: ModuleType) -> Any:
    return lab.GradientProblemsDemonstrator()


def kinds(model: Any) -> list[str]:
    return [type(layer).__name__ for layer in model.layers]


def test_deep_network_counts_its_dense_layers(demonstrator: Any) -> None:
    model = demonstrator.create_deep_network(depth=4, activation="relu", head="sigmoid")
    kernels = [layer.kernel.shape for layer in model.layers if hasattr(layer, "kernel")]
    assert [tuple(shape) for shape in kernels] == [(10, 64), (64, 64), (64, 64), (64, 1)]
    assert model(np.zeros((1, 10), "float32")).numpy().tolist() == [[0.5]]
    assert kinds(demonstrator.create_deep_network(depth=1)) == ["Dense"]
    with_norm = kinds(demonstrator.create_deep_network(depth=4, batchnorm=True))
    assert with_norm.count("BatchNormalization") == 3
    assert "BatchNormalization" not in kinds(model)


@pytest.mark.parametrize("as_object", [False, True])
def test_each_layer_of_a_deep_network_has_weights_of_its_own(
    demonstrator: Any, as_object: bool
) -> None:
    from tensorflow import keras

    initialization = keras.initializers.RandomNormal(stddev=0.05) if as_object else "random_normal"
    model = demonstrator.create_deep_network(depth=4, initialization=initialization)
    second, third = (np.asarray(model.get_weights()[2 * i]) for i in (1, 2))
    assert second.shape == third.shape
    assert abs(np.corrcoef(second.ravel(), third.ravel())[0, 1]) < 0.1
    assert second.std() == pytest.approx(0.05, rel=0.1)


@pytest.mark.parametrize(
    "arguments",
    [{"depth": 0}, {"activation": "no such"}, {"initialization": "no such"}, {"head": "no such"}],
)
def test_deep_network_refuses_what_it_cannot_build(
    demonstrator: Any, arguments: dict[str, Any]
) -> None:
    with pytest.raises(ValueError):
        demonstrator.create_deep_network(**arguments)


def test_gradient_flow_of_the_worked_example(demonstrator: Any) -> None:
    from tensorflow import keras

    layers = [keras.Input((1,)), keras.layers.Dense(1, use_bias=False, name="only")]
    model = keras.Sequential(layers)
    model.set_weights([np.array([[2.0]])])
    norms, names = demonstrator.analyze_gradient_flow(model, np.array([[3.0]], "float32"))
    assert norms == pytest.approx([30.0])
    assert names == ["only"]


def test_gradient_flow_agrees_with_finite_differences(demonstrator: Any) -> None:
    model = demonstrator.create_deep_network(3, "tanh", "glorot_uniform")
    x = demonstrator.create_inputs(16)
    norms, names = demonstrator.analyze_gradient_flow(model, x)
    assert len(norms) == len(names) == 3
    weights = [w.astype("float64") for w in model.get_weights()]

    def loss(values: list[np.ndarray]) -> float:
        y = x.astype("float64")
        for i in (0, 2, 4):
            y = y @ values[i] + values[i + 1]
            y = np.tanh(y) if i < 4 else y
        return float(np.mean((y - 1) ** 2))

    for position, norm in zip((0, 4), (norms[0], norms[2]), strict=True):
        total = 0.0
        for index in np.ndindex(weights[position].shape):
            ends = []
            for sign in (1, -1):
                moved = [w.copy() for w in weights]
                moved[position][index] += sign * 1e-5
                ends.append(loss(moved))
            total += ((ends[0] - ends[1]) / 2e-5) ** 2
        assert norm == pytest.approx(math.sqrt(total), rel=1e-4)


def test_gradient_flow_leaves_batch_normalization_as_it_was(demonstrator: Any) -> None:
    model = demonstrator.create_deep_network(depth=4, batchnorm=True)
    before = model.get_weights()
    norms, names = demonstrator.analyze_gradient_flow(model, demonstrator.create_inputs())
    assert len(norms) == 4
    assert not any("batch" in name for name in names)
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("seed", [0, 1, 42])
def test_sigmoid_vanishes_and_relu_with_he_does_not(lab: ModuleType, seed: int) -> None:
    flow = lab.GradientProblemsDemonstrator(seed=seed).demonstrate_vanishing_gradients()
    assert {"sigmoid", "ReLU", "ReLU + He"} <= set(flow)
    assert all(len(norms) == 10 for norms in flow.values())
    assert flow["sigmoid"][0] < 1e-4 * flow["sigmoid"][-1]
    assert flow["ReLU + He"][0] > 1e-2 * flow["ReLU + He"][-1]
    # The trap: a fine ratio, and yet every gradient is tiny.
    assert flow["ReLU"][0] > 1e-2 * flow["ReLU"][-1]
    assert max(flow["ReLU"]) < 1e-2


def test_exploding_needs_a_linear_head(demonstrator: Any) -> None:
    from tensorflow import keras

    totals = {}
    for head in ("linear", "sigmoid"):
        model = demonstrator.create_deep_network(
            10, "relu", keras.initializers.RandomNormal(stddev=5.0), head=head
        )
        norms, _ = demonstrator.analyze_gradient_flow(model, demonstrator.create_inputs())
        totals[head] = np.linalg.norm(norms)
    assert totals["linear"] > 1e8
    # The sigmoid is saturated wherever its unit is off; no gradient explodes there.
    assert totals["sigmoid"] < 1.0


def test_clipping_demo_trains_both_times_from_the_same_start(
    demonstrator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[tuple[Any, list[np.ndarray]]] = []
    create = demonstrator.create_deep_network

    def remember(*args: Any, **kwargs: Any) -> Any:
        model = create(*args, **kwargs)
        built.append((model, model.get_weights()))
        return model

    monkeypatch.setattr(demonstrator, "create_deep_network", remember)
    norms = demonstrator.demonstrate_gradient_clipping(max_norm=1.0, steps=1)
    assert {key: len(values) for key, values in norms.items()} == {"without": 1, "with": 1}
    model, start = built[-1]
    moved = [after - before for before, after in zip(start, model.get_weights(), strict=True)]
    length = math.sqrt(sum(float(np.sum(np.square(part, dtype="float64"))) for part in moved))
    assert length == pytest.approx(0.01 * 1.0, rel=1e-2)


def test_clipping_demo_explodes_without_and_learns_with(demonstrator: Any) -> None:
    norms = demonstrator.demonstrate_gradient_clipping(max_norm=1.0, steps=10)
    assert len(norms["without"]) == len(norms["with"]) == 10
    assert max(norms["with"]) <= 1.0 + 1e-5
    assert norms["without"][0] > 100
    assert norms["without"][1] > 1e3 * norms["without"][0]
    assert not all(map(math.isfinite, norms["without"]))
    losses = demonstrator.clipping_losses
    assert losses["with"][0] == losses["without"][0]
    assert losses["with"][-1] < 0.5 * losses["with"][0]
    assert demonstrator.clipping == norms


def test_a_limit_that_is_never_reached_changes_nothing(demonstrator: Any) -> None:
    norms = demonstrator.demonstrate_gradient_clipping(max_norm=1e30, steps=2)
    np.testing.assert_allclose(norms["with"], norms["without"], rtol=1e-3)


@pytest.mark.parametrize("arguments", [{"max_norm": 0.0}, {"max_norm": -1.0}, {"steps": 0}])
def test_clipping_demo_refuses_bad_arguments(demonstrator: Any, arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(arguments))):
        demonstrator.demonstrate_gradient_clipping(**arguments)


def test_figures_use_log_scales_and_survive_odd_numbers(demonstrator: Any) -> None:
    import matplotlib.pyplot as plt

    demonstrator.flow = {"dead": [0.0, 0.0], "lost": [math.nan, math.inf], "fine": [0.5, 1.0]}
    demonstrator.clipping = {"without": [10.0, math.inf, math.nan], "with": [1.0, 1.0, 1.0]}
    for figure, panels in (
        (demonstrator.plot_gradient_flow(), 1),
        (demonstrator.plot_clipping(), 1),
    ):
        figure.canvas.draw()
        assert len(figure.axes) == panels
        assert all(axis.get_yscale() == "log" for axis in figure.axes)
        assert figure.get_supxlabel().startswith("See:")
    plt.close("all")
