"""The norm of the arrays' norms, as a NumPy scalar."""

import numpy as np

EXERCISE = "global_norm"


def global_norm(grads):
    return np.linalg.norm(
        [0.0] + [np.linalg.norm(g.ravel().astype(float)) for g in grads if g is not None]
    )
