"""np.count_nonzero and the centred sigmoid."""

import numpy as np

EXERCISE = "activation_report"


def activation_report(activations, kind):
    nonzero = np.count_nonzero(activations, axis=0)
    if kind == "relu":
        saturated = 0.0
    elif kind == "sigmoid":
        saturated = np.mean(np.abs(activations - 0.5) > 0.47)
    elif kind == "tanh":
        saturated = ((activations > 0.97) | (activations < -0.97)).mean()
    else:
        raise ValueError("kind must be relu, sigmoid or tanh")
    return {
        "zero_fraction": 1.0 - nonzero.sum() / np.size(activations),
        "dead_units": (nonzero == 0).sum(),
        "saturated_fraction": saturated,
    }
