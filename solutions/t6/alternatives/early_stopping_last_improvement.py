"""Remembers when it last improved instead of counting."""

import math

import numpy as np

EXERCISE = "EarlyStopping"


class EarlyStopping:
    __slots__ = ("best_epoch", "best_value", "best_weights", "min_delta", "mode", "n", "patience")

    def __init__(self, patience=10, min_delta=0.0, mode="min"):
        if mode != "min" and mode != "max":
            raise ValueError("mode must be min or max")
        self.patience = patience
        self.min_delta = min_delta
        self.mode = mode
        self.best_value = math.nan
        self.best_epoch = -1
        self.best_weights = []
        self.n = 0

    def _improves(self, value):
        if math.isnan(value):
            return False
        if math.isnan(self.best_value):
            return True
        gain = self.best_value - value if self.mode == "min" else value - self.best_value
        return gain > self.min_delta

    def update(self, value, weights):
        now, self.n = self.n, self.n + 1
        if self._improves(value):
            self.best_value, self.best_epoch = value, now
            self.best_weights = tuple(np.copy(w) for w in weights)
        return bool(now > 0 and now - self.best_epoch >= (self.patience or 1))
