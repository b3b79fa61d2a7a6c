"""Walks a flat view and comes back by arithmetic, so entries return only up to rounding."""

import numpy as np

EXERCISE = "numerical_gradient"


def numerical_gradient(f, x, h=1e-5):
    point = np.array(x, dtype="float64")
    flat = point.reshape(-1)
    gradient = np.zeros(flat.size)
    for i in range(flat.size):
        flat[i] += h
        gradient[i] = np.sum(f(point))
        flat[i] -= 2 * h
        gradient[i] -= np.sum(f(point))
        flat[i] += h
    gradient /= 2 * h
    return gradient.reshape(point.shape)
