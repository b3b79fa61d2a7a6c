"""Scale and shift folded into one affine map, averages moved by a difference."""

import numpy as np

EXERCISE = "batchnorm_forward"


def batchnorm_forward(
    x, gamma, beta, moving_mean, moving_var, momentum=0.99, eps=1e-3, training=True
):
    if momentum < 0 or momentum >= 1 or eps < 0:
        raise ValueError("momentum or eps")
    for array in (gamma, beta, moving_mean, moving_var):
        if np.shape(array) != np.shape(x)[1:]:
            raise ValueError("shapes differ")

    def floating(array):
        return np.array(array, dtype=array.dtype if array.dtype.kind == "f" else np.float64)

    x, new_mean, new_var = floating(x), floating(moving_mean), floating(moving_var)
    mean, var = (np.mean(x, 0), np.var(x, 0)) if training else (new_mean, new_var)
    scale = gamma / np.sqrt(var + eps)
    y = (x * scale + (beta - mean * scale)).astype(x.dtype)
    if training:
        new_mean += ((mean - new_mean) * (1 - momentum)).astype(new_mean.dtype)
        new_var += ((var - new_var) * (1 - momentum)).astype(new_var.dtype)
    return [y, new_mean, new_var]
