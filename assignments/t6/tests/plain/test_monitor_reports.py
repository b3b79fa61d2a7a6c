"""Checks of `monitor.py` that need only NumPy: reports on gradients, activations and losses."""
import numpy as np
from checkkit import check, expect


@check(
    "gradient_report",
    "two healthy layers are reported with their norms and their ratio",
    public=True,
    hint="A layer's norm is the root of the sum of its squared entries.",
)
def test_gradient_report_healthy_example(sub):
    report = sub.gradient_report(
        {"hidden": np.array([[3.0, 0.0], [0.0, -4.0]]), "head": np.array([12.0])}
    )
    wanted = {
        "layers": {"hidden": {"norm": 5.0}, "head": {"norm": 12.0}},
        "global_norm": 13.0,
        "ratio": 0.4166666667,
    }
    expect.close(report, wanted, "the report")
    _expect_statuses(report, {"hidden": "ok", "head": "ok"}, "ok")


@check(
    "gradient_report",
    "a layer with a NaN is not finite, whatever the others are",
    public=True,
    hint="Every comparison with NaN is False; ask for it before you compare.",
)
def test_gradient_report_nan_example(sub):
    report = sub.gradient_report(
        {"hidden": np.array([1.0, float("nan")]), "head": np.array([500.0]), "frozen": None}
    )
    _expect_statuses(report, {"hidden": "nonfinite", "head": "exploding"}, "nonfinite")


def _expect_statuses(report, layers, whole):
    """The report names exactly these layers, with these statuses, and this one for the whole."""
    report = expect.mapping(report, "the report", ["layers", "status"])
    found = expect.mapping(report["layers"], "the entry 'layers' of the report", list(layers))
    extra = [name for name in found if name not in layers]
    expect.that(not extra, "the entry 'layers' of the report", "have no other layers", extra)
    for name, status in layers.items():
        what = "the entry of layer %r" % name
        entry = expect.mapping(found[name], what, ["norm", "status"])
        expect.equal(entry["status"], status, "the status of layer %r" % name)
    expect.equal(report["status"], whole, "the status of the whole")


@check(
    "activation_report",
    "zeros are counted, and a unit is dead only if every row is zero",
    public=True,
    hint="Rows are examples, columns are units.",
)
def test_activation_report_relu_example(sub):
    batch = np.array([[0.5, 0.0, 2.0], [0.0, 0.0, 1.0]])
    wanted = {"zero_fraction": 0.5, "dead_units": 1, "saturated_fraction": 0.0}
    expect.close(sub.activation_report(batch, "relu"), wanted, "the report")


@check(
    "activation_report",
    "a sigmoid is saturated near 0 and near 1",
    public=True,
    hint="The slope of a sigmoid is all but gone at both ends of its range.",
)
def test_activation_report_sigmoid_example(sub):
    batch = np.array([[0.5, 0.01], [0.99, 0.2]])
    wanted = {"zero_fraction": 0.0, "dead_units": 0, "saturated_fraction": 0.5}
    expect.close(sub.activation_report(batch, "sigmoid"), wanted, "the report")


@check(
    "LossWatch",
    "a loss far above the best recent one is exploding, NaN is nonfinite",
    public=True,
    hint="Compare with the smallest of the losses before this one.",
)
def test_loss_watch_example(sub):
    watch = sub.LossWatch(factor=10.0, window=2)
    losses = [1.0, 0.5, 4.0, 6.0, 7.0, float("nan"), 80.0]
    verdicts = [watch.update(loss) for loss in losses]
    wanted = ["ok", "ok", "ok", "exploding", "ok", "nonfinite", "exploding"]
    expect.equal(verdicts, wanted, "the verdicts on 1, 0.5, 4, 6, 7, NaN, 80")
