"""Turns max into min by a sign and starts from infinity."""

import copy

EXERCISE = "EarlyStopping"


class EarlyStopping:
    def __init__(self, patience=10, min_delta=0.0, mode="min"):
        if mode not in ("min", "max"):
            raise ValueError("mode")
        if patience < 0 or min_delta < 0:
            raise ValueError("patience or min_delta")
        self.patience, self.min_delta, self.mode = patience, min_delta, mode
        self.sign = 1 if mode == "min" else -1
        self.best_value = self.sign * float("inf")
        self.best_epoch = None
        self.best_weights = None
        self.epoch = -1
        self.wait = 0

    def update(self, value, weights):
        self.epoch += 1
        if self.sign * value < self.sign * self.best_value - self.min_delta:
            self.best_value = value
            self.best_epoch = self.epoch
            self.best_weights = copy.deepcopy(weights)
            self.wait = 0
            return False
        self.wait += 1
        return self.epoch > 0 and self.wait >= max(1, self.patience)
