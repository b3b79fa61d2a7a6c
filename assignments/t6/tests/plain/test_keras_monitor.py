"""Checks of the parts of `monitor.py` that look at Keras models."""
import numpy as np
from checkkit import check, expect


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

STATUSES = ("ok", "vanishing", "exploding", "nonfinite")


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
