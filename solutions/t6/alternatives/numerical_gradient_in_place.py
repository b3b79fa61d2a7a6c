"""Perturbs the caller's own array with nditer and puts every entry back."""

import numpy as np

EXERCISE = "numerical_gradient"


def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x, dtype=np.float64)  # the caller's array itself, when it is float64
    grad = np.empty_like(x)
    visit = np.nditer(x, flags=["multi_index"])
    while not visit.finished:
        index = visit.multi_index
        old = x[index]
        x[index] = old + h
        plus = float(np.asarray(f(x)).reshape(()))
        x[index] = old - h
        minus = float(np.asarray(f(x)).reshape(()))
        x[index] = old
        grad[index] = (plus - minus) / (2.0 * h)
        visit.iternext()
    return grad
