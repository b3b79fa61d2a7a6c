"""Keeps every value and runs the rule over all of them at each update."""

import numpy as np

EXERCISE = "EarlyStopping"


class EarlyStopping:
    def __init__(self, patience=10, min_delta=0.0, mode="min"):
        if mode not in {"min", "max"}:
            raise ValueError(mode)
        self.patience = patience
        self.min_delta = min_delta
        self.mode = mode
        self.values = []
        self.best_weights = None

    def _best(self):
        best = None
        for epoch, value in enumerate(self.values):
            if np.isnan(value):
                continue
            if (
                best is None
                or (self.mode == "min" and value < self.values[best] - self.min_delta)
                or (self.mode == "max" and value > self.values[best] + self.min_delta)
            ):
                best = epoch
        return best

    @property
    def best_epoch(self):
        return self._best()

    @property
    def best_value(self):
        best = self._best()
        return None if best is None else np.float64(self.values[best])

    def update(self, value, weights):
        self.values.append(value)
        newest = len(self.values) - 1
        best = self._best()
        if best == newest:
            self.best_weights = [w.copy() for w in weights]
        waited = newest - (-1 if best is None else best)
        return np.bool_(newest > 0 and waited >= max(self.patience, 1))
