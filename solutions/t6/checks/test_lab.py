"""Checks of the two classes of `lab_exercise_t6.py`: no ranking, only what must hold."""

import re

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

# ---- GradientDescentVisualizer --------------------------------------------------------------

KEYS = ("loss", "val_loss", "accuracy", "val_accuracy")
WIDTHS = (32, 16, 8, 1)
FLOW = "the norms, and the layer names"


def expect_kernels(weights, shapes, what):
    """The layers with weights have kernels of these shapes."""
    layers = expect.sequence(weights, what, len(shapes))
    for index, (own, shape) in enumerate(zip(layers, shapes)):
        name = "%s, layer %d" % (what, index)
        kernel = expect.sequence(own, name)
        expect.that(len(kernel) > 0, name, "have a kernel")
        expect.array(kernel[0], "the kernel of %s" % name, shape)


@check(
    "GradientDescentVisualizer",
    "create_base_model gives a 2-32-16-8-1 network, with equal weights at each call",
    public=True,
    hint="Set the seed inside create_base_model, right before the weights are drawn.",
)
def test_gdv_base_model(sub):
    with sub.unrecorded():
        visualizer = sub.GradientDescentVisualizer()
        one = sub.support.model_weights(visualizer.create_base_model())
        sub.support.keras_model([["Dense", {"units": 3}]], [2])
        two = sub.support.model_weights(visualizer.create_base_model())
    shapes = [(2, 32), (32, 16), (16, 8), (8, 1)]
    expect_kernels(one, shapes, "the first model")
    expect_kernels(two, shapes, "the second model")
    for index, (first, second) in enumerate(zip(one, two)):
        expect.close(second, first, "layer %d of the second model" % index, rtol=0, atol=1e-9)


@check(
    "GradientDescentVisualizer",
    "fewer than three optimizers are refused before anything is trained",
    public=True,
    weight=0.5,
    hint="Check the number of optimizers first; raise ValueError.",
)
def test_gdv_too_few(sub):
    x, y = np.array([[0.0, 1.0], [1.0, 0.0]], dtype="float32"), np.array([0.0, 1.0], "float32")
    visualizer = sub.GradientDescentVisualizer()
    optimizers = {
        name: sub.support.keras_optimizer("SGD", {"learning_rate": 0.1}) for name in ("a", "b")
    }
    with expect.raises("ValueError", "there are two optimizers"):
        visualizer.compare_optimizers(optimizers, (x, y, x, y, x, y), epochs=1)
    history = expect.mapping(visualizer.get("history"), "history")
    expect.that(not history, "history", "be empty after a comparison that was refused", history)


def draw_data(rng, rows, features=2):
    """Six arrays as `create_dataset` gives them; the test part is NaN, as no training needs it.

    Two classes so far apart that one step changes the losses by much more than rounding; the last
    training rows are all of one class, so that they are no stand-in for the validation part.
    """
    parts = []
    for count in (rows, 10):
        y = (rng.uniform(size=count) < 0.5).astype("float32")
        if count == rows:
            y[-rows // 4 :] = 1.0
        x = 0.5 * rng.normal(size=(count, features)) + 2.0 * y[:, None] - 1.0
        parts += [x.astype("float32"), y]
    return (*parts, np.full((4, features), np.nan, "float32"), np.zeros(4, "float32"))


def base_model(sub, visualizer, features=2):
    """Layers and weights of a base model that the student's own method makes."""
    model = visualizer.create_base_model(features)
    sub.support.ensure_built(model, features)
    layers = layers_of(sub.support.describe(model))
    full, _ = weights_of(layers, sub.support.model_weights(model), features)
    return model, layers, full


def trained(layers, weights, data, epochs, rate, momentum=0.0):
    """Passes over training and validation part before each full-batch step of SGD, and at the end.

    Returns:
        ``epochs + 1`` pairs of passes.
    """
    x, y, val_x, val_y = data[:4]
    columns = (y[:, None], val_y[:, None])
    velocities = [[np.zeros(w.shape) for w in own] for own in weights]
    passes = []
    for _ in range(epochs + 1):
        pair = [
            oracle.run(layers, weights, part, target, "binary_crossentropy")
            for part, target in zip((x, val_x), columns)
        ]
        passes.append(pair)
        velocities = [
            [momentum * v - rate * g for v, g in zip(old, own)]
            for old, own in zip(velocities, pair[0].gradients)
        ]
        weights = [[w + v for w, v in zip(own, new)] for own, new in zip(weights, velocities)]
    return passes


def entries(history):
    """How many entries each list of a history has, for the transcript."""
    if not isinstance(history, dict):
        return type(history).__name__
    return sorted(
        [str(key), len(value) if isinstance(value, list) else 0] for key, value in history.items()
    )


def read_history(found, what, epochs):
    """The four lists of a history, as lists of floats."""
    found = expect.mapping(found, what, KEYS)
    return {
        key: [
            expect.number(value, "%s, an entry of %r" % (what, key))
            for value in expect.sequence(found[key], "%s, %r" % (what, key), epochs)
        ]
        for key in KEYS
    }


def beside(value, wanted):
    """How much larger than wanted a loss is, in thousandths, for the transcript."""
    return round(1000 * (value / wanted - 1)) if abs(value) < 1e3 else "far off"


def expect_history(found, passes, data, what):
    """A history is that of these passes; training may be measured before or after each step."""
    y, val_y = data[1], data[3]
    steps = len(passes) - 1
    before, after = passes[:steps], passes[1:]
    losses = [train.loss for train, _ in before], [train.loss for train, _ in after]
    expect.close_to_one(found["loss"], losses[0], {"": losses[1]}, "%s, 'loss'" % what, rtol=3e-4)
    validation = [val.loss for _, val in after]
    expect.close(found["val_loss"], validation, "%s, 'val_loss'" % what, rtol=3e-4)
    for epoch in range(steps):
        fits = [
            share_fits(found["accuracy"][epoch], run.prediction, y)
            for run in (before[epoch][0], after[epoch][0])
        ]
        expect.that(any(fits), "%s, 'accuracy'" % what, "be the share of rows that are right")
        fits = share_fits(found["val_accuracy"][epoch], after[epoch][1].prediction, val_y)
        expect.that(fits, "%s, 'val_accuracy'" % what, "be the share of rows that are right")


def share_fits(share, prediction, y):
    """Whether this is the share of right rows; a probability of almost 0.5 may count either way."""
    sure = np.abs(prediction[:, 0] - 0.5) > 1e-3
    right = ((prediction[:, 0] > 0.5) == (y > 0.5)) & sure
    return right.mean() - 1e-4 <= share <= (right | ~sure).mean() + 1e-4


@check(
    "GradientDescentVisualizer",
    "the base model is not compiled, takes any number of features and always starts the same",
    weight=1.5,
    hint="Dense 32, 16 and 8 with ReLU, one sigmoid unit; the seed is set at each call.",
)
def test_gdv_base_layers(sub, rng):
    seed, features = int(rng.integers(1, 1000)), int(rng.integers(3, 8))
    with sub.unrecorded():
        visualizer = sub.GradientDescentVisualizer(random_seed=seed)
        model, layers, full = base_model(sub, visualizer, features)
        compiled = sub.support.compiled_with(model)
        _, _, again = base_model(sub, visualizer, features)
        sub.observe("blocks", summary(layers))
        expect_blocks(layers, [Block(n, "relu") for n in WIDTHS[:-1]] + [Block(1, "sigmoid")])
        x = rng.normal(size=(5, features)).astype("float32")
        found = sub.support.predict(model, x)
    repeats = all(np.array_equal(a, b) for one, two in zip(full, again) for a, b in zip(one, two))
    sub.observe("repeats", repeats)
    expect.that(repeats, "a second base model", "have the weights of the first")
    made = oracle.run(layers, full, x, np.zeros((5, 1)), "binary_crossentropy")
    expect.close(found, made.prediction, "the predictions, given the weights", rtol=1e-4)
    expect.that(compiled is None, "the base model", "not be compiled")


@check(
    "GradientDescentVisualizer",
    "training follows the optimizer's rule from the base model's weights, and leaves it unused",
    weight=2,
    hint="A fresh model and a fresh optimizer (from_config) each time; validate on x_val, y_val.",
)
def test_gdv_train(sub, rng):
    # All rows fit into one batch of 64, but not into the 32 of the default.
    data, rate = draw_data(rng, 40), float(rng.uniform(0.06, 0.1))
    name = "run %d" % rng.integers(100)
    with sub.unrecorded():
        visualizer = sub.GradientDescentVisualizer(random_seed=int(rng.integers(1, 1000)))
        _, layers, weights = base_model(sub, visualizer)
        expect_computable(layers)
        optimizer = sub.support.keras_optimizer("SGD", {"learning_rate": rate, "momentum": 0.9})
        found = visualizer.train_with_optimizer(name, optimizer, data, epochs=2, batch_size=64)
        kept = expect.mapping(visualizer.get("history"), "history", [name])
        steps = expect.integer(sub.support.steps_taken(optimizer), "the steps of the optimizer")
    sub.observe("entries", entries(found))
    found = read_history(found, "the history", 2)
    passes = trained(layers, weights, data, 2, rate, momentum=0.9)
    off = [beside(value, run[1].loss) for value, run in zip(found["val_loss"], passes[1:])]
    sub.observe("losses beside expected ones, steps", [off, steps])
    expect_history(found, passes, data, "the history")
    kept = read_history(kept[name], "what history keeps", 2)
    expect.close(kept, found, "what history keeps under the name", rtol=1e-6)
    expect.equal(steps, 0, "the number of steps of the optimizer that was passed in")


@check(
    "GradientDescentVisualizer",
    "an optimizer of one's own is driven by the given training loop",
    hint="is_own_optimizer tells them apart; train_with_own_optimizer trains with it.",
)
def test_gdv_own_optimizer(sub, rng):
    data, rate = draw_data(rng, 24), float(rng.uniform(0.1, 0.15))
    with sub.unrecorded():
        visualizer = sub.GradientDescentVisualizer(random_seed=int(rng.integers(1, 1000)))
        _, layers, weights = base_model(sub, visualizer)
        expect_computable(layers)
        optimizer = sub.support.OwnSGD(rate)
        found = visualizer.train_with_optimizer("own", optimizer, data, epochs=2)
        kept = expect.mapping(visualizer.get("history"), "history", ["own"])
        steps = expect.integer(optimizer.get("iterations"), "the steps of the optimizer")
    sub.observe("entries", entries(found))
    found = read_history(found, "the history", 2)
    passes = trained(layers, weights, data, 2, rate)
    off = [beside(value, run[1].loss) for value, run in zip(found["val_loss"], passes[1:])]
    sub.observe("losses beside expected ones, steps", [off, steps])
    expect_history(found, passes, data, "the history")
    kept = read_history(kept["own"], "what history keeps", 2)
    expect.close(kept, found, "what history keeps under the name", rtol=1e-6)
    expect.that(steps > 0, "the optimizer that was passed in", "be the one that took the steps")


@check(
    "GradientDescentVisualizer",
    "a comparison trains each optimizer from the same start, and returns a history for each name",
    weight=1.5,
    hint="Every optimizer gets a model of its own, with the same initial weights.",
)
def test_gdv_compare(sub, rng):
    data = draw_data(rng, 32)
    # The same rate by two routes must give the same history, whatever was trained before.
    rates = {"own": 0.15, "of Keras": 0.15, "slow": float(rng.uniform(0.05, 0.07))}
    with sub.unrecorded():
        visualizer = sub.GradientDescentVisualizer(random_seed=int(rng.integers(1, 1000)))
        _, layers, weights = base_model(sub, visualizer)
        expect_computable(layers)
        optimizers = {name: sub.support.OwnSGD(rate) for name, rate in rates.items()}
        settings = {"learning_rate": rates["of Keras"]}
        optimizers["of Keras"] = sub.support.keras_optimizer("SGD", settings)
        found = visualizer.compare_optimizers(optimizers, data, epochs=2)
        kept = visualizer.get("history")
    found = expect.mapping(found, "what compare_optimizers returns", list(rates))
    expect.that(set(found) == set(rates), "what compare_optimizers returns", "have no other names")
    sub.observe("entries", [entries(found[name]) for name in rates])
    expect.mapping(kept, "history", list(rates))
    histories = {name: read_history(found[name], "a history", 2) for name in rates}
    passes = {name: trained(layers, weights, data, 2, rate) for name, rate in rates.items()}
    sub.observe(
        "validation losses beside expected ones",
        [beside(histories[name]["val_loss"][0], passes[name][1][1].loss) for name in rates],
    )
    for number, name in enumerate(rates, 1):
        what = "the history of optimizer %d of 3" % number
        expect_history(histories[name], passes[name], data, what)


# ---- GradientProblemsDemonstrator -----------------------------------------------------------


@check(
    "GradientProblemsDemonstrator",
    "create_deep_network(depth=3) has three Dense layers: 10 inputs, 64 wide, one output",
    public=True,
    hint="depth counts Dense layers, the head among them: depth - 1 are hidden.",
)
def test_gpd_network(sub):
    with sub.unrecorded():
        demonstrator = sub.GradientProblemsDemonstrator()
        model = demonstrator.create_deep_network(depth=3, activation="tanh")
        weights = sub.support.model_weights(model)
    expect_kernels(weights, [(10, 64), (64, 64), (64, 1)], "the network")


@check(
    "GradientProblemsDemonstrator",
    "analyze_gradient_flow gives the gradient worked out by hand, and the layer's name",
    public=True,
    hint="The loss is mean((y - 1)^2); for y = 6 its gradient for the kernel is 2 * 5 * 3.",
)
def test_gpd_by_hand(sub):
    layers = [["Dense", {"units": 1, "use_bias": False, "name": "only"}]]
    model = sub.support.keras_model(layers, [1], [[np.array([[2.0]])]])
    sub.sibling("layer_gradient_norms", [{"only": 30.0}])
    demonstrator = sub.GradientProblemsDemonstrator()
    x = np.array([[3.0]], dtype="float32")
    found = demonstrator.analyze_gradient_flow(model, x)
    norms, names = expect.sequence(found, "what analyze_gradient_flow returns", 2, FLOW)
    expect.close(norms, [30.0], "the norms", rtol=1e-4)
    expect.equal(names, ["only"], "the layer names")


def deep(depth, activation, norms, head):
    """The blocks of a deep network."""
    return [Block(64, activation, norms) for _ in range(depth - 1)] + [Block(1, head)]


def network(sub, demonstrator, **settings):
    """A student's deep network: its handle, layers and weights (see `weights_of`)."""
    model = demonstrator.create_deep_network(**settings)
    sub.support.ensure_built(model, 10)
    layers = layers_of(sub.support.describe(model))
    full, plain = weights_of(layers, sub.support.model_weights(model), 10)
    return model, layers, full, plain


@check(
    "GradientProblemsDemonstrator",
    "depth, activation, batch normalization and head are those that are asked for, or the defaults",
    weight=2,
    hint="batchnorm adds one layer to each hidden layer; the head has its own activation.",
)
def test_gpd_layers(sub, rng):
    depth = int(rng.integers(4, 6))
    activation = str(rng.choice(["relu", "tanh"]))
    with sub.unrecorded():
        demonstrator = sub.GradientProblemsDemonstrator()
        asked = {"depth": depth, "activation": activation, "batchnorm": True, "head": "sigmoid"}
        model, layers, _, plain = network(sub, demonstrator, **asked)
        _, usual, _, _ = network(sub, demonstrator)
        _, flat, _, _ = network(sub, demonstrator, depth=1)
        sub.observe("blocks", [summary(layers), summary(usual), summary(flat)])
        expect_blocks(layers, deep(depth, activation, 1, "sigmoid"))
        expect_blocks(usual, deep(10, "sigmoid", 0, "linear"))
        expect_blocks(flat, deep(1, "sigmoid", 0, "linear"))
        given = other_weights(rng, layers, plain)
        sub.support.set_weights(model, given)
        x = rng.normal(size=(4, 10)).astype("float32")
        found = sub.support.predict(model, x)
    full, _ = weights_of(layers, given, 10)
    made = oracle.run(layers, full, x, np.zeros((4, 1)), "mean_squared_error")
    expect.close(found, made.prediction, "the predictions, given the weights", rtol=1e-3, atol=1e-4)


@check(
    "GradientProblemsDemonstrator",
    "kernels are drawn as asked: by a name or by a Keras initializer, small normal by default",
    weight=1.5,
    hint="Hand initialization on to every Dense layer as its kernel_initializer.",
)
def test_gpd_initialization(sub, rng):
    spread = float(rng.uniform(0.2, 0.4))
    with sub.unrecorded():
        demonstrator = sub.GradientProblemsDemonstrator(seed=int(rng.integers(1, 1000)))
        initializer = sub.support.keras_initializer("RandomNormal", {"stddev": spread, "seed": 3})
        found = [network(sub, demonstrator, depth=2)]
        for initialization in ("he_normal", "glorot_uniform", initializer):
            asked = {"depth": 2, "initialization": initialization}
            found.append(network(sub, demonstrator, **asked))
    scales, heads, widths = [], [], []
    for _, _, full, _ in found:
        kernels = [own[0] for own in full if own]
        scales.append(float(kernels[0].std()))
        heads.append(float(kernels[-1].std()))
        widths.append(kernels[0].shape[1])
    wanted = [0.05, np.sqrt(2.0 / 10), np.sqrt(2.0 / (10 + widths[2])), spread]
    ratios = np.asarray(scales) / np.asarray(wanted)
    # A head has too few entries to tell more than the order of magnitude; Glorot is far off.
    drawn = [bool(0.5 < heads[i] / wanted[i] < 2) for i in (0, 3)]
    sub.observe("scales", np.rint(4 * np.log2(np.maximum(ratios, 1e-9))).tolist())
    sub.observe("the head's, too", drawn)
    names = ("by default", "for he_normal", "for glorot_uniform", "for an initializer object")
    for name, ratio in zip(names, ratios):
        what = "the standard deviation of the hidden kernel %s" % name
        expect.that(abs(ratio - 1.0) < 0.15, what, "be that of the initialization")
    expect.that(all(drawn), "the standard deviation of the head's kernel", "be about that, too")


@check(
    "GradientProblemsDemonstrator",
    "an unknown activation or initialization raises ValueError",
    weight=0.5,
    hint="Keras raises it for a name it does not know, if you hand the name on.",
)
def test_gpd_unknown(sub, rng):
    word = "nothing_%d" % rng.integers(100)
    with sub.unrecorded():
        demonstrator = sub.GradientProblemsDemonstrator()
        for name in ("activation", "initialization"):
            with expect.raises("ValueError", "the %s is unknown" % name):
                demonstrator.create_deep_network(depth=2, **{name: word})
            sub.observe("refused", name)


@check(
    "GradientProblemsDemonstrator",
    "gradient norms are those of the kernels, in layer order, and the model stays as it was",
    weight=2,
    hint="Ask the tape for the kernels' gradients only; keep what training mode would change.",
)
def test_gpd_flow(sub, rng):
    layers = [
        ["Dense", {"units": 5, "name": "u"}],
        ["BatchNormalization", {"momentum": 0.6, "name": "t"}],
        ["Activation", {"activation": "tanh", "name": "s"}],
        ["Dense", {"units": 4, "activation": "sigmoid", "name": "r"}],
        ["Dense", {"units": 1, "name": "q"}],
    ]
    weights = oracle.draw_weights(rng, layers, [3], scale=1.5)
    x, ones = rng.normal(size=(7, 3)).astype("float32"), np.ones((7, 1))
    wanted = []
    for training in (True, False):
        made = oracle.run(layers, weights, x, ones, "mean_squared_error", training)
        wanted.append(oracle.kernel_norms(layers, made.gradients))
    sub.sibling("layer_gradient_norms", wanted[1:])
    demonstrator = sub.GradientProblemsDemonstrator()
    model = sub.support.keras_model(layers, [3], weights)
    found = demonstrator.analyze_gradient_flow(model, x)
    norms, names = expect.sequence(found, "what analyze_gradient_flow returns", 2, FLOW)
    expect.equal(names, ["u", "r", "q"], "the layer names")
    in_training, at_inference = (list(values.values()) for values in wanted)
    norms = expect.sequence(norms, "the norms", 3)
    # Which mode batch normalization runs in is not laid down.
    expect.close_to_one(norms, in_training, {"": at_inference}, "the norms", rtol=2e-4)
    after = sub.support.model_weights(model)
    kept = [own for own in weights if own]
    expect.close(after, kept, "the model's weights after the analysis", rtol=0, atol=1e-9)


@check(
    "GradientProblemsDemonstrator",
    "ten layers: gradients vanish with sigmoid, and do not with ReLU and He",
    weight=1.5,
    hint="Compare first and last kernel: below 1e-4 for sigmoid, above 1e-2 for ReLU with He.",
)
def test_gpd_vanishing(sub, rng):
    with sub.unrecorded():
        demonstrator = sub.GradientProblemsDemonstrator(seed=int(rng.integers(1, 1000)))
        found = demonstrator.demonstrate_vanishing_gradients()
    found = expect.mapping(found, "what demonstrate_vanishing_gradients returns")
    ratios, smallest = {}, {}
    for label, norms in found.items():
        label = expect.text(label, "a label")
        norms = expect.sequence(norms, "the norms of a network", 10)
        norms = [expect.number(norm, "a norm") for norm in norms]
        expect.that(np.isfinite(norms).all(), "a norm", "be finite")
        expect.that(norms[-1] > 0, "the norm of the last layer", "be greater than 0")
        words = frozenset(re.findall("[a-z]+", label.lower()))
        ratios[words], smallest[words] = norms[0] / norms[-1], min(norms)
    plain = {"batch", "batchnorm", "bn", "norm", "normalization"}
    sigmoid = [r for words, r in ratios.items() if "sigmoid" in words and not words & plain]
    relu = [r for words, r in ratios.items() if "relu" in words and "he" not in words]
    relu_he = [r for words, r in ratios.items() if {"relu", "he"} <= words]
    vanishes, flows = any(r < 1e-4 for r in sigmoid), any(r > 1e-2 for r in relu_he)
    # Small normal weights keep the ratio, too; they shrink all gradients alike, far below this.
    strong = any(norm > 1e-3 for words, norm in smallest.items() if {"relu", "he"} <= words)
    facts = [bool(sigmoid), bool(relu), vanishes, flows, strong]
    sub.observe("labels, vanishing, flowing, strong", facts)
    sub.observe("all alike", len(set(ratios.values())) == 1)
    expect.that(
        sigmoid and relu and relu_he,
        "the labels",
        "name sigmoid, ReLU, and ReLU with He at least",
        list(found),
    )
    expect.that(vanishes, "first over last norm with sigmoid", "be below 1e-4")
    expect.that(flows, "first over last norm with ReLU and He", "be above 1e-2")
    expect.that(strong, "every norm with ReLU and He", "be above 1e-3")


def clipping_norms(found, steps):
    """The norms without and with clipping, as lists of floats."""
    found = expect.mapping(found, "what the demonstration returns", ["without", "with"])
    return [
        [
            expect.number(norm, "a norm under %r" % key)
            for norm in expect.sequence(found[key], "the norms under %r" % key, steps)
        ]
        for key in ("without", "with")
    ]


@check(
    "GradientProblemsDemonstrator",
    "clipping holds the norm at its limit, from the same unstable start, and steps are applied",
    weight=2,
    hint="Same weights for both; clip between the tape and the optimizer; then apply.",
)
def test_gpd_clipping(sub, rng):
    limit = float(rng.uniform(0.5, 1.5))
    # The second limit is never reached, so the run with clipping is one without.
    cases, runs = ((limit, 3), (1e36, 2)), []
    with sub.unrecorded():
        demonstrator = sub.GradientProblemsDemonstrator(seed=int(rng.integers(1, 1000)))
        for max_norm, steps in cases:
            found = demonstrator.demonstrate_gradient_clipping(max_norm=max_norm, steps=steps)
            runs.append(clipping_norms(found, steps))
    (without, clipped), (start, free) = runs
    stays = [bool(abs(n[1] - n[0]) <= 1e-3 * n[0]) for n in (without, free)]
    same = [bool(abs(a - b) <= 1e-3 * b) for a, b in zip(clipped, without)]
    sub.observe(
        "finite, unstable, clipped at the start, within the limit, stays, as without, start",
        [
            bool(np.isfinite(without[0])),
            bool(without[0] > limit),
            bool(abs(clipped[0] - limit) < 0.01 * limit),
            bool(max(clipped) <= 1.01 * limit),
            stays,
            same,
            bool(abs(free[0] - start[0]) <= 1e-3 * start[0]),
        ],
    )
    over = clipped[0] / limit
    sub.observe("first clipped norm over the limit", round(over, 1) if over < 99 else "far more")
    expect.that(np.isfinite(without[0]), "the first norm without clipping", "be finite")
    expect.that(without[0] > limit, "the first norm without clipping", "be above the limit")
    for norm in clipped:
        expect.that(norm <= 1.001 * limit, "each norm with clipping", "be within the limit")
    expect.close(clipped[0], limit, "the first norm with clipping", rtol=1e-3)
    expect.close(free[0], start[0], "the first norm under a limit out of reach", rtol=1e-3)
    expect.that(not stays[0], "the norm without clipping", "change when a step is applied")
    expect.that(not stays[1], "the norm with clipping", "change when a step is applied")


@check(
    "GradientProblemsDemonstrator",
    "the clipping demonstration refuses a limit that is not greater than 0",
    weight=0.5,
    hint="Check max_norm before anything is trained; raise ValueError.",
)
def test_gpd_bad_limit(sub, rng):
    with sub.unrecorded():
        demonstrator = sub.GradientProblemsDemonstrator()
        for limit in (0.0, -float(rng.uniform(0.1, 2.0))):
            with expect.raises("ValueError", "max_norm is not greater than 0"):
                demonstrator.demonstrate_gradient_clipping(max_norm=limit, steps=1)
            sub.observe("refused", limit)
