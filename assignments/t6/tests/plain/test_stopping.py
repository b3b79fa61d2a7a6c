"""Checks of `regularization.py`: early stopping, and reading a training history."""
import numpy as np
from checkkit import check, expect


@check(
    "EarlyStopping",
    "training stops after patience epochs in a row without an improvement",
    public=True,
    hint="An improvement starts the waiting over.",
)
def test_early_stopping_example(sub):
    stopping = sub.EarlyStopping(patience=2)
    values = [1.0, 0.8, 0.9, 0.75, 0.95, 0.85]
    replies = [stopping.update(value, [np.array([value])]) for value in values]
    wanted = [False, False, False, False, False, True]
    expect.equal(replies, wanted, "what update returns for 1, 0.8, 0.9, 0.75, 0.95, 0.85")
    expect.close(stopping.get("best_value"), 0.75, "best_value")
    expect.equal(stopping.get("best_epoch"), 3, "best_epoch, counted from 0")
    expect.close(stopping.get("best_weights"), [np.array([0.75])], "best_weights")


@check(
    "EarlyStopping",
    "NaN is no improvement",
    public=True,
    hint="Ask whether a value is better, not whether it is worse.",
)
def test_early_stopping_nan_example(sub):
    stopping, other = sub.EarlyStopping(patience=2), sub.EarlyStopping(patience=2)
    values = [1.0] + 3 * [float("nan")]
    weights = [[np.array([1.0])]] * 4
    replies = _update(stopping, values, weights)
    wanted = _update(other, [1.0, 2.0, 2.0, 2.0], weights)
    expect.that(True in wanted, "what update returns for 1, 2, 2, 2", "be True in the end")
    expect.equal(replies, wanted, "what update returns for 1 and three NaN, beside 1, 2, 2, 2")
    expect.close(stopping.get("best_value"), 1.0, "best_value")
    expect.equal(stopping.get("best_epoch"), 0, "best_epoch")


def _update(stopping, values, weights):
    """What `update` returns for each value, as booleans."""
    replies = [stopping.update(value, kept) for value, kept in zip(values, weights)]
    return [expect.boolean(reply, "what update returns") for reply in replies]


@check(
    "diagnose_fit",
    "four short histories get their four names",
    public=True,
    hint="The docstring names the rules in the order in which they are asked.",
)
def test_diagnose_fit_examples(sub):
    histories = {
        "good fit": {"loss": [0.9, 0.3, 0.2], "val_loss": [0.9, 0.35, 0.25]},
        "overfitting": {"loss": [0.9, 0.2, 0.1], "val_loss": [0.9, 0.8, 0.9]},
        "underfitting": {"loss": [0.9, 0.8, 0.8], "val_loss": [0.9, 0.85, 0.8]},
        "diverged": {"loss": [0.9, float("nan"), 0.1], "val_loss": [0.9, 0.2, 0.2]},
    }
    for name, history in histories.items():
        expect.equal(sub.diagnose_fit(history), name, "the diagnosis of %r" % (history,))
