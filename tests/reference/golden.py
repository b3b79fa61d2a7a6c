"""Inputs that separate right from nearly right, with answers that other programs computed.

Five steps of gradients that change sign, from 1e-3 to 10 in size, one coordinate always zero.
"""

import numpy as np

START = np.array([1, -2, 0.5, 3, -0.1, 0.2])
GRADIENTS = np.array(
    [
        [0.5, -1e-3, 10, 0, 0.03, -0.2],
        [-0.4, 2e-3, -8, 0, 0.05, 0.1],
        [0.3, -1e-3, 1, 0, -0.2, 0],
        [0, 4e-3, 0.1, 0, 0.3, 0.3],
        [0.9, 1e-3, -3, 0, -0.1, -0.4],
    ]
)
AFTER_FIVE_STEPS = {
    "Adam": [0.91188629, -2.00128074, 0.46157463, 3, -0.12637416, 0.23222173],
    "RMSprop": [0.85649278, -2.00244928, 0.48837472, 3, -0.11922933, 0.22889015],
    "Adagrad": [0.93060647, -2.00238255, 0.48852472, 3, -0.11669328, 0.21712539],
    "Momentum": [0.91148, -2.00037432, 0.2616, 3, -0.1082984, 0.208176],
    "Nesterov": [0.881888, -2.00047459, 0.35196, 3, -0.10897904, 0.2149056],
}


def build(optimizers, name, **changes):
    """Make the optimizer `name` with the settings the golden numbers were computed with."""
    settings = {
        "SGD": {},
        "Momentum": {"momentum": 0.6},
        "Nesterov": {"momentum": 0.6, "nesterov": True},
        "Adagrad": {"epsilon": 0.1},
        "RMSprop": {"rho": 0.8, "epsilon": 0.1},
        "Adam": {"beta_1": 0.7, "beta_2": 0.8, "epsilon": 0.1},
    }[name]
    cls = getattr(optimizers, "Momentum" if name == "Nesterov" else name)
    return cls(**{"learning_rate": 0.05, **settings, **changes})


def run(optimizer, start=START, gradients=GRADIENTS):
    """Feed all gradients to the optimizer and return the last parameters."""
    params = {"w": np.array(start)}
    for gradient in gradients:
        params = optimizer.step(params, {"w": np.array(gradient)})
    return params["w"]
