"""Feature by feature, with plain sums."""

import math

import numpy as np

EXERCISE = "batchnorm_forward"


def batchnorm_forward(
    x, gamma, beta, moving_mean, moving_var, momentum=0.99, eps=1e-3, training=True
):
    if not 0 <= momentum < 1:
        raise ValueError("momentum")
    if eps < 0:
        raise ValueError("eps")
    n, features = x.shape
    for name, array in [
        ("gamma", gamma),
        ("beta", beta),
        ("mean", moving_mean),
        ("var", moving_var),
    ]:
        if array.shape != (features,):
            raise ValueError(name)
    dtype = x.dtype if x.dtype.kind == "f" else np.float64
    y = np.empty(x.shape, dtype)
    means = np.array(
        moving_mean, dtype=moving_mean.dtype if moving_mean.dtype.kind == "f" else float
    )
    variances = np.array(
        moving_var, dtype=moving_var.dtype if moving_var.dtype.kind == "f" else float
    )
    for j in range(features):
        mean, var = float(moving_mean[j]), float(moving_var[j])
        if training:
            column = [float(v) for v in x[:, j]]
            mean = sum(column) / n
            var = sum((v - mean) ** 2 for v in column) / n
            means[j] = momentum * float(moving_mean[j]) + (1 - momentum) * mean
            variances[j] = momentum * float(moving_var[j]) + (1 - momentum) * var
        for i in range(n):
            y[i, j] = gamma[j] * (x[i, j] - mean) / math.sqrt(var + eps) + beta[j]
    return y, means, variances
