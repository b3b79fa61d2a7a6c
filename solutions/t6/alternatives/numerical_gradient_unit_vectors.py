"""Steps along the rows of an identity matrix, without touching x."""

import numpy as np

EXERCISE = "numerical_gradient"


def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x, dtype=np.float64)
    units = np.eye(x.size).reshape((x.size, *x.shape))
    slopes = [
        (np.squeeze(f(x + h * unit)) - np.squeeze(f(x - h * unit))) / (2 * h) for unit in units
    ]
    return np.array(slopes).reshape(x.shape)
