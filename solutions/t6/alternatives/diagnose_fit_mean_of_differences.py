"""The mean of the differences, and NaN that spreads through the sums."""

import numpy as np

EXERCISE = "diagnose_fit"


def diagnose_fit(history, gap=0.1, high_loss=0.5):
    if len(history["loss"]) != len(history["val_loss"]) or len(history["loss"]) == 0:
        raise ValueError("history")
    loss = np.asarray(history["loss"], dtype=float)[-10:]
    val_loss = np.asarray(history["val_loss"], dtype=float)[-10:]
    with np.errstate(invalid="ignore"):
        total = np.abs(loss).sum() + np.abs(val_loss).sum()
    if np.isnan(total) or np.isinf(total):
        return "diverged"
    verdicts = [
        (np.mean(val_loss - loss) > gap, "overfitting"),
        (np.mean(loss) > high_loss, "underfitting"),
        (True, "good fit"),
    ]
    return next(word for holds, word in verdicts if holds)
