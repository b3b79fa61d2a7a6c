"""Two sums and one comprehension; the penalty is a NumPy scalar, the result a list."""

import numpy as np

EXERCISE = "l1_l2_penalty"


def l1_l2_penalty(kernels, l1=0.0, l2=0.0):
    if not (l1 >= 0 and l2 >= 0):
        raise ValueError("l1 and l2 must not be negative")
    arrays = [k if k.dtype.kind == "f" else k.astype(np.float64) for k in kernels]
    penalty = np.float64(0) + sum(
        l1 * np.linalg.norm(w.ravel(), 1) + l2 * np.dot(w.ravel(), w.ravel()) for w in arrays
    )
    return [penalty, [(l1 * np.sign(w) + l2 * w + l2 * w).astype(w.dtype) for w in arrays]]
