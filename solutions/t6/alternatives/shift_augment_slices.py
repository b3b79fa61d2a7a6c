"""Copies the overlapping rectangle into zeros; all rows' shifts are drawn before the columns'."""

import numpy as np

EXERCISE = "shift_augment"


def shift_augment(images, max_shift, rng):
    n, h, w = images.shape
    rows = rng.integers(-max_shift, max_shift + 1, size=n)
    columns = rng.integers(-max_shift, max_shift + 1, size=n)
    out = np.zeros_like(images)
    for image, target, r, c in zip(images, out, rows, columns):
        target[max(r, 0) : h + min(r, 0), max(c, 0) : w + min(c, 0)] = image[
            max(-r, 0) : h - max(r, 0), max(-c, 0) : w - max(c, 0)
        ]
    return out
