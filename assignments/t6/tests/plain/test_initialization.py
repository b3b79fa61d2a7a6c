"""Checks of `initialization.py`: the size and the kind of the random numbers, not the numbers."""
import numpy as np
from checkkit import check, expect


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
