"""Checks of `gradient_check.py`: central differences."""

import numpy as np

from autograder.kit import check, expect

from .untouched import judge_beside_copies


@check(
    "numerical_gradient",
    "the gradient of a sum of squares is right at every entry",
    public=True,
    hint="One entry of x at a time moves up and down; all others stay where they are.",
)
def test_numerical_gradient_squares(sub):
    x = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, -0.25]])
    f = sub.support.smooth_function(np.zeros((2, 3)), np.ones((2, 3)))
    wanted = np.array([[2.0, -4.0, 1.0], [0.0, 6.0, -0.5]])
    found = sub.numerical_gradient(f, x)
    expect.close(found, wanted, "the gradient of sum(x^2)", rtol=1e-7, atol=1e-7)


@check(
    "numerical_gradient",
    "the answer is a float64 array, for a float32 point too",
    public=True,
    weight=0.5,
    hint="A step of 1e-5 drowns in the rounding of float32.",
)
def test_numerical_gradient_dtypes(sub):
    f = sub.support.smooth_function(np.array([0.5, -1.0]), np.array([1.0, 2.0]))
    x = np.array([3.0, 1.0])
    double = sub.numerical_gradient(f, x)
    single = sub.numerical_gradient(f, x.astype(np.float32))
    expect.dtype(double, "the gradient at a float64 point", "float64")
    expect.dtype(single, "the gradient at a float32 point", "float64")
    expect.that(np.any(double), "the gradient", "not be all zeros")
    what = "the gradient at a float32 point, beside that at the same point in float64"
    expect.close(single, double, what, rtol=1e-7, atol=1e-7)


def _central(a, b, x, h):
    """Central differences of ``sum(a x)^3 + sum(b x^2)``, worked out: the error term is a^3 h^2."""
    return 3 * np.sum(a * x) ** 2 * a + a**3 * h**2 + 2 * b * x


def _draw(rng, shape):
    """Coefficients and a point whose ``sum(a x)`` is between 1 and 2."""
    a = rng.uniform(0.5, 1.5, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    b = rng.uniform(0.5, 1.5, size=shape)
    x = rng.uniform(0.5, 1.5, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    x += a * (rng.uniform(1.0, 2.0) - np.sum(a * x)) / np.sum(a**2)
    return a, b, x


@check(
    "numerical_gradient",
    "arrays of one, two and three axes work, with entries that depend on each other",
    weight=2,
    hint="If entries influence each other, an entry that is not put back spoils the next one.",
)
def test_numerical_gradient_shapes(sub, rng):
    replies, wanted = {}, {}
    for shape in ((5,), (3, 2), (2, 2, 3)):
        a, b, x = _draw(rng, shape)
        f = sub.support.smooth_function(a, b)
        label = "at a point of shape %s" % (shape,)
        replies[label] = sub.numerical_gradient(f, x)
        wanted[label] = _central(a, b, x, 1e-5)
    expect.close(replies, wanted, "the gradient", rtol=1e-7, atol=1e-7)


@check(
    "numerical_gradient",
    "h is the step to either side, and the differences are central",
    weight=2,
    hint="With a large h the answer shows exactly which points f was asked at.",
)
def test_numerical_gradient_step(sub, rng):
    a, b, x = _draw(rng, (2, 3))
    h = float(rng.uniform(0.2, 0.4))
    f = sub.support.smooth_function(a, b)
    found = sub.numerical_gradient(f, x, h=h)
    expect.close(found, _central(a, b, x, h), "the gradient with a large h", rtol=1e-6)


@check(
    "numerical_gradient",
    "at a kink both sides count the same",
    hint="The slopes to the left and to the right of 0 are both part of the answer.",
)
def test_numerical_gradient_kink(sub, rng):
    x = rng.uniform(0.5, 2.0, size=6) * rng.choice([-1.0, 1.0], size=6)
    x[rng.permutation(6)[:2]] = 0.0
    found = sub.numerical_gradient(sub.support.sum_of_magnitudes(), x)
    expect.close(found, np.sign(x), "the gradient of sum(|x|), with two entries at 0")


@check(
    "numerical_gradient",
    "a function may answer with an array of one entry",
    weight=0.5,
    hint="Turn what f returns into a number before you put it into the gradient.",
)
def test_numerical_gradient_size_one(sub, rng):
    replies, wanted, plain, others = {}, {}, {}, {}
    for shape in ((1,), (1, 1)):
        a, b, x = _draw(rng, (2, 2))
        f, number = sub.support.smooth_function(a, b, shape), sub.support.smooth_function(a, b)
        label = "of a function that returns shape %s" % (shape,)
        replies[label] = sub.numerical_gradient(f, x)
        plain[label] = sub.numerical_gradient(number, x)
        others[label] = sub.numerical_gradient(number, 2 * x)
        wanted[label] = _central(a, b, x, 1e-5)
    judge_beside_copies(
        lambda: expect.close(replies, wanted, "the gradient", rtol=1e-7, atol=1e-7),
        replies,
        plain,
        others,
    )


@check(
    "numerical_gradient",
    "x holds the same values afterwards",
    hint="Whatever you add to an entry has to be taken away again.",
)
def test_numerical_gradient_restores(sub, rng):
    a, b, x = _draw(rng, (2, 3))
    h = float(rng.uniform(0.2, 0.4))
    held = sub.hold(x)
    f = sub.support.smooth_function(a, b)
    found = sub.numerical_gradient(f, held, h=h)
    left = held.value()
    copies, other = sub.numerical_gradient(f, x, h=h), sub.numerical_gradient(f, 2 * x, h=h)
    wanted = _central(a, b, x, h)
    expect.close(left, x, "the array given as x, afterwards")
    judge_beside_copies(
        lambda: expect.close(found, wanted, "the gradient", rtol=1e-6), found, copies, other
    )
