"""No loop: shifted indices for all images at once, and a mask for what lies outside."""

import numpy as np

EXERCISE = "shift_augment"


def shift_augment(images, max_shift, rng):
    n, h, w = images.shape
    shifts = np.floor(rng.random((2, n)) * (2 * max_shift + 1)).astype(int) - max_shift
    r = np.arange(h)[None, :] - shifts[0][:, None]
    c = np.arange(w)[None, :] - shifts[1][:, None]
    inside = ((r >= 0) & (r < h))[:, :, None] & ((c >= 0) & (c < w))[:, None, :]
    taken = images[np.arange(n)[:, None, None], (r % h)[:, :, None], (c % w)[:, None, :]]
    return np.where(inside, taken, np.zeros((), images.dtype))
