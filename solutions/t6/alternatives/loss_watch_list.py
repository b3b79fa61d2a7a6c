"""A plain list of every finite loss, of which the last few count."""

import math

EXERCISE = "LossWatch"


class LossWatch:
    def __init__(self, factor=10.0, window=5):
        self.factor = factor
        self.window = window
        self.losses = []

    def update(self, loss):
        if math.isnan(loss) or math.isinf(loss):
            return "nonfinite"
        recent = self.losses[-self.window :]
        self.losses.append(loss)
        if recent and loss > self.factor * min(recent):
            return "exploding"
        return "ok"
