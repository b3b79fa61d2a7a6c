"""Normal draws truncated at two standard deviations and widened to make up for it, as in Keras."""

import numpy as np

EXERCISE = "init_weights"


def _truncated(rng, std, size):
    draws = rng.normal(size=size)
    while np.any(np.abs(draws) > 2):
        outside = np.abs(draws) > 2
        draws[outside] = rng.normal(size=int(outside.sum()))
    return draws * std / 0.87962566103423978


def init_weights(fan_in, fan_out, scheme, rng):
    size = (fan_in, fan_out)
    if scheme == "glorot_uniform":
        limit = np.sqrt(6.0 / (fan_in + fan_out))
        return rng.uniform(-limit, limit, size)
    if scheme == "he_uniform":
        limit = np.sqrt(6.0 / fan_in)
        return rng.uniform(-limit, limit, size)
    if scheme == "glorot_normal":
        return _truncated(rng, np.sqrt(2.0 / (fan_in + fan_out)), size)
    if scheme == "he_normal":
        return _truncated(rng, np.sqrt(2.0 / fan_in), size)
    if scheme == "lecun_normal":
        return _truncated(rng, np.sqrt(1.0 / fan_in), size)
    raise ValueError("scheme")
