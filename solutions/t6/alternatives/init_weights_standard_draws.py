"""Standard draws, scaled afterwards."""

import numpy as np

EXERCISE = "init_weights"

VARIANCES = {
    "glorot": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    "he": lambda fan_in, fan_out: 2 / fan_in,
    "lecun": lambda fan_in, fan_out: 1 / fan_in,
}
KNOWN = ["glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_normal"]


def init_weights(fan_in, fan_out, scheme, rng):
    if scheme not in KNOWN:
        raise ValueError("scheme: unknown %r" % scheme)
    name, kind = scheme.split("_")
    std = np.sqrt(VARIANCES[name](fan_in, fan_out))
    if kind == "normal":
        return rng.standard_normal((fan_in, fan_out)) * std
    return (2 * rng.random((fan_in, fan_out)) - 1) * std * np.sqrt(3)
