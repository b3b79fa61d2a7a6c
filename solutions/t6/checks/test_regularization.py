"""Checks of `regularization.py`: penalties, dropout, batch normalization, shifted images."""

import numpy as np

from autograder.kit import check, expect

from .oracles_numpy import shift_of, shift_trace
from .untouched import judge_beside_copies

PENALTY_PARTS = "the penalty, and the gradients"
DROPOUT_PARTS = "y, and the mask"

# l1_l2_penalty


@check(
    "l1_l2_penalty",
    "both penalties and their gradient, worked by hand",
    public=True,
    hint="The L2 penalty of this lab has no factor of one half; its derivative follows from that.",
)
def test_l1_l2_penalty_example(sub):
    kernels = [np.array([[1.0, -2.0], [0.0, 0.5]]), np.array([3.0])]
    reply = expect.sequence(
        sub.l1_l2_penalty(kernels, l1=0.1, l2=0.5), "what comes back", 2, PENALTY_PARTS
    )
    gradients = [np.array([[1.1, -2.1], [0.0, 0.6]]), np.array([3.1])]
    expect.close(reply[0], 7.775, "the penalty")
    expect.close(reply[1], gradients, "the gradients")


@check(
    "l1_l2_penalty",
    "floating dtypes are kept and gradients of integer kernels are float64",
    public=True,
    weight=0.5,
    hint="Look at the dtype of each kernel before you do arithmetic with float64 numbers.",
)
def test_l1_l2_penalty_dtypes(sub):
    kernels = [np.array([1.0, -2.0], np.float32), np.array([0.5]), np.array([2, -3])]
    reply = expect.sequence(
        sub.l1_l2_penalty(kernels, l1=0.1, l2=0.5), "what comes back", 2, PENALTY_PARTS
    )
    gradients = expect.sequence(reply[1], "the gradients", 3)
    for gradient, kind, wanted in zip(
        gradients, ("a float32", "a float64", "an integer"), ("float32", "float64", "float64")
    ):
        expect.dtype(gradient, "the gradient of %s kernel" % kind, wanted)


def _expect_penalty(reply, kernels, l1, l2):
    penalty = sum(l1 * np.sum(np.abs(w)) + l2 * np.sum(w**2) for w in kernels)
    pair = expect.sequence(reply, "what comes back", 2, PENALTY_PARTS)
    expect.close(pair[0], float(penalty), "the penalty")
    expect.close(pair[1], [l1 * np.sign(w) + 2 * l2 * w for w in kernels], "the gradients")


def _kernels(rng):
    shapes = [(3, 4), (2, 2, 2), (5,)]
    return [rng.uniform(0.2, 3.0, size=s) * rng.choice([-1.0, 1.0], size=s) for s in shapes]


@check(
    "l1_l2_penalty",
    "the L2 penalty is l2 times the sum of squares over all kernels",
    weight=2,
    hint="Neither a half nor the number of entries appears in the docstring's formula.",
)
def test_l1_l2_penalty_l2(sub, rng):
    kernels, l2 = _kernels(rng), float(rng.uniform(0.2, 0.9))
    _expect_penalty(sub.l1_l2_penalty(kernels, l2=l2), kernels, 0.0, l2)


@check(
    "l1_l2_penalty",
    "the L1 penalty is l1 times the sum of magnitudes over all kernels",
    weight=2,
    hint="L1 pulls every weight with the same force, towards 0 from either side.",
)
def test_l1_l2_penalty_l1(sub, rng):
    kernels, l1 = _kernels(rng), float(rng.uniform(0.2, 0.9))
    _expect_penalty(sub.l1_l2_penalty(kernels, l1=l1), kernels, l1, 0.0)


@check(
    "l1_l2_penalty",
    "both penalties add up, and a weight of 0 is pulled nowhere",
    weight=2,
    hint="The sign of 0 is 0.",
)
def test_l1_l2_penalty_both(sub, rng):
    kernels = _kernels(rng)
    for w in kernels:
        w.flat[int(rng.integers(w.size))] = 0.0
    l1, l2 = (float(value) for value in rng.permutation([0.3, 0.8]) + rng.uniform(0, 0.1, size=2))
    _expect_penalty(sub.l1_l2_penalty(kernels, l1, l2), kernels, l1, l2)


@check(
    "l1_l2_penalty",
    "without kernels, or with both factors 0, there is no penalty",
    weight=0.5,
    hint="Think of a network without a single kernel.",
)
def test_l1_l2_penalty_nothing(sub, rng):
    kernels = _kernels(rng)
    replies = [sub.l1_l2_penalty([], l1=0.5, l2=0.5), sub.l1_l2_penalty(kernels)]
    _expect_penalty(replies[0], [], 0.5, 0.5)
    _expect_penalty(replies[1], kernels, 0.0, 0.0)


@check(
    "l1_l2_penalty",
    "the kernels are not changed",
    weight=0.5,
    hint="Gradients are new arrays; the weights are somebody else's.",
)
def test_l1_l2_penalty_untouched(sub, rng):
    kernels = _kernels(rng)
    held = [sub.hold(w) for w in kernels]
    reply, copies, other = [
        sub.l1_l2_penalty(given, l1=0.3, l2=0.7)
        for given in (held, kernels, [2 * w for w in kernels])
    ]
    for position, (handle, w) in enumerate(zip(held, kernels)):
        expect.close(handle.value(), w, "kernel %d, afterwards" % position)
    judge_beside_copies(lambda: _expect_penalty(reply, kernels, 0.3, 0.7), reply, copies, other)


# dropout_forward


@check(
    "dropout_forward",
    "with a rate of 0.75 a quarter is kept, four times as large",
    public=True,
    hint="The rate is the probability to drop; what is kept makes up for what is gone.",
)
def test_dropout_forward_example(sub):
    with sub.unrecorded():
        rng = sub.support.random_generator(3)
        pair = sub.dropout_forward(np.full((100, 40), 0.5), 0.75, rng, True)
    y, mask = _read(pair, (100, 40))
    kept = float(mask.mean())
    sub.observe("kept, in quarters", round(4 * kept))
    sub.observe("largest", round(float(y.max()), 1))
    expect.that(0.2 < kept < 0.3, "the share of entries that are kept", "be about 0.25", kept)
    expect.array(pair[1], "the mask", (100, 40))
    expect.close(y, np.where(mask, 2.0, 0.0), "y where x is 0.5, by the mask")


@check(
    "dropout_forward",
    "floating dtypes are kept and integers become float64",
    public=True,
    weight=0.5,
    hint="A float64 mask can turn a float32 array into float64.",
)
def test_dropout_forward_dtypes(sub):
    for x, training, wanted in (
        (np.ones(6, np.float32), True, "float32"),
        (np.ones(6, np.float32), False, "float32"),
        (np.ones(6), True, "float64"),
        (np.ones(6), False, "float64"),
        # Outside training, "y is x" holds for integers that stay integers too.
        (np.arange(6), True, "float64"),
    ):
        with sub.unrecorded():
            rng = sub.support.random_generator(4)
            pair = sub.dropout_forward(x, 0.25, rng, training)
        y = expect.sequence(pair, "what comes back", 2, DROPOUT_PARTS)[0]
        expect.dtype(y, "y for an x of dtype %s, training=%s" % (x.dtype, training), wanted)


def _draw(rng, shape):
    return rng.uniform(0.5, 2.0, size=shape) * rng.choice([-1.0, 1.0], size=shape)


def _rates(rng):
    """A rate well below and one well above 0.5, where dropping and keeping look alike."""
    return [float(rng.uniform(0.1, 0.3)), float(rng.uniform(0.65, 0.85))]


def _ask_dropout(sub, x, rate, seed, training=True):
    """y as an array, and the mask as an array of bool."""
    with sub.unrecorded():
        rng = sub.support.random_generator(seed)
        reply = sub.dropout_forward(x, rate, rng, training)
    return _read(reply, x.shape)


def _read(reply, shape):
    """y, and the mask as it acts on x; that it has the shape of x is asked once, by the example."""
    pair = expect.sequence(reply, "what comes back", 2, DROPOUT_PARTS)
    y, mask = expect.array(pair[0], "y", shape), expect.array(pair[1], "the mask")
    fits = mask.ndim <= len(shape) and all(
        side in (1, wanted) for side, wanted in zip(mask.shape[::-1], shape[::-1])
    )
    if not fits:
        expect.array(pair[1], "the mask", shape)
    return y, np.broadcast_to(mask, shape) != 0


@check(
    "dropout_forward",
    "the share that is dropped is the rate",
    weight=2,
    hint="A rate of 0.5 hides which side of the comparison is which; try another one.",
)
def test_dropout_forward_share(sub, rng):
    found = []
    for rate in _rates(rng):
        _, mask = _ask_dropout(sub, _draw(rng, (120, 80)), rate, int(rng.integers(1 << 30)))
        found.append((rate, 1 - float(mask.mean())))
        sub.observe("dropped minus rate, in halves", round(2 * (found[-1][1] - rate)))
    for rate, dropped in found:
        expect.that(abs(dropped - rate) < 0.035, "the share that is dropped", "be the rate")


@check(
    "dropout_forward",
    "kept entries are x / (1 - rate), dropped ones 0, as the mask says",
    weight=2,
    hint="The expected value of y is x; scale by the probability to stay.",
)
def test_dropout_forward_values(sub, rng):
    answers = []
    for rate in _rates(rng):
        x = _draw(rng, (40, 30))
        y, mask = _ask_dropout(sub, x, rate, int(rng.integers(1 << 30)))
        answers.append((y, np.where(mask, x / (1 - rate), 0.0)))
        kept = y != 0
        scale = float(np.median(y[kept] / x[kept])) if kept.any() else 0.0
        sub.observe("scale of what is kept, over the wanted one", round(scale * (1 - rate), 2))
        sub.observe("mask agrees with y", bool((kept == mask).all()))
    for y, wanted in answers:
        expect.close(y, wanted, "y, by the mask that came with it")


@check(
    "dropout_forward",
    "entries are dropped independently of each other",
    weight=1.5,
    hint="Every entry has a draw of its own: neither rows nor columns go together.",
)
def test_dropout_forward_independent(sub, rng):
    rate = float(rng.uniform(0.3, 0.4))
    _, mask = _ask_dropout(sub, _draw(rng, (60, 50)), rate, int(rng.integers(1 << 30)))
    rows, columns = len(np.unique(mask, axis=0)), len(np.unique(mask, axis=1).T)
    sub.observe("distinct rows, distinct columns", [rows > 30, columns > 25])
    sub.observe("rows alike, columns alike", [rows == 1, columns == 1])
    expect.that(rows > 30, "the rows of the mask", "differ from each other")
    expect.that(columns > 25, "the columns of the mask", "differ from each other")
    generator = sub.support.random_generator(int(rng.integers(1 << 30)))
    x = _draw(rng, (5, 8))
    with sub.unrecorded():
        replies = [sub.dropout_forward(x, rate, generator, True) for _ in range(25)]
    counts = {int(_read(reply, x.shape)[1].sum()) for reply in replies}
    sub.observe("how many are kept varies", len(counts) > 1)
    expect.that(
        len(counts) > 1,
        "the number of entries that are kept",
        "vary from call to call, when each entry is decided by itself",
    )


@check(
    "dropout_forward",
    "outside training, and with a rate of 0, y is x and the mask has no zeros",
    weight=1.5,
    hint="Inference needs the same output every time, and at the scale of training.",
)
def test_dropout_forward_inference(sub, rng):
    x = _draw(rng, (7, 9))
    for rate, training, what in (
        (float(rng.uniform(0.6, 0.8)), False, "with training=False"),
        (0.0, True, "with rate 0"),
        (0.0, False, "with rate 0 and training=False"),
    ):
        y, mask = _ask_dropout(sub, x, rate, int(rng.integers(1 << 30)), training)
        sub.observe("y over x " + what, round(float(np.mean(y / x)), 2))
        sub.observe("mask without zeros " + what, bool(mask.all()))
        expect.close(y, x, "y " + what)
        expect.that(mask.all(), "the mask " + what, "have no zeros")


@check(
    "dropout_forward",
    "rng is the only source of randomness",
    hint="The same seed must give the same mask, and the next call another one.",
)
def test_dropout_forward_generator(sub, rng):
    x, rate, seed = _draw(rng, (20, 30)), _rates(rng)[0], int(rng.integers(1 << 30))
    with sub.unrecorded():
        generator = sub.support.random_generator(seed)
        replies = [sub.dropout_forward(x, rate, generator, True) for _ in range(2)]
        for other in (seed, seed + 1):
            generator = sub.support.random_generator(other)
            replies.append(sub.dropout_forward(x, rate, generator, True))
    first, second, again, other = [_read(reply, x.shape)[1] for reply in replies]
    facts = [bool((first == mask).all()) for mask in (again, second, other)]
    sub.observe("same mask: same seed, next call, other seed", facts)
    expect.that(facts[0], "the masks of two generators with the same seed", "be the same")
    expect.that(not facts[1], "the mask of the next call with the same generator", "be another one")
    expect.that(not facts[2], "the masks of generators with different seeds", "differ")


@check(
    "dropout_forward",
    "x is not changed",
    weight=0.5,
    hint="Zeroing in place destroys what somebody else still needs.",
)
def test_dropout_forward_untouched(sub, rng):
    x = _draw(rng, (8, 9))
    for rate, training in ((_rates(rng)[1], True), (0.0, True), (0.4, False)):
        held, seed = sub.hold(x), int(rng.integers(1 << 30))
        with sub.unrecorded():
            replies = [
                sub.dropout_forward(given, rate, sub.support.random_generator(seed), training)
                for given in (held, x, -x)
            ]
        expect.close(held.value(), x, "the array given as x, afterwards")
        y, mask = _read(replies[0], x.shape)
        # At rate 0 some divide 0 by 0, which another check is about.
        if rate or np.isfinite(y).all():
            wanted = np.where(mask, x / (1 - rate * training), 0.0)
            judge_beside_copies(lambda: expect.close(y, wanted, "y, by its mask"), *replies)  # noqa: B023


@check(
    "dropout_forward",
    "a rate outside [0, 1) raises ValueError",
    weight=0.5,
    hint="At a rate of 1 nothing is left to scale; a bad rate is bad at inference too.",
)
def test_dropout_forward_refusals(sub, rng):
    x, seed = _draw(rng, (3, 4)), int(rng.integers(1 << 30))
    for rate in (-0.1, 1.0, 1.5):
        for training in (True, False):
            generator = sub.support.random_generator(seed)
            when = "the rate is %g and training is %s" % (rate, training)
            with expect.raises("ValueError", when), sub.unrecorded():
                sub.dropout_forward(x, rate, generator, training)


# batchnorm_forward


@check(
    "batchnorm_forward",
    "a batch of two rows in training, worked by hand",
    public=True,
    hint="Mean and variance are those of each column, and the variance divides by n.",
)
def test_batchnorm_forward_example(sub):
    x = np.array([[1.0, 10.0], [3.0, 30.0]])
    gamma, beta = np.array([1.0, 2.0]), np.array([0.5, 0.0])
    reply = sub.batchnorm_forward(
        x, gamma, beta, np.zeros(2), np.ones(2), momentum=0.75, eps=0.0, training=True
    )
    y = np.array([[-0.5, -2.0], [1.5, 2.0]])
    found = expect.sequence(reply, "what comes back", 3, ", ".join(NORM_PARTS))
    expect.close(found[0], y, "y")
    expect.close(found[1], np.array([0.5, 5.0]), "the new moving mean")
    expect.close(found[2], np.array([1.0, 25.75]), "the new moving variance")


@check(
    "batchnorm_forward",
    "floating dtypes are kept and integers become float64",
    public=True,
    weight=0.5,
    hint="Arithmetic in float64 is fine; the answer has the dtype of what was given.",
)
def test_batchnorm_forward_dtypes(sub):
    x = np.array([[1, 2], [3, 5], [4, 4]])
    for dtype, wanted in (("float32", "float32"), ("float64", "float64"), ("int64", "float64")):
        one, zero = np.ones(2, dtype), np.zeros(2, dtype)
        reply = sub.batchnorm_forward(x.astype(dtype), one, zero, zero, one)
        parts = expect.sequence(reply, "what comes back", 3, ", ".join(NORM_PARTS))
        for part, what in zip(parts, ("y", "the new moving mean", "the new moving variance")):
            expect.dtype(part, "%s when everything given is %s" % (what, dtype), wanted)


NORM_PARTS = ("y", "the new moving mean", "the new moving variance")


def _batch(rng, rows, features):
    """x, gamma, beta, moving mean and moving variance, none of them near a trivial value."""
    return [
        rng.normal(size=(rows, features)) * rng.uniform(0.5, 2.0, size=features) + 1.5,
        rng.uniform(0.5, 2.0, size=features) * rng.choice([-1.0, 1.0], size=features),
        rng.uniform(0.5, 2.0, size=features) * rng.choice([-1.0, 1.0], size=features),
        rng.uniform(2.0, 3.0, size=features) * rng.choice([-1.0, 1.0], size=features),
        rng.uniform(3.0, 6.0, size=features),
    ]


def _normalized(batch, momentum, eps, training):
    x, gamma, beta, moving_mean, moving_var = batch
    if not training:
        return [
            gamma * (x - moving_mean) / np.sqrt(moving_var + eps) + beta,
            moving_mean,
            moving_var,
        ]
    mean = np.sum(x, axis=0) / len(x)
    var = np.sum((x - mean) ** 2, axis=0) / len(x)
    return [
        gamma * (x - mean) / np.sqrt(var + eps) + beta,
        momentum * moving_mean + (1 - momentum) * mean,
        momentum * moving_var + (1 - momentum) * var,
    ]


def _expect_normalized(reply, wanted, parts=NORM_PARTS):
    """What comes back is right, as far as the check is about it."""
    found = expect.sequence(reply, "what comes back", 3, ", ".join(NORM_PARTS))
    for value, want, what in zip(found, wanted, NORM_PARTS):
        if what in parts:
            expect.close(value, want, what)


@check(
    "batchnorm_forward",
    "in training each column is normalized by the batch, then scaled and shifted",
    weight=2,
    hint="Epsilon stands under the root, beside a variance that divides by n.",
)
def test_batchnorm_forward_training(sub, rng):
    batch, eps = _batch(rng, int(rng.integers(4, 8)), 3), float(rng.uniform(0.1, 0.3))
    reply = sub.batchnorm_forward(*batch, momentum=0.5, eps=eps, training=True)
    _expect_normalized(reply, _normalized(batch, 0.5, eps, True), NORM_PARTS[:1])


@check(
    "batchnorm_forward",
    "the moving averages keep the share momentum of their old values",
    weight=2,
    hint="With a momentum near 1 the averages hardly move.",
)
def test_batchnorm_forward_momentum(sub, rng):
    batch, momentum = _batch(rng, 5, 4), float(rng.uniform(0.7, 0.9))
    reply = sub.batchnorm_forward(*batch, momentum=momentum, eps=1e-3, training=True)
    _expect_normalized(reply, _normalized(batch, momentum, 1e-3, True), NORM_PARTS[1:])


@check(
    "batchnorm_forward",
    "at inference the moving values normalize, and come back unchanged",
    weight=2,
    hint="Scale and shift are needed at inference too; the batch's own statistics are not.",
)
def test_batchnorm_forward_inference(sub, rng):
    batch, eps = _batch(rng, 6, 3), float(rng.uniform(0.5, 1.5))
    reply = sub.batchnorm_forward(*batch, momentum=0.8, eps=eps, training=False)
    _expect_normalized(reply, _normalized(batch, 0.8, eps, False))


@check(
    "batchnorm_forward",
    "without settings momentum is 0.99, eps is 1e-3 and training is on",
    hint="A column that hardly varies shows which epsilon is at work.",
)
def test_batchnorm_forward_defaults(sub, rng):
    batch = _batch(rng, 8, 3)
    batch[0][:, 1] = 1.0 + 0.02 * rng.permutation(np.linspace(-1.0, 1.0, 8))
    reply = sub.batchnorm_forward(*batch)
    explicit = {"momentum": 0.99, "eps": 1e-3, "training": True}
    changes = ({}, {"momentum": 0.9}, {"eps": 0.1}, {"training": False})
    others = [sub.batchnorm_forward(*batch, **{**explicit, **change}) for change in changes]
    wanted = _normalized(batch, 0.99, 1e-3, True)
    judge_beside_copies(lambda: _expect_normalized(reply, wanted), reply, *others)


@check(
    "batchnorm_forward",
    "a column of equal values becomes beta, and one row is a batch too",
    weight=0.5,
    hint="Epsilon is there for a variance of 0.",
)
def test_batchnorm_forward_constant(sub, rng):
    column, row = _batch(rng, 4, 3), _batch(rng, 1, 3)
    column[0][:, 2] = 0.5
    replies = [sub.batchnorm_forward(*batch, momentum=0.6) for batch in (column, row)]
    for reply, batch in zip(replies, (column, row)):
        _expect_normalized(reply, _normalized(batch, 0.6, 1e-3, True), NORM_PARTS[:1])


@check(
    "batchnorm_forward",
    "what is handed in is not changed",
    weight=0.5,
    hint="The new averages are new arrays; the old ones are somebody else's.",
)
def test_batchnorm_forward_untouched(sub, rng):
    batch = _batch(rng, 5, 3)
    names = ("x", "gamma", "beta", "moving_mean", "moving_var")
    for training in (True, False):
        held = [sub.hold(array) for array in batch]
        others = (batch, [2 * array for array in batch])
        replies = [
            sub.batchnorm_forward(*given, momentum=0.7, eps=0.2, training=training)
            for given in (held, *others)
        ]
        wanted = _normalized(batch, 0.7, 0.2, training)
        for handle, array, name in zip(held, batch, names):
            expect.close(handle.value(), array, "the array given as %s, afterwards" % name)
        judge_beside_copies(lambda: _expect_normalized(replies[0], wanted), *replies)  # noqa: B023


@check(
    "batchnorm_forward",
    "bad settings and shapes that differ raise ValueError",
    weight=0.5,
    hint="A gamma with one entry broadcasts silently; only a look at the shape finds it.",
)
def test_batchnorm_forward_refusals(sub, rng):
    batch = _batch(rng, 3, 3)
    for key, value in (("momentum", -0.1), ("momentum", 1.0), ("momentum", 1.5), ("eps", -0.1)):
        with expect.raises("ValueError", "%s is %g" % (key, value)):
            sub.batchnorm_forward(*batch, **{key: value})
    for position, name in enumerate(("gamma", "beta", "moving_mean", "moving_var"), start=1):
        for shape in ((1,), (4,)):
            spoiled = list(batch)
            spoiled[position] = np.ones(shape)
            with expect.raises("ValueError", "%s has the shape %s for 3 features" % (name, shape)):
                sub.batchnorm_forward(*spoiled)


# shift_augment


@check(
    "shift_augment",
    "each image is a shifted copy with zeros where nothing came from",
    public=True,
    hint="What leaves on one side does not come back on the other.",
)
def test_shift_augment_example(sub):
    images = np.arange(1.0, 61.0).reshape(5, 3, 4)
    with sub.unrecorded():
        rng = sub.support.random_generator(5)
        shifted = expect.array(sub.shift_augment(images, 1, rng), "the images", (5, 3, 4))
    for number, (image, made) in enumerate(zip(images, shifted)):
        sheet = np.pad(image, 1)
        windows = [sheet[r : r + 3, c : c + 4] for r in range(3) for c in range(3)]
        found = any(np.array_equal(made, window) for window in windows)
        what = "image %d" % number
        expect.that(found, what, "be a copy that is shifted by at most one pixel each way", made)


@check(
    "shift_augment",
    "the dtype of the images is kept, whatever it is",
    public=True,
    weight=0.5,
    hint="Pixels are often small integers, and stay such.",
)
def test_shift_augment_dtypes(sub):
    for dtype in ("uint8", "float32", "float64"):
        with sub.unrecorded():
            rng = sub.support.random_generator(6)
            shifted = sub.shift_augment(np.ones((2, 4, 4), dtype), 2, rng)
        expect.dtype(shifted, "shifted images of dtype %s" % dtype, dtype)


def _images(rng, count, height, width):
    """Images whose pixels all differ from each other and from 0."""
    pixels = [rng.permutation(height * width) + 1.0 for _ in range(count)]
    return np.array(pixels).reshape(count, height, width)


def _ask_shifts(sub, images, reach, seed):
    """The shift of each image, None where it is not a shifted, zero filled copy of its original."""
    with sub.unrecorded():
        reply = sub.shift_augment(images, reach, sub.support.random_generator(seed))
    shifted = expect.array(reply, "the images", images.shape)
    sub.observe("what became of the pixels", shift_trace(images, shifted, reach))
    return [shift_of(image, made, reach) for image, made in zip(images, shifted)]


@check(
    "shift_augment",
    "every image is its original, shifted within max_shift and zero filled",
    weight=2,
    hint="Pixels that leave are gone; pixels that enter are 0; image i stays image i.",
)
def test_shift_augment_copies(sub, rng):
    height, width = (int(side) for side in rng.permutation([6, 8]))
    for reach in (1, 3):
        images = _images(rng, 30, height, width)
        shifts = _ask_shifts(sub, images, reach, int(rng.integers(1 << 30)))
        whole = all(shift is not None for shift in shifts)
        expect.that(whole, "every image", "be a shifted, zero filled copy of its original")


@check(
    "shift_augment",
    "both axes are shifted independently, up to max_shift on either side",
    weight=2,
    hint="Look at the ends of the range, and at whether the two numbers of an image can differ.",
)
def test_shift_augment_range(sub, rng):
    reach = 2
    shifts = _ask_shifts(sub, _images(rng, 150, 5, 7), reach, int(rng.integers(1 << 30)))
    known = [shift for shift in shifts if shift is not None]
    rows, columns = ({shift[axis] for shift in known} for axis in (0, 1))
    facts = [len(known) == 150, len(rows) == 5, len(columns) == 5, len(set(known)) > 15]
    if facts[0] and len(set(known)) > 1:
        # Which of the two ends is missing depends on how somebody counts.
        ends = [sorted([abs(min(axis)), abs(max(axis))]) for axis in (rows, columns)]
        diagonal = all(down == right for down, right in known)
        sub.observe("ends of the shifts, and whether both axes go together", [ends, diagonal])
    expect.that(facts[0], "every image", "be a shifted, zero filled copy of its original")
    expect.that(facts[1], "shifts along the height", "reach from -max_shift to max_shift")
    expect.that(facts[2], "shifts along the width", "reach from -max_shift to max_shift")
    expect.that(facts[3], "the two shifts of an image", "be drawn independently, for each image")


@check(
    "shift_augment",
    "with max_shift 0 the images come back equal",
    weight=0.5,
    hint="A slice that ends at -0 is empty.",
)
def test_shift_augment_identity(sub, rng):
    images = _images(rng, 4, 5, 3)
    generator = sub.support.random_generator(int(rng.integers(1 << 30)))
    expect.close(sub.shift_augment(images, 0, generator), images, "the images with max_shift 0")


@check(
    "shift_augment",
    "rng is the only source of randomness, and the images are not changed",
    hint="The same seed must give the same shifts, and the next call other ones.",
)
def test_shift_augment_generator(sub, rng):
    images, seed = _images(rng, 20, 5, 6), int(rng.integers(1 << 30))
    held = sub.hold(images)
    with sub.unrecorded():
        generator = sub.support.random_generator(seed)
        replies = [sub.shift_augment(held, 2, generator) for _ in range(2)]
        replies.append(sub.shift_augment(held, 2, sub.support.random_generator(seed)))
    first, second, again = [expect.array(reply, "the images", images.shape) for reply in replies]
    facts = [bool(np.array_equal(first, other)) for other in (again, second)]
    sub.observe("same images: same seed, next call", facts)
    expect.that(facts[0], "the images of two generators with the same seed", "be the same")
    expect.that(not facts[1], "the images of the next call with the same generator", "differ")
    expect.close(held.value(), images, "the array given as images, afterwards")
