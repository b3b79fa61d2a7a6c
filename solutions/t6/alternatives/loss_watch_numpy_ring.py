"""A ring of NumPy numbers that starts at infinity."""

import numpy as np

EXERCISE = "LossWatch"


class LossWatch:
    __slots__ = ("factor", "ring", "seen", "window")

    def __init__(self, factor=10.0, window=5):
        if factor <= 0 or window < 1:
            raise ValueError("factor or window")
        self.factor, self.window = factor, window
        self.ring = np.full(window, np.inf)
        self.seen = 0

    def update(self, loss):
        if not np.isfinite(loss):
            return "nonfinite"
        exploding = loss / self.ring.min() > self.factor
        self.ring[self.seen % self.window] = loss
        self.seen += 1
        return ["ok", "exploding"][int(exploding)]
