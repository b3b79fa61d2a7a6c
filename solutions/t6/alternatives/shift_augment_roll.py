"""np.roll, and zeros over what came round the edge; draws image by image."""

import numpy as np

EXERCISE = "shift_augment"


def shift_augment(images, max_shift, rng):
    out = np.array(images)
    for i in range(len(out)):
        dy = int(rng.integers(-max_shift, max_shift + 1))
        dx = int(rng.integers(-max_shift, max_shift, endpoint=True))
        image = np.roll(out[i], (dy, dx), axis=(0, 1))
        if dy > 0:
            image[:dy] = 0
        if dy < 0:
            image[dy:] = 0
        if dx > 0:
            image[:, :dx] = 0
        if dx < 0:
            image[:, dx:] = 0
        out[i] = image
    return out
