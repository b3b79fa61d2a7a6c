"""A deque that is cut by hand, and a property for the threshold."""

from collections import deque

EXERCISE = "LossWatch"


class LossWatch:
    def __init__(self, factor=10.0, window=5):
        self.factor = factor
        self.window = window
        self._recent = deque()

    @property
    def threshold(self):
        return self.factor * min(self._recent, default=float("inf"))

    def update(self, loss):
        if loss != loss or loss in (float("inf"), float("-inf")):
            return "nonfinite"
        verdict = "exploding" if loss > self.threshold else "ok"
        self._recent.append(loss)
        while len(self._recent) > self.window:
            self._recent.popleft()
        return verdict
