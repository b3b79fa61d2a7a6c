"""Checks of `regularization.py`: penalties, dropout, batch normalization, shifted images."""
import numpy as np
from checkkit import check, expect

PENALTY_PARTS = "the penalty, and the gradients"

DROPOUT_PARTS = "y, and the mask"


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
