"""Gradient and activation reports and the loss watch, on numbers alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

NAN, INF = float("nan"), float("inf")


def report(monitor, *norms, **limits):
    grads = {f"layer_{index}": np.array([[norm]]) for index, norm in enumerate(norms)}
    return monitor.gradient_report(grads, **limits)


@pytest.mark.parametrize(
    ("norms", "statuses", "whole"),
    [
        ((1.0, 2.0), ["ok", "ok"], "ok"),
        ((1e-7, 1.0), ["vanishing", "ok"], "vanishing"),
        ((1.0, 1e-7), ["ok", "vanishing"], "vanishing"),
        ((1e-7, 1e3), ["vanishing", "exploding"], "exploding"),
        ((1e3, NAN, 1e-7), ["exploding", "nonfinite", "vanishing"], "nonfinite"),
        ((INF, 1.0), ["nonfinite", "ok"], "nonfinite"),
        ((NAN,), ["nonfinite"], "nonfinite"),
        # Each layer passes alone; only the ratio shows that the signal is lost.
        ((1e-5, 1e-3, 1.0), ["ok", "ok", "ok"], "vanishing"),
        # The ratio alone would call it healthy.
        ((6e-7, 6e-7), ["vanishing", "vanishing"], "vanishing"),
    ],
)
def test_statuses(monitor, norms, statuses, whole):
    got = report(monitor, *norms)
    assert [layer["status"] for layer in got["layers"].values()] == statuses
    assert got["status"] == whole


@pytest.mark.parametrize(
    ("norms", "ratio"),
    [
        ((), 1.0),
        ((5.0,), 1.0),
        ((0.0,), 1.0),
        ((0.0, 0.0), 1.0),
        ((2.0, 0.0), INF),
        ((0.0, 2.0), 0.0),
        ((6.0, 9.0, 2.0), 3.0),
    ],
)
def test_ratio(monitor, norms, ratio):
    got = report(monitor, *norms)["ratio"]
    assert type(got) is float
    assert got == ratio


def test_norms_add_up_by_their_squares(monitor):
    grads = {"a": np.array([[3.0], [4.0]], np.float32), "gone": None, "b": np.array([12.0])}
    got = monitor.gradient_report(grads)
    assert list(got["layers"]) == ["a", "b"]
    assert got["layers"]["a"] == {"norm": 5.0, "status": "ok"}
    assert got["global_norm"] == 13.0


@pytest.mark.parametrize("grads", [{}, {"a": None}])
def test_without_gradients_there_is_nothing_to_report(monitor, grads):
    expected = {"layers": {}, "global_norm": 0.0, "ratio": 1.0, "status": "ok"}
    assert monitor.gradient_report(grads) == expected


def test_a_norm_that_overflows_float32_explodes(monitor):
    got = monitor.gradient_report({"a": np.array([3e30, 4e30], np.float32)})
    assert got["layers"]["a"]["norm"] == pytest.approx(5e30, rel=1e-6)
    assert got["status"] == "exploding"


def test_the_limits_can_be_moved(monitor):
    assert report(monitor, 1.0, 1.0, exploding=0.5)["status"] == "exploding"
    assert report(monitor, 1.0, 1.0, vanishing=2.0)["status"] == "vanishing"


@settings(max_examples=50, deadline=None)
@given(norms=st.lists(st.floats(1e-5, 1e5), min_size=1, max_size=6), nan_at=st.integers(0, 5))
def test_one_nan_decides_wherever_it_stands(monitor, norms, nan_at):
    norms.insert(min(nan_at, len(norms)), NAN)
    got = report(monitor, *norms)
    assert got["status"] == "nonfinite"
    assert np.isnan(got["global_norm"])


@pytest.mark.parametrize(
    ("kind", "saturated"), [("relu", 0.0), ("sigmoid", 4 / 6), ("tanh", 2 / 6)]
)
def test_activation_report(monitor, kind, saturated):
    batch = np.array([[0.5, 0.0, 0.99], [-0.98, 0.0, 0.5]])
    got = monitor.activation_report(batch, kind)
    assert got["zero_fraction"] == pytest.approx(2 / 6)
    assert got["dead_units"] == 1 and type(got["dead_units"]) is int
    assert got["saturated_fraction"] == pytest.approx(saturated)


def test_activation_report_refuses_other_kinds(monitor):
    with pytest.raises(ValueError, match="softplus"):
        monitor.activation_report(np.ones((2, 2)), "softplus")


@pytest.mark.parametrize(
    ("losses", "verdicts"),
    [
        ([5.0, 4.0, 3.0], "ok ok ok"),
        ([1.0, 11.0, 12.0, 111.0], "ok exploding exploding exploding"),
        ([NAN, 100.0, INF, 90.0], "nonfinite ok nonfinite ok"),
        # The window holds the last five losses: after five high ones, high is normal.
        ([1.0] + [20.0] * 6, "ok" + " exploding" * 5 + " ok"),
        # A slow climb: each loss is close to the last one, but far above the best.
        ([1.0, 4.0, 9.0, 12.0], "ok ok ok exploding"),
        ([1.0, NAN, 11.0], "ok nonfinite exploding"),
    ],
)
def test_loss_watch(monitor, losses, verdicts):
    watch = monitor.LossWatch()
    assert [watch.update(loss) for loss in losses] == verdicts.split()


@pytest.mark.parametrize("bad", [{"factor": 0.0}, {"window": 0}])
def test_loss_watch_refuses_bad_arguments(monitor, bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        monitor.LossWatch(**bad)
