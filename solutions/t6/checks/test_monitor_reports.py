"""Checks of `monitor.py` that need only NumPy: reports on gradients, activations and losses."""

import numpy as np

from autograder.kit import check, expect

from .oracles_numpy import loss_verdicts
from .untouched import judge_beside_copies

# gradient_report


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


def _gradient(rng, norm, shape=None):
    """A gradient with this norm, none of whose entries is 0, in one of several shapes."""
    shapes = [(3, 4), (2, 2, 1, 3), (7,), (5, 1)]
    shape = shapes[int(rng.integers(4))] if shape is None else shape
    g = rng.uniform(0.3, 1.0, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    return g * (norm / np.linalg.norm(g))


def _names(rng, count):
    """Layer names whose alphabetical order is not the order of the layers."""
    return ["%s_%d" % (letter, rng.integers(10)) for letter in "qbzhma"[:count]]


def _draw(rng, norms):
    return {name: _gradient(rng, norm) for name, norm in zip(_names(rng, len(norms)), norms)}


def _wanted(norms, names, ratio):
    return {
        "layers": {name: {"norm": norm} for name, norm in zip(names, norms)},
        "global_norm": float(np.sqrt(np.sum(np.square(norms)))),
        "ratio": ratio,
    }


@check(
    "gradient_report",
    "norms, global norm and ratio are those of the layers in their order",
    weight=2,
    hint="First and last are the first and the last in the dictionary, not in the alphabet.",
)
def test_gradient_report_numbers(sub, rng):
    norms = [float(norm) for norm in np.exp(rng.uniform(np.log(0.01), np.log(50.0), size=4))]
    norms[0] = norms[-1] * float(rng.uniform(1.5, 3.0))
    grads = _draw(rng, norms)
    report = sub.gradient_report(grads)
    wanted = _wanted(norms, list(grads), norms[0] / norms[-1])
    expect.close(report, wanted, "the report", atol=0)


@check(
    "gradient_report",
    "each layer has the status of its own norm, and the whole that of its worst layer",
    weight=2,
    hint="Sort the four words by how bad they are before you think of the whole.",
)
def test_gradient_report_statuses(sub, rng):
    fine = [float(norm) for norm in rng.uniform(0.5, 5.0, size=3)]
    small, large = float(rng.uniform(1e-8, 5e-7)), float(rng.uniform(200.0, 2000.0))
    cases = [
        (fine, ["ok", "ok", "ok"], "ok"),
        ([fine[0], small, fine[1]], ["ok", "vanishing", "ok"], "vanishing"),
        ([fine[0], large, fine[1]], ["ok", "exploding", "ok"], "exploding"),
        ([fine[0], small, large, fine[1]], ["ok", "vanishing", "exploding", "ok"], "exploding"),
        ([fine[0], large, small, fine[1]], ["ok", "exploding", "vanishing", "ok"], "exploding"),
        ([small, fine[2], large], ["vanishing", "ok", "exploding"], "exploding"),
    ]
    _ask_cases(sub, [(_draw(rng, norms), {}, found, whole) for norms, found, whole in cases])


def _ask_cases(sub, cases):
    """Ask for the statuses of several sets of gradients, then judge them all."""
    reports = [sub.gradient_report(grads, **settings) for grads, settings, _, _ in cases]
    for report, (grads, _, statuses, whole) in zip(reports, cases):
        present = [name for name, g in grads.items() if g is not None]
        _expect_statuses(report, dict(zip(present, statuses)), whole)


@check(
    "gradient_report",
    "the limits for vanishing and exploding are those that are given",
    hint="The numbers in the signature are defaults, not constants.",
)
def test_gradient_report_limits(sub, rng):
    limits = {"vanishing": float(rng.uniform(0.05, 0.1)), "exploding": float(rng.uniform(3.0, 6.0))}
    low, high = limits["vanishing"], limits["exploding"]
    small = low * float(rng.uniform(0.3, 0.7))
    large = high * float(rng.uniform(1.5, 3.0))
    fine = [low * float(rng.uniform(1.5, 3.0)), high * float(rng.uniform(0.3, 0.7))]
    wide = {"vanishing": 1e-9, "exploding": 1e4}
    cases = [
        (_draw(rng, fine), limits, ["ok", "ok"], "ok"),
        (_draw(rng, [fine[0], small, fine[1]]), limits, ["ok", "vanishing", "ok"], "vanishing"),
        (_draw(rng, [fine[0], large, fine[1]]), limits, ["ok", "exploding", "ok"], "exploding"),
        (_draw(rng, [2e-8, 1e-8, 3e-8]), wide, ["ok", "ok", "ok"], "ok"),
        (_draw(rng, [800.0, 3000.0]), wide, ["ok", "ok"], "ok"),
    ]
    _ask_cases(sub, cases)


@check(
    "gradient_report",
    "one NaN or infinity anywhere makes its layer and the whole nonfinite",
    weight=2,
    hint="One bad entry among many is enough, in any layer, whatever the other layers are.",
)
def test_gradient_report_not_finite(sub, rng):
    cases = []
    for bad, place in ((np.nan, 0), (np.inf, 1), (-np.inf, 2), (np.nan, 2), (np.nan, 1)):
        norms = [1.0, 2.0, 0.5]
        statuses = ["ok", "ok", "ok"]
        norms[(place + 1) % 3], statuses[(place + 1) % 3] = 700.0, "exploding"
        norms[(place + 2) % 3], statuses[(place + 2) % 3] = 3e-8, "vanishing"
        statuses[place] = "nonfinite"
        grads = _draw(rng, norms)
        grads[list(grads)[place]].flat[int(rng.integers(5))] = bad
        cases.append((grads, {}, statuses, "nonfinite"))
    _ask_cases(sub, cases)


@check(
    "gradient_report",
    "a first layer far below the last one means vanishing, though every layer is ok",
    weight=1.5,
    hint="Ten layers that lose a little each can all pass the absolute test.",
)
def test_gradient_report_ratio(sub, rng):
    last = float(rng.uniform(1.0, 20.0))
    first, near = last * float(rng.uniform(4e-5, 8e-5)), last * float(rng.uniform(1.2e-4, 1.9e-4))
    cases = [
        (_draw(rng, [first, 0.1, last]), {}, ["ok", "ok", "ok"], "vanishing"),
        (_draw(rng, [last, 0.1, first]), {}, ["ok", "ok", "ok"], "ok"),
        (_draw(rng, [near, 0.1, last]), {}, ["ok", "ok", "ok"], "ok"),
        (_draw(rng, [last, first, last]), {}, ["ok", "ok", "ok"], "ok"),
        (_draw(rng, [first, 400.0, last]), {}, ["ok", "exploding", "ok"], "exploding"),
    ]
    _ask_cases(sub, cases)


@check(
    "gradient_report",
    "zeros, a single layer and gradients that are None have a ratio too",
    weight=1.5,
    hint="Write down the four cases of zero over zero, and what a ratio of one layer is.",
)
def test_gradient_report_edges(sub, rng):
    one, two = (float(norm) for norm in rng.uniform(1.0, 4.0, size=2))
    a, b, c, d = _names(rng, 4)
    cases = [
        ({a: np.zeros(3), b: np.zeros((2, 2))}, [0.0, 0.0], 1.0, ["vanishing"] * 2, "vanishing"),
        (
            {a: _gradient(rng, one), b: np.zeros(3)},
            [one, 0.0],
            np.inf,
            ["ok", "vanishing"],
            "vanishing",
        ),
        (
            {a: np.zeros(3), b: _gradient(rng, one)},
            [0.0, one],
            0.0,
            ["vanishing", "ok"],
            "vanishing",
        ),
        ({a: _gradient(rng, one)}, [one], 1.0, ["ok"], "ok"),
        (
            {a: None, b: _gradient(rng, one), c: _gradient(rng, two), d: None},
            [one, two],
            one / two,
            ["ok", "ok"],
            "ok",
        ),
        (
            {a: _gradient(rng, one), b: np.zeros(4), c: _gradient(rng, two)},
            [one, 0.0, two],
            one / two,
            ["ok", "vanishing", "ok"],
            "vanishing",
        ),
        ({a: None, b: _gradient(rng, two)}, [two], 1.0, ["ok"], "ok"),
        ({a: None, b: None}, [], 1.0, [], "ok"),
        ({}, [], 1.0, [], "ok"),
    ]  # type: list
    reports = [sub.gradient_report(case[0]) for case in cases]
    for report, (grads, norms, ratio, statuses, whole) in zip(reports, cases):
        present = [name for name, g in grads.items() if g is not None]
        _expect_statuses(report, dict(zip(present, statuses)), whole)
        wanted = {"ratio": ratio} if any(norms) else {"ratio": ratio, "global_norm": 0.0}
        expect.close(report, wanted, "the report", atol=0)


@check(
    "gradient_report",
    "float32 gradients are measured in float64, where no square is lost",
    weight=0.5,
    hint="The largest number of float32 is about 3e38; what is the square of 1e20?",
)
def test_gradient_report_float32(sub, rng):
    huge = {name: (1e20 * g).astype(np.float32) for name, g in _draw(rng, [3.0, 4.0]).items()}
    tiny = {name: (1e-25 * g).astype(np.float32) for name, g in _draw(rng, [3.0, 2.0]).items()}
    for grads, status in ((huge, "exploding"), (tiny, "vanishing")):
        wide = {name: g.astype(np.float64) for name, g in grads.items()}
        norms = [float(np.linalg.norm(g)) for g in wide.values()]
        report, beside = sub.gradient_report(grads), sub.gradient_report(wide)

        def right(report=report, grads=grads, status=status, norms=norms):
            _expect_statuses(report, dict.fromkeys(grads, status), status)
            wanted = _wanted(norms, list(grads), norms[0] / norms[1])
            expect.close(report, wanted, "the report", atol=0)

        # Whatever a norm is, it is the same in float64; other checks are about what it is.
        small = sub.gradient_report({name: g / np.max(np.abs(g)) for name, g in wide.items()})
        judge_beside_copies(right, report, beside, small, whose="the same numbers in float64")


@check(
    "gradient_report",
    "the gradients are not changed",
    weight=0.5,
    hint="Squaring in place changes what somebody else still needs.",
)
def test_gradient_report_untouched(sub, rng):
    norms = [float(norm) for norm in rng.uniform(1.0, 4.0, size=2)]
    grads = _draw(rng, norms)
    held = {name: sub.hold(g) for name, g in grads.items()}
    report, copies = sub.gradient_report(held), sub.gradient_report(grads)
    other = sub.gradient_report({name: 2 * g for name, g in grads.items()})
    wanted = _wanted(norms, list(grads), norms[0] / norms[1])
    for name, handle in held.items():
        expect.close(handle.value(), grads[name], "the gradient of layer %r, afterwards" % name)
    judge_beside_copies(lambda: expect.close(report, wanted, "the report"), report, copies, other)


# activation_report


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
    "activation_report",
    "a ReLU batch has zeros and dead units, and no saturation",
    weight=2,
    hint="A single row in which a unit is awake is enough for it to be alive.",
)
def test_activation_report_relu(sub, rng):
    rows, units = (int(n) for n in rng.permutation([9, 14]))
    batch = rng.uniform(0.5, 3.0, size=(rows, units))
    batch[rng.random((rows, units)) < 0.3] = 0.0
    asleep, silent = int(rng.integers(rows)), rng.permutation(units)[:6]
    dead = silent[:4]
    batch[asleep] = 0.0
    batch[:, silent] = 0.0
    # One row wakes the last two of the silent units, if only a little.
    batch[(asleep + 1) % rows] = 1e-3
    batch[:, dead] = 0.0
    # A unit whose output never changes, as of a bias alone, is not asleep.
    awake = next(unit for unit in range(units) if unit not in silent)
    batch[:, awake] = float(rng.uniform(1.0, 2.0))
    wanted = {
        "zero_fraction": float(np.mean(batch == 0)),
        "dead_units": len(dead),
        "saturated_fraction": 0.0,
    }
    expect.close(sub.activation_report(batch, "relu"), wanted, "the report")


@check(
    "activation_report",
    "sigmoid and tanh are saturated at both ends, each by its own limits",
    weight=2,
    hint="The ends of tanh are at -1 and 1, those of a sigmoid at 0 and 1.",
)
def test_activation_report_saturation(sub, rng):
    middle = {"sigmoid": [0.035, 0.1, 0.5, 0.9, 0.965], "tanh": [-0.965, -0.5, 0.02, 0.5, 0.965]}
    ends = {"sigmoid": [0.001, 0.025, 0.975, 0.999], "tanh": [-0.999, -0.975, 0.975, 0.999]}
    replies, wanted = {}, {}
    for kind in ("sigmoid", "tanh"):
        counts = rng.integers(3, 9, size=4)
        values = list(np.repeat(ends[kind], counts))
        values += list(rng.choice(middle[kind], size=60 - len(values)))
        batch = rng.permutation(values).reshape(12, 5)
        replies[kind] = sub.activation_report(batch, kind)
        saturated = float(counts.sum()) / 60
        wanted[kind] = {"zero_fraction": 0.0, "dead_units": 0, "saturated_fraction": saturated}
    expect.close(replies, wanted, "the report")


@check(
    "activation_report",
    "units whose outputs cancel are not dead",
    hint="A sum of zero does not mean that every term is zero.",
)
def test_activation_report_cancelling(sub, rng):
    # Multiples of 1/64 cancel exactly, in whatever order they are added up.
    batch = rng.integers(7, 58, size=(6, 4)) / 64
    batch[3:] = -batch[:3]
    batch[:, int(rng.integers(4))] = 0.0
    wanted = {"zero_fraction": 0.25, "dead_units": 1, "saturated_fraction": 0.0}
    expect.close(sub.activation_report(batch, "tanh"), wanted, "the report")


@check(
    "activation_report",
    "an unknown kind raises ValueError",
    weight=0.5,
    hint="Three kinds are known; every other name is a typing mistake.",
)
def test_activation_report_unknown(sub, rng):
    batch = rng.uniform(0.1, 0.9, size=(4, 3))
    for kind in ("softplus", "swish", ""):
        with expect.raises("ValueError", "the kind is %r" % kind):
            sub.activation_report(batch, kind)


# LossWatch


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


def _expect_verdicts(sub, watch, losses, factor, window, what):
    verdicts = [watch.update(float(loss)) for loss in losses]
    expect.equal(verdicts, loss_verdicts(losses, factor, window), "the verdicts on " + what)


@check(
    "LossWatch",
    "a long run of losses gets the verdicts of the rule",
    weight=2,
    hint="Follow the window on paper: what is in it when this loss arrives?",
)
def test_loss_watch_run(sub, rng):
    factor, window = float(rng.uniform(2.0, 6.0)), int(rng.integers(3, 6))
    losses = [float(rng.uniform(0.5, 2.0))]
    finite = list(losses)
    for _ in range(40):
        fate = rng.choice(["ok", "exploding", "nonfinite"], p=[0.65, 0.25, 0.1])
        if fate == "nonfinite":
            losses.append(float(rng.choice([np.nan, np.inf])))
            continue
        times = rng.uniform(0.2, 0.85) if fate == "ok" else rng.uniform(1.15, 2.0)
        losses.append(float(factor * min(finite[-window:]) * times))
        finite.append(losses[-1])
    watch = sub.LossWatch(factor=factor, window=window)
    _expect_verdicts(sub, watch, losses, factor, window, "a run of 41 losses")


@check(
    "LossWatch",
    "old losses leave the window, and a lasting jump becomes the new normal",
    hint="An exploding loss is remembered like any other, and the window has a length.",
)
def test_loss_watch_window(sub, rng):
    base, jump = float(rng.uniform(0.5, 2.0)), float(rng.uniform(30.0, 60.0))
    replies, wanted = {}, {}
    for window in (1, 3):
        watch = sub.LossWatch(factor=8.0, window=window)
        # First a good loss is pushed out by ordinary ones, then by a jump that stays.
        losses = [0.2 * base] + [base] * 4 + [7.0 * base, base, base, base]
        losses += [base * jump] * 5 + [base * jump * 20.0]
        label = "window %d" % window
        replies[label] = [watch.update(loss) for loss in losses]
        wanted[label] = loss_verdicts(losses, 8.0, window)
    for label, verdicts in replies.items():
        expect.equal(verdicts, wanted[label], "the verdicts on a jump that lasts, with " + label)


@check(
    "LossWatch",
    "the smallest loss of the window counts, and not the last one or the mean",
    hint="A loss that climbs slowly never looks bad beside the loss just before it.",
)
def test_loss_watch_smallest(sub, rng):
    base = float(rng.uniform(0.5, 2.0))
    # The fifth is too much for the smallest only, the last one for the mean as well.
    steps = [1.0, 2.0, 4.0, 7.0, 4.0 * float(rng.uniform(3.0, 4.0)), 6.0, 95.0]
    watch = sub.LossWatch(factor=10.0, window=5)
    losses = [base * step for step in steps]
    _expect_verdicts(sub, watch, losses, 10.0, 5, "losses that climb step by step")


@check(
    "LossWatch",
    "losses that are not finite are named and not remembered",
    hint="NaN takes no place in the window, and a first loss has nothing to be compared with.",
)
def test_loss_watch_not_finite(sub, rng):
    base = float(rng.uniform(0.5, 2.0))
    nan, inf = float("nan"), float("inf")
    losses = [nan, inf, 30.0 * base, base, nan, nan, 25.0 * base, inf, inf, 200.0 * base]
    losses += [nan, inf, 3.0 * base, nan]
    watch = sub.LossWatch(factor=5.0, window=2)
    _expect_verdicts(sub, watch, losses, 5.0, 2, "losses with NaN and infinity among them")


@check(
    "LossWatch",
    "without arguments the factor is 10 and the window 5, and two watches are apart",
    weight=0.5,
    hint="What one object remembers is no business of another one.",
)
def test_loss_watch_defaults(sub, rng):
    base = float(rng.uniform(0.5, 2.0))
    first, second = sub.LossWatch(), sub.LossWatch()
    # The loss `base` leaves the window of five with the last loss, and that of four before.
    losses = [base] + [9.5 * base] * 4 + [10.5 * base, 10.5 * base]
    verdicts = []
    for loss in losses:
        verdicts.append(first.update(loss))
        second.update(loss * 1e-3)
    expect.equal(verdicts, loss_verdicts(losses, 10.0, 5), "the verdicts with the defaults")
