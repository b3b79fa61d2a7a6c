"""The statistics module, on the reversed lists."""

import statistics
from itertools import islice

EXERCISE = "diagnose_fit"


def diagnose_fit(history, gap=0.1, high_loss=0.5):
    lengths = {len(history[name]) for name in ("loss", "val_loss")}
    if len(lengths) != 1 or 0 in lengths:
        raise ValueError("the lists must have one length, not 0")
    train = list(islice(reversed(history["loss"]), 10))
    val = list(islice(reversed(history["val_loss"]), 10))
    for value in train + val:
        if value != value or abs(value) == float("inf"):
            return "diverged"
    distance = statistics.fmean(val) - statistics.fmean(train)
    if distance > gap:
        return "overfitting"
    return "underfitting" if statistics.fmean(train) > high_loss else "good fit"
