"""Checks of `build_regularized_model`, the part of `regularization.py` that builds a network."""

import numpy as np

from autograder.kit import check, expect

from . import oracles_keras as oracle
from .keras_blocks import (
    Block,
    expect_blocks,
    expect_computable,
    layers_of,
    other_weights,
    summary,
    weights_of,
)


@check(
    "build_regularized_model",
    "one hidden layer of four units: its layers, their shapes, Adam and its limit",
    public=True,
    hint="Dense, BatchNormalization and Dropout for the hidden layer, then one sigmoid unit.",
)
def test_brm_small(sub):
    with sub.unrecorded():
        model = sub.build_regularized_model(3, hidden=(4,), dropout=0.25, clipnorm=0.5)
        layers, settings = sub.support.describe(model), sub.support.compiled_with(model)
        weights = sub.support.model_weights(model)
    kinds = []
    for index, layer in enumerate(expect.sequence(layers, "the layers")):
        kind, _ = expect.sequence(layer, "layer %d" % index, 2)
        kinds.append(expect.text(kind, "the kind of layer %d" % index))
    sub.observe("kinds of layers", sorted(kinds))
    kinds = [kind for kind in kinds if kind != "Activation"]
    wanted = ["BatchNormalization", "Dense", "Dense", "Dropout"]
    expect.that(sorted(kinds) == wanted, "the layers", "be %s" % ", ".join(wanted), kinds)
    expect.that(kinds[0] == kinds[-1] == "Dense", "the first and last layer", "be Dense", kinds)
    weights = expect.sequence(weights, "the layers with weights", 3)
    expect.array(expect.sequence(weights[0], "the first layer's weights")[0], "its kernel", (3, 4))
    expect.array(expect.sequence(weights[2], "the head's weights")[0], "its kernel", (4, 1))
    settings = expect.mapping(settings, "the optimizer", ["kind", "clipnorm", "global_clipnorm"])
    expect.equal(settings["kind"], "Adam", "the kind of optimizer")
    limits = [settings[name] for name in ("clipnorm", "global_clipnorm")]
    limits = [limit for limit in limits if limit is not None]
    expect.close(limits, [0.5], "what the optimizer clips at, by clipnorm or by global_clipnorm")


def built(sub, inputs, **settings):
    """A student's model: its handle, its layers, and its weights twice (see `weights_of`)."""
    model = sub.build_regularized_model(inputs, **settings)
    sub.support.ensure_built(model, inputs)
    layers = layers_of(sub.support.describe(model))
    full, plain = weights_of(layers, sub.support.model_weights(model), inputs)
    return model, layers, full, plain


@check(
    "build_regularized_model",
    "what is not said has its default: two hidden layers, L2, dropout, Adam's rate, a limit of 1",
    hint="The defaults are those of the signature; pass every argument on.",
)
def test_brm_defaults(sub, rng):
    with sub.unrecorded():
        model, layers, _, plain = built(sub, 3)
        sub.observe("blocks", summary(layers))
        given = other_weights(rng, layers, plain)
        sub.support.set_weights(model, given)
        penalty, settings = sub.support.penalty(model), sub.support.compiled_with(model)
    hidden = [Block(units, "relu", 1, [0.3]) for units in (64, 32)]
    expect_blocks(layers, [*hidden, Block(1, "sigmoid")])
    full, _ = weights_of(layers, given, 3)
    kernels = kernels_of(layers, full)
    wanted = 0.01 * sum(np.square(kernel).sum() for kernel in kernels[:-1])
    sub.observe("penalty over the expected one", expect.number(penalty, "the penalty") / wanted)
    expect.close(penalty, wanted, "the penalty, given the weights", rtol=1e-4)
    names = ["learning_rate", "clipnorm", "global_clipnorm"]
    settings = expect.mapping(settings, "the optimizer", names)
    expect.close(settings["learning_rate"], 1e-3, "the learning rate", rtol=1e-4)
    limits = [settings[name] for name in names[1:] if settings[name] is not None]
    expect.close(limits, [1.0], "the limit on the gradients", rtol=1e-4)


@check(
    "build_regularized_model",
    "each hidden layer has its Dense, batch normalization and dropout; the head has neither",
    weight=2,
    hint="A loop over hidden adds three layers each time; the head is one sigmoid unit.",
)
def test_brm_layers(sub, rng):
    first, second = (int(n) for n in rng.choice(np.arange(5, 12), size=2, replace=False))
    rate = round(float(rng.uniform(0.2, 0.6)), 3)
    with sub.unrecorded():
        model, layers, _, plain = built(sub, 6, hidden=(first, second), dropout=rate)
        sub.observe("blocks", summary(layers))
        hidden = [Block(units, "relu", 1, [rate]) for units in (first, second)]
        expect_blocks(layers, [*hidden, Block(1, "sigmoid")])
        given = other_weights(rng, layers, plain)
        sub.support.set_weights(model, given)
        x = rng.normal(size=(5, 6)).astype("float32")
        found = sub.support.predict(model, x)
        thinned = [sub.support.predict(model, x, training=True) for _ in range(2)]
    full, _ = weights_of(layers, given, 6)
    made = oracle.run(layers, full, x, np.zeros((5, 1)), "binary_crossentropy")
    expect.close(found, made.prediction, "the predictions, given the weights", rtol=1e-4)
    once, again = (expect.array(p, "the output in training mode", (5, 1)) for p in thinned)
    expect.that(np.any(once != again), "the output in training mode", "differ from call to call")


@check(
    "build_regularized_model",
    "batchnorm=False and dropout=0 leave those layers out, and nothing else",
    hint="Add each of the two layers only when its argument asks for it.",
)
def test_brm_left_out(sub, rng):
    units = int(rng.integers(3, 9))
    cases = {
        (False, 0.4): Block(units, "relu", 0, [0.4]),
        (True, 0): Block(units, "relu", 1, []),
    }
    for (batchnorm, rate), block in cases.items():
        with sub.unrecorded():
            settings = {"hidden": (units,), "batchnorm": batchnorm, "dropout": rate}
            _, layers, _, _ = built(sub, 4, **settings)
        sub.observe("blocks", summary(layers))
        expect_blocks(layers, [block, Block(1, "sigmoid")])


def settled(sub, rng, **settings):
    """A model that was given other weights, its layers, those weights, and its kernels."""
    model, layers, _, plain = built(sub, 3, **settings)
    sub.observe("blocks", summary(layers))
    expect_computable(layers)
    given = other_weights(rng, layers, plain)
    sub.support.set_weights(model, given)
    full, _ = weights_of(layers, given, 3)
    return model, layers, full, kernels_of(layers, full)


def kernels_of(layers, full):
    """The kernels of the Dense layers."""
    return [own[0] for (kind, _), own in zip(layers, full) if kind == "Dense"]


@check(
    "build_regularized_model",
    "the penalty counts the hidden kernels, each with l1 and l2, and no bias and not the head",
    weight=1.5,
    hint="kernel_regularizer on the hidden Dense layers only; Keras's L2 has no half.",
)
def test_brm_penalty(sub, rng):
    l1, l2 = (float(strength) for strength in rng.uniform(0.02, 0.08, size=2))
    with sub.unrecorded():
        model, _, _, kernels = settled(sub, rng, hidden=(4, 3), l1=l1, l2=l2)
        found = sub.support.penalty(model)
    wanted = sum(l1 * np.abs(w).sum() + l2 * np.square(w).sum() for w in kernels[:-1])
    found = expect.number(found, "the penalty, given the weights")
    sub.observe("penalty over the expected one", found / wanted)
    expect.close(found, wanted, "the penalty, given the weights", rtol=1e-4)


@check(
    "build_regularized_model",
    "compiled with binary cross-entropy, to which the penalty is added, and with accuracy",
    hint="compile(loss=..., metrics=[...]); the head gives probabilities, not logits.",
)
def test_brm_loss(sub, rng):
    with sub.unrecorded():
        model, layers, full, _ = settled(sub, rng, hidden=(4,), l1=0.0, l2=0.02)
        own = sub.support.penalty(model)
        while True:
            x = rng.normal(size=(12, 3)).astype("float32")
            y = (rng.uniform(size=(12, 1)) < 0.5).astype("float32")
            made = oracle.run(layers, full, x, y, "binary_crossentropy")
            if np.abs(made.prediction - 0.5).min() > 1e-4:
                break
        found = sub.support.evaluate(model, x, y)
    # What the penalty should be is asked elsewhere; here it is the student's own.
    penalty = expect.number(own, "the penalty")
    values = [
        expect.number(value, "a metric of the compiled model")
        for value in expect.sequence(found, "what evaluating gives")
    ]
    sub.observe("cross-entropy over the expected one", (values[0] - penalty) / made.loss)
    expect.that(len(values) > 1, "the compiled model", "have a metric besides the loss")
    expect.close(values[0], made.loss + penalty, "the loss, given the weights", rtol=1e-4)
    accuracy = float(np.mean((made.prediction > 0.5) == (y > 0.5)))
    expect.that(
        any(abs(value - accuracy) < 1e-4 for value in values[1:]),
        "a metric of the compiled model",
        "be the accuracy",
    )


def change(sub, model, x, y):
    """The largest change of a weight in one training step."""
    layers = layers_of(sub.support.describe(model))
    _, before = weights_of(layers, sub.support.model_weights(model), x.shape[1])
    sub.support.train_once(model, x, y)
    _, after = weights_of(layers, sub.support.model_weights(model), x.shape[1])
    pairs = [pair for old, new in zip(before, after) for pair in zip(old, new)]
    return max(float(np.abs(new - old).max()) for old, new in pairs)


@check(
    "build_regularized_model",
    "Adam with the learning rate that is asked for, and with the limit, which holds a step back",
    weight=2.5,
    hint="Adam(learning_rate=..., clipnorm=...) or global_clipnorm; neither if clipnorm is None.",
)
def test_brm_optimizer(sub, rng):
    rate, limit = round(float(rng.uniform(2e-3, 2e-2)), 4), round(float(rng.uniform(0.2, 3.0)), 3)
    x = rng.normal(size=(8, 2)).astype("float32")
    y = np.array([[0.0], [1.0]] * 4, dtype="float32")
    settings, moves = [], []
    asked = {"hidden": (3,), "batchnorm": False, "dropout": 0, "l2": 0.05, "learning_rate": rate}
    with sub.unrecorded():
        # Without a limit Adam's first step is as long as the rate; gradients far below its epsilon,
        # as the second limit makes them, move hardly anything.
        for clipnorm in (None, 1e-11, limit):
            model = sub.build_regularized_model(2, clipnorm=clipnorm, **asked)
            sub.support.ensure_built(model, 2)
            settings.append(sub.support.compiled_with(model))
            if clipnorm != limit:
                moves.append(change(sub, model, x, y))
    held = (0.9 * rate < moves[0] < 1.1 * rate, moves[1] < 0.1 * rate)
    sub.observe("optimizers", settings)
    sub.observe("free at Adam's pace, held back by the limit", list(held))
    names = ["kind", "learning_rate", "clipnorm", "global_clipnorm", "clipvalue"]
    limits = []
    for found, when in zip(settings, ("without a limit", "with a tiny limit", "with a limit")):
        found = expect.mapping(found, "the optimizer %s" % when, names)
        expect.equal(found["kind"], "Adam", "the kind of optimizer %s" % when)
        expect.close(found["learning_rate"], rate, "the learning rate %s" % when, rtol=1e-4)
        limits.append([found[name] for name in names[2:]])
    expect.that(limits[0] == [None] * 3, "the optimizer when clipnorm is None", "not clip")
    expect.that(limits[2][2] is None, "the optimizer", "clip by norm, not by value")
    given = [value for value in limits[2][:2] if value is not None]
    expect.that(len(given) == 1, "the optimizer", "have one of clipnorm and global_clipnorm")
    expect.close(given[0], limit, "the limit on the gradients", rtol=1e-4)
    sub.follows("clipnorm-global" if limits[2][0] is None else None)
    what = "the largest change of a weight in the first step"
    expect.that(held[0], what + " without a limit", "be about the learning rate")
    expect.that(held[1], what + " with a tiny limit", "be far below the learning rate")


@check(
    "build_regularized_model",
    "the same seed gives the same weights, whatever ran before; another seed gives others",
    hint="Give each initializer a seed, or set the seed inside the function.",
)
def test_brm_seed(sub, rng):
    seed = int(rng.integers(1, 1000))
    kernels = []
    with sub.unrecorded():
        for number in (seed, seed, seed + 1):
            settings = {"batchnorm": False, "dropout": 0, "seed": number}
            _, layers, full, _ = built(sub, 4, hidden=(5, 3), **settings)
            kernels.append(kernels_of(layers, full))
    one, same, other = kernels
    repeats = all(np.array_equal(a, b) for a, b in zip(one, same))
    differs = not all(np.array_equal(a, b) for a, b in zip(one, other))
    sub.observe("repeats, differs for another seed", [repeats, differs])
    expect.close(same, one, "the kernels of a second model with the same seed", rtol=0, atol=1e-9)
    expect.that(differs, "the kernels of a model with another seed", "differ from the first one's")


@check(
    "build_regularized_model",
    "the hidden kernels are drawn with He's variance, 2 / fan_in, around zero",
    hint="He fits ReLU; Keras's default for Dense is Glorot.",
)
def test_brm_he(sub, rng):
    seed = int(rng.integers(1, 1000))
    with sub.unrecorded():
        _, layers, full, _ = built(sub, 150, hidden=(200, 100), seed=seed)
    kernels = kernels_of(layers, full)
    expect.that(len(kernels) == 3, "the Dense layers", "be 3 in all")
    # In quarters of a factor of two, relative to He: far apart for the usual wrong variances.
    scales = [kernel.std() * np.sqrt(kernel.shape[0] / 2.0) for kernel in kernels[:2]]
    sub.observe("scales", [round(4 * float(np.log2(max(scale, 1e-9)))) for scale in scales])
    # A draw's own deviation is about 0.005; Glorot's differs by 0.3.
    for name, kernel, scale in zip(("first", "second"), kernels, scales):
        what = "the %s hidden kernel" % name
        told = "the standard deviation of %s" % what
        expect.that(abs(scale - 1.0) < 0.06, told, "be the root of 2 / fan_in")
        centred = abs(kernel.mean()) < 0.06 * kernel.std()
        expect.that(centred, "the mean of %s" % what, "be about 0")


@check(
    "build_regularized_model",
    "a dropout rate, learning rate or limit out of range raises ValueError",
    hint="Keras lets a learning rate below 0 and a limit of 0 pass; check them yourself.",
)
def test_brm_bad_arguments(sub, rng):
    bad = -float(rng.uniform(0.05, 0.5))
    for name, value in (
        ("dropout", 1.0),
        ("dropout", bad),
        ("learning_rate", 0.0),
        ("learning_rate", bad),
        ("clipnorm", 0.0),
        ("clipnorm", bad),
    ):
        with sub.unrecorded(), expect.raises("ValueError", "%s is %.3g" % (name, value)):
            sub.build_regularized_model(2, hidden=(2,), **{name: value})
        sub.observe("refused", name)
