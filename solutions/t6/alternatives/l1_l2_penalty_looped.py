"""Entry by entry, the sign by comparison."""

import numpy as np

EXERCISE = "l1_l2_penalty"


def l1_l2_penalty(kernels, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("l1 or l2")
    total, gradients = 0.0, []
    for kernel in kernels:
        dtype = kernel.dtype if kernel.dtype.kind == "f" else np.float64
        gradient = np.zeros(kernel.shape, dtype)
        for index, w in np.ndenumerate(kernel):
            w = float(w)
            total += l1 * abs(w) + l2 * w * w
            gradient[index] = l1 * ((w > 0) - (w < 0)) + l2 * 2 * w
        gradients.append(gradient)
    return total, gradients
