"""Checks of `clipped_train_step`, the part of `clipping.py` that trains a Keras model."""

import numpy as np

from autograder.kit import check, expect

from . import oracles_keras as oracle

KEYS = ("loss", "norm_before", "norm_after")


def answer(step, what):
    """The three numbers of one training step."""
    found = expect.mapping(step, what, KEYS)
    return {key: expect.number(found[key], "%r of %s" % (key, what)) for key in KEYS}


@check(
    "clipped_train_step",
    "one weight: loss, both norms and the new weight are those worked out by hand",
    public=True,
    hint="Gradient 8, clipped to 1, times the rate 0.1: the weight moves from 1 to 0.9.",
)
def test_cts_by_hand(sub):
    layers = [["Dense", {"units": 1, "use_bias": False}]]
    model = sub.support.keras_model(layers, [1], [[np.array([[1.0]])]])
    optimizer = sub.support.keras_optimizer("SGD", {"learning_rate": 0.1})
    x, y = np.array([[2.0]], dtype="float32"), np.array([[0.0]], dtype="float32")
    loss = sub.support.mean_squared_error()
    step = answer(sub.clipped_train_step(model, optimizer, x, y, loss, 1.0), "the step")
    wanted = {"loss": 4.0, "norm_before": 8.0, "norm_after": 1.0}
    expect.close(step, wanted, "the step", rtol=1e-4)
    weights = sub.support.model_weights(model)
    expect.close(weights, [[np.array([[0.9]])]], "the weight after the step", rtol=1e-4)


@check(
    "clipped_train_step",
    "a limit that is not greater than 0 is refused",
    public=True,
    weight=0.5,
    hint="Check max_norm before anything else; raise ValueError.",
)
def test_cts_bad_limit(sub):
    layers = [["Dense", {"units": 1, "use_bias": False}]]
    model = sub.support.keras_model(layers, [1], [[np.array([[1.0]])]])
    optimizer = sub.support.keras_optimizer("SGD", {"learning_rate": 0.1})
    x, y = np.array([[2.0]], dtype="float32"), np.array([[0.0]], dtype="float32")
    loss = sub.support.mean_squared_error()
    for limit in (0.0, -1.0):
        with expect.raises("ValueError", "max_norm is %g" % limit):
            sub.clipped_train_step(model, optimizer, x, y, loss, limit)
    weights = sub.support.model_weights(model)
    expect.close(weights, [[np.array([[1.0]])]], "the weight after a refused step")


LAYERS = [
    ["Dense", {"units": 5, "activation": "tanh", "l1": 0.01, "l2": 0.05}],
    ["BatchNormalization", {"momentum": 0.8}],
    ["Dense", {"units": 4, "activation": "relu", "l2": 0.1}],
    ["Dense", {"units": 1}],
]


def draw(rng, layers, rows, loss):
    """Weights and a batch for which no ReLU is near its kink, and what the oracle makes of them."""
    while True:
        weights = oracle.draw_weights(rng, layers, [3])
        x = rng.normal(size=(rows, 3)).astype("float32")
        y = rng.normal(size=(rows, 1)).astype("float32")
        made = oracle.run(layers, weights, x, y, loss, training=True)
        if made.margin > 1e-3 and oracle.global_norm(made.gradients) > 0.2:
            return weights, x, y, made


def stepped(made, velocities, rate, momentum, limit):
    """Weights and velocities after one clipped step of SGD with momentum."""
    norm = oracle.global_norm(made.gradients)
    factor = min(1.0, limit / norm)
    velocities = [
        [momentum * v - rate * factor * g for v, g in zip(old, own)]
        for old, own in zip(velocities, made.gradients)
    ]
    weights = [[w + v for w, v in zip(own, new)] for own, new in zip(made.weights, velocities)]
    return weights, velocities, norm


@check(
    "clipped_train_step",
    "the loss is taken in training mode, with penalties, before the update; the norms belong to it",
    weight=2,
    hint="model(x, training=True), and everything in model.losses, belong inside the tape.",
)
def test_cts_numbers(sub, rng):
    weights, x, y, made = draw(rng, LAYERS, 8, "lopsided_error")
    norm = oracle.global_norm(made.gradients)
    limit = norm * rng.uniform(0.3, 0.6)
    model = sub.support.keras_model(LAYERS, [3], weights)
    optimizer = sub.support.keras_optimizer("SGD", {"learning_rate": 0.05})
    loss = sub.support.lopsided_error()
    step = answer(sub.clipped_train_step(model, optimizer, x, y, loss, limit), "the step")
    expect.close(step["loss"], made.loss, "the loss", rtol=1e-4)
    expect.close(step["norm_before"], norm, "the norm before clipping", rtol=1e-4)
    expect.close(step["norm_after"], limit, "the norm after clipping", rtol=1e-4)


@check(
    "clipped_train_step",
    "the weights move by the clipped gradients, and moving averages follow the batch",
    weight=2,
    hint="One factor for all gradients; the optimizer applies the clipped ones, once.",
)
def test_cts_weights(sub, rng):
    weights, x, y, made = draw(rng, LAYERS, 8, "lopsided_error")
    rate, limit = rng.uniform(0.2, 0.4), oracle.global_norm(made.gradients) * rng.uniform(0.3, 0.6)
    still = [[np.zeros(w.shape) for w in own] for own in weights]
    wanted, _, _ = stepped(made, still, rate, 0.0, limit)
    model = sub.support.keras_model(LAYERS, [3], weights)
    optimizer = sub.support.keras_optimizer("SGD", {"learning_rate": rate})
    loss = sub.support.lopsided_error()
    answer(sub.clipped_train_step(model, optimizer, x, y, loss, limit), "the step")
    found = sub.support.model_weights(model)
    expect.close(found, wanted, "the weights after the step", rtol=1e-4, atol=1e-5)


@check(
    "clipped_train_step",
    "gradients within the limit are applied as they are",
    hint="Scale only when the norm is larger than max_norm.",
)
def test_cts_within_limit(sub, rng):
    layers = [["Dense", {"units": 3, "activation": "tanh"}], ["Dense", {"units": 1}]]
    weights, x, y, made = draw(rng, layers, 6, "mean_squared_error")
    norm, rate = oracle.global_norm(made.gradients), rng.uniform(0.2, 0.4)
    limit = norm * rng.uniform(2.0, 4.0)
    still = [[np.zeros(w.shape) for w in own] for own in weights]
    wanted, _, _ = stepped(made, still, rate, 0.0, limit)
    model = sub.support.keras_model(layers, [3], weights, functional=True)
    optimizer = sub.support.keras_optimizer("SGD", {"learning_rate": rate})
    loss = sub.support.mean_squared_error()
    step = answer(sub.clipped_train_step(model, optimizer, x, y, loss, limit), "the step")
    found = sub.support.model_weights(model)
    expect.close(step["norm_before"], norm, "the norm before clipping", rtol=1e-4)
    expect.close(step["norm_after"], norm, "the norm after clipping", rtol=1e-4)
    expect.close(found, wanted, "the weights after the step", rtol=1e-4, atol=1e-5)


@check(
    "clipped_train_step",
    "three steps with one optimizer build up its momentum from clipped gradients",
    hint="Hand the clipped gradients to the optimizer that was passed in; it keeps its own state.",
)
def test_cts_optimizer(sub, rng):
    layers = [["Dense", {"units": 3, "activation": "tanh"}], ["Dense", {"units": 1}]]
    weights, x, y, made = draw(rng, layers, 6, "mean_squared_error")
    rate, limit = rng.uniform(0.05, 0.1), oracle.global_norm(made.gradients) * rng.uniform(0.3, 0.6)
    model = sub.support.keras_model(layers, [3], weights)
    optimizer = sub.support.keras_optimizer("SGD", {"learning_rate": rate, "momentum": 0.8})
    loss = sub.support.mean_squared_error()
    velocities = [[np.zeros(w.shape) for w in own] for own in weights]
    for _ in range(3):
        answer(sub.clipped_train_step(model, optimizer, x, y, loss, limit), "a step")
        made = oracle.run(layers, weights, x, y, "mean_squared_error", training=True)
        weights, velocities, _ = stepped(made, velocities, rate, 0.8, limit)
    found, steps = sub.support.model_weights(model), sub.support.steps_taken(optimizer)
    expect.close(found, weights, "the weights after three steps", rtol=1e-4, atol=1e-5)
    expect.equal(steps, 3, "the number of steps the optimizer took")


@check(
    "clipped_train_step",
    "dropout is active during the step",
    hint="A layer that behaves differently in training needs training=True.",
)
def test_cts_dropout(sub, rng):
    layers = [["Dropout", {"rate": 0.5}], ["Dense", {"units": 1, "use_bias": False}]]
    x = rng.uniform(0.5, 1.5, size=(1, 40)).astype("float32")
    weights = [[], [rng.uniform(0.5, 1.5, size=(40, 1)).astype("float32")]]
    y = np.zeros((1, 1), dtype="float32")
    # A weight whose input is dropped has no gradient, so the step itself shows what was dropped.
    with sub.unrecorded():
        model = sub.support.keras_model(layers, [40], weights)
        optimizer = sub.support.keras_optimizer("SGD", {"learning_rate": 1.0})
        loss = sub.support.mean_squared_error()
        step = sub.clipped_train_step(model, optimizer, x, y, loss, 1.0)
        found = sub.support.model_weights(model)
    loss_found = answer(step, "the step")["loss"]
    moved = expect.array(
        expect.sequence(expect.sequence(found, "the layers", 1)[0], "the weights", 1)[0],
        "the kernel after the step",
        (40, 1),
    )
    kept = np.abs(moved - weights[1][0]) > 1e-4
    sub.observe("dropped some", bool(0 < kept.sum() < 40))
    expect.that(kept.any(), "the kernel", "change in a step")
    expect.that(not kept.all(), "the kernel", "change only where dropout kept the input")
    wanted = float((x[0] * 2.0 * kept[:, 0] * weights[1][0][:, 0]).sum()) ** 2
    expect.close(loss_found, wanted, "the loss, given what was dropped", rtol=1e-4)


@check(
    "clipped_train_step",
    "gradients that are not finite raise ValueError, and no weight changes",
    hint="Look at the gradients before the optimizer does; NaN fails every comparison.",
)
def test_cts_not_finite(sub, rng):
    layers = [["Dense", {"units": 3}], ["Dense", {"units": 1}]]
    weights, x, y, _ = draw(rng, layers, 4, "mean_squared_error")
    model = sub.support.keras_model(layers, [3], weights)
    optimizer = sub.support.keras_optimizer("SGD", {"learning_rate": 0.1, "momentum": 0.5})
    loss = sub.support.mean_squared_error()
    row = int(rng.integers(4))
    for bad, when in ((np.nan, "the gradients are NaN"), (1e30, "the gradients are infinite")):
        broken = x.copy()
        broken[row, 1] = bad
        with expect.raises("ValueError", when):
            sub.clipped_train_step(model, optimizer, broken, y, loss, 1.0)
        found = sub.support.model_weights(model)
        wanted = [own for own in weights if own]
        expect.close(found, wanted, "the weights after a step where %s" % when, rtol=0, atol=1e-9)
    answer(sub.clipped_train_step(model, optimizer, x, y, loss, 1.0), "the next step")
