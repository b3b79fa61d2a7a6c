"""Checks of the parts of `monitor.py` that look at Keras models."""

import numpy as np

from autograder.kit import check, expect

from . import oracles_keras as oracle


@check(
    "layer_gradient_norms",
    "a model of one weight gives the gradient worked out by hand",
    public=True,
    hint="Take the tape's gradient of the loss for the layer's kernel; its L2 norm is the answer.",
)
def test_lgn_by_hand(sub):
    # model(x) = 3 relu(2 x): for x = 0.5, y = 1 the error is 2, so the loss changes with the last
    # kernel by 2 * 2 * relu(1) = 4 and with the first by 2 * 2 * 3 * 0.5 = 6.
    layers = [
        ["Dense", {"units": 1, "activation": "relu", "use_bias": False, "name": "hidden"}],
        ["Dense", {"units": 1, "use_bias": False, "name": "answer"}],
    ]
    model = sub.support.keras_model(layers, [1], [[np.array([[2.0]])], [np.array([[3.0]])]])
    x, y = np.array([[0.5]], dtype="float32"), np.array([[1.0]], dtype="float32")
    norms = sub.layer_gradient_norms(model, x, y, sub.support.mean_squared_error())
    norms = expect.mapping(norms, "what layer_gradient_norms returns", ["hidden", "answer"])
    expect.equal(list(norms), ["hidden", "answer"], "the layers in the answer")
    expect.close(norms, {"hidden": 6.0, "answer": 4.0}, "the norms", rtol=1e-4)


def smooth_draw(rng, layers, inputs, rows, loss, training=False, scale=1.0):
    """Weights and a batch, and what the oracle makes of them.

    No ReLU is near its kink, and no bias's gradient too small to show beside its kernel's.
    """
    while True:
        weights = oracle.draw_weights(rng, layers, inputs, scale)
        x = rng.normal(size=(rows, *inputs)).astype("float32")
        y = rng.normal(size=(rows, 1)).astype("float32")
        made = oracle.run(layers, weights, x, y, loss, training)
        pairs = [[np.linalg.norm(g) for g in own] for own in made.gradients if len(own) == 2]
        if made.margin > 1e-3 and all(bias > 0.1 * kernel for kernel, bias in pairs):
            return weights, x, y, made


@check(
    "layer_gradient_norms",
    "norms of kernels only, in layer order, with dropout off and moving averages in use",
    weight=2,
    hint="Call the model with training=False, and ask each layer whether it has a kernel.",
)
def test_lgn_inference_mode(sub, rng):
    layers = [
        ["Dense", {"units": 5, "activation": "relu", "name": "third"}],
        ["BatchNormalization", {"name": "scaled"}],
        ["Dropout", {"rate": 0.5, "name": "thinned"}],
        ["Dense", {"units": 4, "name": "first"}],
        ["Activation", {"activation": "tanh", "name": "bent"}],
        ["Dense", {"units": 1, "name": "second"}],
    ]
    weights, x, y, made = smooth_draw(rng, layers, [3], 6, "lopsided_error")
    model = sub.support.keras_model(layers, [3], weights)
    norms = sub.layer_gradient_norms(model, x, y, sub.support.lopsided_error())
    wanted = oracle.kernel_norms(layers, made.gradients)
    norms = expect.mapping(norms, "what layer_gradient_norms returns", list(wanted))
    expect.equal(list(norms), list(wanted), "the layers in the answer")
    expect.close(norms, wanted, "the norms", rtol=1e-4)


@check(
    "layer_gradient_norms",
    "penalties in model.losses are part of the loss, in a model made with the functional API",
    hint="Add everything in model.losses to the loss before you ask the tape.",
)
def test_lgn_penalties(sub, rng):
    layers = [
        ["Dense", {"units": 4, "activation": "sigmoid", "l2": 0.3, "name": "wide"}],
        ["Dense", {"units": 3, "activation": "tanh", "l1": 0.2, "l2": 0.1, "name": "narrow"}],
        ["Dense", {"units": 1, "name": "answer"}],
    ]
    weights, x, y, made = smooth_draw(rng, layers, [2], 5, "mean_squared_error")
    model = sub.support.keras_model(layers, [2], weights, functional=True)
    norms = sub.layer_gradient_norms(model, x, y, sub.support.mean_squared_error())
    wanted = oracle.kernel_norms(layers, made.gradients)
    norms = expect.mapping(norms, "what layer_gradient_norms returns", list(wanted))
    expect.equal(list(norms), list(wanted), "the layers in the answer")
    expect.close(norms, wanted, "the norms", rtol=1e-4)


@check(
    "layer_gradient_norms",
    "a convolution's kernel counts like any other, whatever its number of axes",
    hint="The norm is the root of the sum of squares over all entries, in any shape.",
)
def test_lgn_convolution(sub, rng):
    layers = [
        ["Conv2D", {"filters": 2, "kernel_size": 2, "activation": "relu", "name": "seen"}],
        ["Flatten", {"name": "flat"}],
        ["Dense", {"units": 1, "use_bias": False, "name": "said"}],
    ]
    weights, x, y, made = smooth_draw(rng, layers, [4, 4, 1], 3, "mean_squared_error")
    model = sub.support.keras_model(layers, [4, 4, 1], weights)
    norms = sub.layer_gradient_norms(model, x, y, sub.support.mean_squared_error())
    wanted = oracle.kernel_norms(layers, made.gradients)
    norms = expect.mapping(norms, "what layer_gradient_norms returns", list(wanted))
    expect.equal(list(norms), list(wanted), "the layers in the answer")
    expect.close(norms, wanted, "the norms", rtol=1e-4)


@check(
    "layer_gradient_norms",
    "looking at a model leaves its weights and moving averages as they are",
    hint="Measure only: no update, and no forward pass in training mode.",
)
def test_lgn_changes_nothing(sub, rng):
    layers = [
        ["Dense", {"units": 4, "activation": "tanh", "name": "a"}],
        ["BatchNormalization", {"momentum": 0.5, "name": "b"}],
        ["Dense", {"units": 1, "name": "c"}],
    ]
    weights, x, y, made = smooth_draw(rng, layers, [3], 6, "mean_squared_error")
    model = sub.support.keras_model(layers, [3], weights)
    loss = sub.support.mean_squared_error()
    wanted = oracle.kernel_norms(layers, made.gradients)
    for count in ("first", "second"):
        norms = sub.layer_gradient_norms(model, x, y, loss)
        expect.close(norms, wanted, "the norms of the %s call" % count, rtol=1e-4)
    found = sub.support.model_weights(model)
    expect.close(found, weights, "the weights after two calls", rtol=0, atol=1e-9)


# ---- GradientMonitor ------------------------------------------------------------------------

STATUSES = ("ok", "vanishing", "exploding", "nonfinite")


def judged(norm, vanishing, exploding):
    """The status of a layer whose gradient has this norm."""
    if not np.isfinite(norm):
        return "nonfinite"
    if norm > exploding:
        return "exploding"
    return "vanishing" if norm < vanishing else "ok"


def reported(norms, vanishing, exploding):
    """The report on norms by layer name, in the form of `gradient_report`."""
    found = {name: judged(norm, vanishing, exploding) for name, norm in norms.items()}
    values = list(norms.values())
    ratio = 1.0 if values[0] == values[-1] else np.inf if not values[-1] else values[0] / values[-1]
    worst = set(found.values()) | ({"vanishing"} if ratio < 1e-4 else set())
    return {
        "layers": {name: {"norm": norms[name], "status": found[name]} for name in norms},
        "global_norm": float(np.sqrt(sum(norm**2 for norm in values))),
        "ratio": ratio,
        "status": next((s for s in reversed(STATUSES) if s in worst), "ok"),
    }


def expect_report(found, wanted, what):
    """A report in the form of `gradient_report` says what it should."""
    found = expect.mapping(found, what, list(wanted))
    layers = expect.mapping(found["layers"], "%s, 'layers'" % what)
    expect.equal(list(layers), list(wanted["layers"]), "%s, the names in 'layers'" % what)
    for name, layer in wanted["layers"].items():
        part = "%s, layer %r" % (what, name)
        entry = expect.mapping(layers[name], part, ["norm", "status"])
        expect.close(entry["norm"], layer["norm"], "%s, 'norm'" % part, rtol=1e-4, atol=1e-12)
        expect.equal(entry["status"], layer["status"], "%s, 'status'" % part)
    for key in ("global_norm", "ratio"):
        expect.close(found[key], wanted[key], "%s, %r" % (what, key), rtol=2e-4, atol=1e-12)
    expect.equal(found["status"], wanted["status"], "%s, 'status'" % what)


def expect_events(found, wanted):
    """The events, in any order within an epoch."""
    listed = []
    for index, event in enumerate(expect.sequence(found, "events", len(wanted))):
        epoch, layer, status = expect.sequence(event, "event %d" % index, 3)
        epoch = expect.integer(epoch, "the epoch of event %d" % index)
        layer = expect.text(layer, "the layer of event %d" % index)
        listed.append((epoch, layer, expect.text(status, "its status", STATUSES)))
    epochs = [epoch for epoch, _, _ in listed]
    expect.that(epochs == sorted(epochs), "events", "be in the order of the epochs", epochs)
    expect.that(sorted(listed) == sorted(wanted), "events", "name epoch, layer and status", listed)


@check(
    "GradientMonitor",
    "two epochs of model.fit give two reports, and events for the layer that explodes",
    public=True,
    hint="Keras calls on_epoch_end(epoch) after each epoch, with epochs counted from 0.",
)
def test_gm_by_hand(sub):
    # model(x) = 3 relu(2 x), trained with a rate of 0: the gradients stay those of x = 0.5, y = 1.
    layers = [
        ["Dense", {"units": 1, "activation": "relu", "use_bias": False, "name": "hidden"}],
        ["Dense", {"units": 1, "use_bias": False, "name": "answer"}],
    ]
    model = sub.support.keras_model(layers, [1], [[np.array([[2.0]])], [np.array([[3.0]])]])
    x, y = np.array([[0.5]], dtype="float32"), np.array([[1.0]], dtype="float32")
    loss = sub.support.mean_squared_error()
    sub.sibling("layer_gradient_norms", [{"hidden": 6.0, "answer": 4.0}] * 2)
    monitor = sub.GradientMonitor(x, y, loss, vanishing=0.1, exploding=5.0)
    optimizer = sub.support.keras_optimizer("SGD", {"learning_rate": 0.0})
    sub.support.train(model, optimizer, x, y, 2, [monitor], fit=True)
    wanted = {
        "layers": {
            "hidden": {"norm": 6.0, "status": "exploding"},
            "answer": {"norm": 4.0, "status": "ok"},
        },
        "global_norm": np.sqrt(52.0),
        "ratio": 1.5,
        "status": "exploding",
    }
    history = expect.sequence(monitor.get("history"), "history", 2)
    for epoch, report in enumerate(history):
        expect_report(report, wanted, "the report of epoch %d" % epoch)
    expect_events(monitor.get("events"), [(0, "hidden", "exploding"), (1, "hidden", "exploding")])


MONITORED = [
    ["Dense", {"units": 4, "activation": "tanh", "l2": 0.2, "name": "z"}],
    ["BatchNormalization", {"momentum": 0.7, "name": "y"}],
    ["Dense", {"units": 3, "activation": "tanh", "name": "x"}],
    ["Dense", {"units": 1, "name": "w"}],
]


def trained(layers, weights, x, y, epochs, rate, momentum=0.0):
    """Weights after each epoch of one full-batch step of SGD, and the velocities at the end."""
    after, velocities = [], [[np.zeros(w.shape) for w in own] for own in weights]
    for _ in range(epochs):
        made = oracle.run(layers, weights, x, y, "mean_squared_error", training=True)
        velocities = [
            [momentum * v - rate * g for v, g in zip(old, own)]
            for old, own in zip(velocities, made.gradients)
        ]
        weights = [[w + v for w, v in zip(own, new)] for own, new in zip(made.weights, velocities)]
        after.append(weights)
    return after, velocities


def watched(layers, after, x, y, loss):
    """The kernels' gradient norms at a batch, for the weights after each epoch."""
    runs = [oracle.run(layers, weights, x, y, loss) for weights in after]
    return [oracle.kernel_norms(layers, made.gradients) for made in runs]


def batch(rng, rows):
    """Inputs of three features and targets of one."""
    x = rng.normal(size=(rows, 3)).astype("float32")
    return x, rng.normal(size=(rows, 1)).astype("float32")


@check(
    "GradientMonitor",
    "each report is that of its own batch and loss, at the weights after its epoch",
    weight=2,
    hint="Use self.model in inference mode, the monitor's own x, y and loss_fn, and model.losses.",
)
def test_gm_history(sub, rng):
    weights = oracle.draw_weights(rng, MONITORED, [3])
    (x, y), (own_x, own_y) = batch(rng, 8), batch(rng, 5)
    after, _ = trained(MONITORED, weights, x, y, 2, 0.2)
    norms = watched(MONITORED, after, own_x, own_y, "lopsided_error")
    model = sub.support.keras_model(MONITORED, [3], weights)
    loss = sub.support.lopsided_error()
    sub.sibling("layer_gradient_norms", norms)
    monitor = sub.GradientMonitor(own_x, own_y, loss, vanishing=1e-9, exploding=1e9)
    optimizer = sub.support.keras_optimizer("SGD", {"learning_rate": 0.2})
    sub.support.train(model, optimizer, x, y, 2, [monitor])
    history = expect.sequence(monitor.get("history"), "history", 2)
    for epoch, report in enumerate(history):
        wanted = reported(norms[epoch], 1e-9, 1e9)
        expect_report(report, wanted, "the report of epoch %d" % epoch)
    expect_events(monitor.get("events"), [])


@check(
    "GradientMonitor",
    "layers beyond either limit are events, with the epoch, the layer and what is the matter",
    hint="The two limits are the monitor's own arguments; every layer that is not ok is an event.",
)
def test_gm_events(sub, rng):
    layers = [
        ["Dense", {"units": 3, "activation": "tanh", "name": "p"}],
        ["Dense", {"units": 3, "name": "q"}],
        ["Dense", {"units": 1, "name": "r"}],
    ]
    # Limits halfway (on a log scale) between norms that lie well apart, found by drawing again.
    while True:
        weights = oracle.draw_weights(rng, layers, [3])
        weights[1][0] = weights[1][0] * np.float32(0.1)
        x, y = batch(rng, 6)
        after, _ = trained(layers, weights, x, y, 2, 0.01)
        norms = watched(layers, after, x, y, "mean_squared_error")
        by_size = np.sort([list(found.values()) for found in norms], axis=1)
        low, middle, high = by_size.min(axis=0)
        if min(middle / by_size[:, 0].max(), high / by_size[:, 1].max(), low / 1e-3) > 2:
            break
    vanishing = float(np.sqrt(by_size[:, 0].max() * middle))
    exploding = float(np.sqrt(by_size[:, 1].max() * high))
    wanted = [reported(found, vanishing, exploding) for found in norms]
    model = sub.support.keras_model(layers, [3], weights)
    loss = sub.support.mean_squared_error()
    sub.sibling("layer_gradient_norms", norms)
    monitor = sub.GradientMonitor(x, y, loss, vanishing=vanishing, exploding=exploding)
    optimizer = sub.support.keras_optimizer("SGD", {"learning_rate": 0.01})
    sub.support.train(model, optimizer, x, y, 2, [monitor])
    history = expect.sequence(monitor.get("history"), "history", 2)
    for epoch, report in enumerate(history):
        expect_report(report, wanted[epoch], "the report of epoch %d" % epoch)
    events = [
        (epoch, name, layer["status"])
        for epoch, report in enumerate(wanted)
        for name, layer in report["layers"].items()
        if layer["status"] != "ok"
    ]
    expect_events(monitor.get("events"), events)


@check(
    "GradientMonitor",
    "training with a monitor gives the weights and the optimizer state of training without one",
    hint="A monitor measures: no update of its own, no forward pass in training mode.",
)
def test_gm_not_disturbing(sub, rng):
    weights = oracle.draw_weights(rng, MONITORED, [3])
    (x, y), (own_x, own_y) = batch(rng, 8), batch(rng, 4)
    after, velocities = trained(MONITORED, weights, x, y, 2, 0.1, momentum=0.6)
    model = sub.support.keras_model(MONITORED, [3], weights)
    norms = watched(MONITORED, after, own_x, own_y, "mean_squared_error")
    sub.sibling("layer_gradient_norms", norms)
    monitor = sub.GradientMonitor(own_x, own_y, sub.support.mean_squared_error())
    optimizer = sub.support.keras_optimizer("SGD", {"learning_rate": 0.1, "momentum": 0.6})
    seen = sub.support.train(model, optimizer, x, y, 2, [monitor])
    seen = expect.mapping(seen, "the training", ["weights", "optimizer"])
    expect.sequence(monitor.get("history"), "history", 2)
    for epoch, found in enumerate(expect.sequence(seen["weights"], "the weights", 2)):
        what = "the weights after epoch %d" % epoch
        expect.close(found, after[epoch], what, rtol=1e-4, atol=1e-5)
    # Only trainable weights have a velocity: of batch normalization the first two.
    moving = [v for own in velocities for v in own[:2]]
    expect.close(seen["optimizer"], moving, "the optimizer's velocities", rtol=1e-4, atol=1e-5)


@check(
    "GradientMonitor",
    "zero gradients, a small ratio of the first norm to the last, NaN and inf are told apart",
    weight=1.5,
    hint="NaN is neither small nor large; 0/0 is 1, x/0 is inf; a ratio below 1e-4 vanishes.",
)
def test_gm_extremes(sub, rng):
    # model(x) = v (w (x1 - x2) + w), each layer linear. With d = 2 (model(x) - y) the gradients are
    # d v x, d v w (x1 - x2) and d w (x1 - x2 + 1); w and v are powers of two, so that what should
    # be 0 or 1 is so to the last bit.
    layers = [
        ["Dense", {"units": 1, "use_bias": False, "name": "m"}],
        ["Dense", {"units": 1, "name": "o"}],
        ["Dense", {"units": 1, "use_bias": False, "name": "n"}],
    ]
    w, v = float(rng.choice([-1.0, 1.0]) * 2.0 ** rng.integers(-2, 3)), 2.0**-12
    given = [[[[w], [-w]]], [[[1.0]], [w]], [[[v]]]]
    weights = [[np.array(values, dtype="float32") for values in own] for own in given]
    model = sub.support.keras_model(layers, [2], weights)
    loss, target = sub.support.mean_squared_error(), float(rng.uniform(1.0, 2.0))

    def nearly_equal_inputs(ratio):
        """Inputs with about this ratio of the first norm to the last; no gradient of them is 0."""
        one = ratio * abs(w) / (v * np.sqrt(2.0))
        return [one, one * 63 / 64]

    cases = {
        "the last layer has no gradient": ([0.0, 1.0], target),
        "no layer has a gradient": ([0.0, 1.0], 0.0),
        "only the last layer has a gradient": ([0.0, 0.0], target),
        "the ratio is about half as much again as the limit": (nearly_equal_inputs(1.5e-4), target),
        "the ratio is about half the limit": (nearly_equal_inputs(5e-5), target),
        "the last norm is 1": ([1.0, 1.0], v * w - 0.5 / w),
        "the target is NaN": ([1.0, 0.0], np.nan),
        "the gradients are infinite": ([1.0, 0.0], 3e38),
    }
    monitors, wanted, zero = [], [], 1e-12
    for point, y in cases.values():
        x, y = np.array([point], dtype="float32"), np.array([[y]], dtype="float32")
        monitors.append(sub.GradientMonitor(x, y, loss, vanishing=zero, exploding=1e3))
        with np.errstate(over="ignore"):
            made = oracle.run(layers, weights, x, y, "mean_squared_error")
        norms = oracle.kernel_norms(layers, made.gradients)
        if not all(norm < 1e38 for norm in norms.values()):  # beyond what float32 holds, or NaN
            norms = dict.fromkeys(norms, np.nan)
        wanted.append(norms)
    sub.sibling("layer_gradient_norms", wanted)
    optimizer = sub.support.keras_optimizer("SGD", {"learning_rate": 0.0})
    x, y = np.ones((1, 2), dtype="float32"), np.ones((1, 1), dtype="float32")
    sub.support.train(model, optimizer, x, y, 1, monitors)
    for monitor, norms, when in zip(monitors, wanted, cases):
        history = expect.sequence(monitor.get("history"), "history when %s" % when, 1)
        report, events = history[0], monitor.get("events")
        statuses = {name: judged(norm, zero, 1e3) for name, norm in norms.items()}
        if "nonfinite" in statuses.values():
            report = expect.mapping(report, "the report when %s" % when, ["layers", "status"])
            found = expect.mapping(report["layers"], "its 'layers'", list(norms))
            for name in norms:
                entry = expect.mapping(found[name], "layer %r" % name, ["status"])
                expect.equal(entry["status"], "nonfinite", "the status of a layer when %s" % when)
            expect.equal(report["status"], "nonfinite", "the status of the whole when %s" % when)
        else:
            expect_report(report, reported(norms, zero, 1e3), "the report when %s" % when)
        expect_events(events, [(0, name, told) for name, told in statuses.items() if told != "ok"])


@check(
    "GradientMonitor",
    "without limits of its own a monitor uses 1e-6 and 100",
    hint="The defaults are those of the signature: vanishing=1e-6, exploding=1e2.",
)
def test_gm_default_limits(sub, rng):
    # model(x) = w x, so the gradient is 2 (w x - y) x: with y = 0 it grows with the square of x.
    layers = [["Dense", {"units": 1, "use_bias": False, "name": "only"}]]
    w = np.float32(rng.uniform(0.5, 1.5))
    model = sub.support.keras_model(layers, [1], [[np.array([[w]])]])
    loss, y = sub.support.mean_squared_error(), np.zeros((1, 1), dtype="float32")
    monitors, wanted = [], []
    norms = (5e-7, 2e-6, 50.0, 200.0)
    for norm in norms:
        x = np.array([[np.sqrt(norm / (2.0 * w))]], dtype="float32")
        monitors.append(sub.GradientMonitor(x, y, loss))
        wanted.append(reported({"only": norm}, 1e-6, 1e2))
    sub.sibling("layer_gradient_norms", [{"only": norm} for norm in norms])
    optimizer = sub.support.keras_optimizer("SGD", {"learning_rate": 0.0})
    x = np.ones((1, 1), dtype="float32")
    sub.support.train(model, optimizer, x, y, 1, monitors)
    for monitor, report in zip(monitors, wanted):
        history = expect.sequence(monitor.get("history"), "history", 1)
        expect_report(history[0], report, "the report of a gradient that is %s" % report["status"])
