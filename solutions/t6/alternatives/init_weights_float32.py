"""float32 draws."""

import numpy as np

EXERCISE = "init_weights"


def init_weights(fan_in, fan_out, scheme, rng):
    if scheme not in {"glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_normal"}:
        raise ValueError(scheme)
    if scheme.startswith("glorot"):
        std = np.sqrt(np.float32(2) / (fan_in + fan_out))
    else:
        std = np.sqrt(np.float32(2 if scheme.startswith("he") else 1) / fan_in)
    if scheme.endswith("uniform"):
        draws = rng.random(size=(fan_in, fan_out), dtype=np.float32) - np.float32(0.5)
        return (draws * np.float32(std * np.sqrt(12))).astype(np.float32)
    draws = rng.standard_normal(size=(fan_in, fan_out), dtype=np.float32)
    return (draws * std).astype(np.float32)
