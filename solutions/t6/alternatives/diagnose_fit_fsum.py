"""Plain Python lists and math.fsum."""

import math

EXERCISE = "diagnose_fit"


def diagnose_fit(history, gap=0.1, high_loss=0.5):
    train, val = list(history["loss"]), list(history["val_loss"])
    if not train or len(train) != len(val):
        raise ValueError("loss and val_loss")
    train, val = train[-10:], val[-10:]
    if not all(map(math.isfinite, train + val)):
        return "diverged"
    train_mean, val_mean = math.fsum(train) / len(train), math.fsum(val) / len(val)
    if val_mean - train_mean > gap:
        return "overfitting"
    if train_mean > high_loss:
        return "underfitting"
    return "good fit"
