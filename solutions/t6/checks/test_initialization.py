"""Checks of `initialization.py`: the size and the kind of the random numbers, not the numbers."""

import numpy as np

from autograder.kit import check, expect

# Of 400 x 100 draws the standard deviation is known to about 0.4 per cent.
STD_TOLERANCE = 0.05


@check(
    "init_weights",
    "He's normal weights have the variance 2 / fan_in",
    public=True,
    hint="The docstring names the variance; a normal draw asks for its root.",
)
def test_init_weights_he_normal(sub):
    with sub.unrecorded():
        rng = sub.support.random_generator(1)
        weights = expect.array(
            sub.init_weights(400, 100, "he_normal", rng), "the weights", (400, 100)
        )
    sub.observe("std", round(float(weights.std()), 2))
    expect.that(
        abs(weights.std() - 0.0707) < 0.004,
        "the standard deviation of he_normal weights for 400 inputs and 100 units",
        "be about 0.0707",
        float(weights.std()),
    )
    expect.that(abs(weights.mean()) < 0.005, "their mean", "be about 0", float(weights.mean()))


@check(
    "init_weights",
    "Glorot's uniform weights fill the interval that has the right variance",
    public=True,
    hint="A uniform draw from [-limit, limit] has the variance limit^2 / 3.",
)
def test_init_weights_glorot_uniform(sub):
    with sub.unrecorded():
        rng = sub.support.random_generator(2)
        weights = expect.array(
            sub.init_weights(100, 500, "glorot_uniform", rng), "the weights", (100, 500)
        )
    largest = float(np.abs(weights).max())
    sub.observe("largest", round(largest, 2))
    expect.that(
        0.098 < largest < 0.1001,
        "the largest magnitude of glorot_uniform weights for 100 inputs and 500 units",
        "be just below 0.1",
        largest,
    )


def _expect_scheme(sub, rng, scheme, variance):
    """Standard deviation, mean, kind and freshness of the draws of one scheme."""
    fan_in, fan_out = (int(fan) for fan in rng.permutation([400, 130]) + rng.integers(0, 30, 2))
    std = np.sqrt(variance(fan_in, fan_out))
    with sub.unrecorded():
        generator = sub.support.random_generator(int(rng.integers(1 << 30)))
        reply = sub.init_weights(fan_in, fan_out, scheme, generator)
        weights = expect.array(reply, "the weights of %s" % scheme, (fan_in, fan_out))
    found = float(weights.std() / std)
    spread = max(weights.std(), 1e-30)
    largest = float(np.abs(weights).max() / spread)
    within = float(np.mean(np.abs(weights) < spread))
    sub.observe("std over wanted std of " + scheme, round(found, 1))
    sub.observe("uniform, heavy tails: " + scheme, [largest < 2, within > 0.72])
    what = "the standard deviation of %s weights" % scheme
    expect.that(abs(found - 1) < STD_TOLERANCE, what, "follow from the variance in the docstring")
    what = "the mean of %s weights" % scheme
    expect.that(abs(weights.mean()) < 0.05 * std, what, "be about 0")
    if scheme.endswith("uniform"):
        what = "the draws of %s" % scheme
        expect.that(1.65 < largest < 1.8, what, "spread evenly over an interval around 0")
    else:
        what = "the draws of %s" % scheme
        # Of normal draws 0.683 lie within one standard deviation, of truncated ones fewer.
        normal = largest > 2 and within < 0.72
        expect.that(normal, what, "come from a normal distribution")
    distinct = len(np.unique(weights)) / weights.size
    expect.that(distinct > 0.9, "the weights of %s" % scheme, "be drawn one by one")


@check(
    "init_weights",
    "Glorot's schemes have the variance 2 / (fan_in + fan_out)",
    weight=2,
    hint="Mind the parentheses, and which of the two schemes asks for a limit.",
)
def test_init_weights_glorot(sub, rng):
    for scheme in ("glorot_uniform", "glorot_normal"):
        _expect_scheme(sub, rng, scheme, lambda fan_in, fan_out: 2 / (fan_in + fan_out))


@check(
    "init_weights",
    "He's schemes have the variance 2 / fan_in",
    weight=2,
    hint="Which of the two fans is the number of terms in the sum of one unit?",
)
def test_init_weights_he(sub, rng):
    for scheme in ("he_uniform", "he_normal"):
        _expect_scheme(sub, rng, scheme, lambda fan_in, fan_out: 2 / fan_in)


@check(
    "init_weights",
    "LeCun's scheme has the variance 1 / fan_in",
    hint="LeCun's units lose nothing to a ReLU, so nothing has to be made up for.",
)
def test_init_weights_lecun(sub, rng):
    _expect_scheme(sub, rng, "lecun_normal", lambda fan_in, fan_out: 1 / fan_in)


@check(
    "init_weights",
    "a layer with a single unit, or a single input, has the same variance",
    weight=0.5,
    hint="The head of a binary classifier has one unit; the formulas hold for it as well.",
)
def test_init_weights_single(sub, rng):
    many = int(rng.integers(9000, 11000))
    for scheme, fan_in, fan_out, variance in (
        ("he_normal", many, 1, 2 / many),
        ("he_normal", 1, many, 2.0),
        ("glorot_uniform", many, 1, 2 / (many + 1)),
        ("glorot_uniform", 1, many, 2 / (many + 1)),
    ):
        with sub.unrecorded():
            generator = sub.support.random_generator(int(rng.integers(1 << 30)))
            reply = sub.init_weights(fan_in, fan_out, scheme, generator)
            weights = expect.array(reply, "the weights of %s" % scheme, (fan_in, fan_out))
        found = float(weights.std() / np.sqrt(variance))
        what = "%s for %d by %d" % (scheme, fan_in, fan_out)
        sub.observe("std over wanted std of " + what, round(found, 1))
        told = "the standard deviation of " + what
        expect.that(abs(found - 1) < STD_TOLERANCE, told, "follow from the variance")


@check(
    "init_weights",
    "rng is the only source of randomness",
    hint="The same seed must give the same weights, and the next call other ones.",
)
def test_init_weights_generator(sub, rng):
    seed = int(rng.integers(1 << 30))
    schemes = ("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_normal")
    for scheme in schemes:
        with sub.unrecorded():
            first = sub.support.random_generator(seed)
            replies = [sub.init_weights(20, 30, scheme, first)]
            replies.append(sub.init_weights(20, 30, scheme, first))
            replies.append(sub.init_weights(20, 30, scheme, sub.support.random_generator(seed)))
            replies.append(sub.init_weights(20, 30, scheme, sub.support.random_generator(seed + 1)))
        one, second, again, other = [
            expect.array(reply, "the weights of %s" % scheme, (20, 30)) for reply in replies
        ]
        facts = [np.allclose(one, again), np.allclose(one, second), np.allclose(one, other)]
        sub.observe("same seed, next call, other seed: " + scheme, [bool(fact) for fact in facts])
        what = "the weights of %s" % scheme
        expect.that(facts[0], what, "be the same for two generators with the same seed")
        expect.that(not facts[1], what, "be new ones at the next call with the same generator")
        expect.that(not facts[2], what, "differ for generators with different seeds")


@check(
    "init_weights",
    "an unknown scheme raises ValueError",
    weight=0.5,
    hint="A default for every other name would hide a typing mistake.",
)
def test_init_weights_unknown(sub, rng):
    for scheme in ("xavier_uniform", "he", "lecun_uniform", "normal"):
        with expect.raises("ValueError", "the scheme is %r" % scheme), sub.unrecorded():
            sub.init_weights(4, 3, scheme, sub.support.random_generator(int(rng.integers(1 << 30))))
