"""Early stopping against hand-worked sequences and Keras; the diagnosis of a history."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

NAN = float("nan")
VALUES = [1.0, 0.8, 0.9, 0.85, 0.95, 0.7, 0.9]


def feed(stopping, values):
    """Number of epochs until it stops, or None."""
    for epoch, value in enumerate(values):
        if stopping.update(value, [np.array([float(epoch)])]):
            return epoch + 1
    return None


@pytest.mark.parametrize(
    ("values", "settings_", "stops_after", "best_epoch"),
    [
        (VALUES, {"patience": 0}, 3, 1),
        (VALUES, {"patience": 1}, 3, 1),
        (VALUES, {"patience": 2}, 4, 1),
        (VALUES, {"patience": 3}, 5, 1),
        (VALUES, {"patience": 5}, None, 5),
        ([-v for v in VALUES], {"patience": 2, "mode": "max"}, 4, 1),
        ([1.0, NAN, NAN, 0.5], {"patience": 2}, 3, 0),
        ([1.0, 0.95, 0.91, 0.88, 0.8], {"patience": 2, "min_delta": 0.1}, 3, 0),
        ([NAN, 0.5, 0.4], {"patience": 1}, None, 2),
        ([NAN, NAN, 0.5], {"patience": 1}, 2, None),
        ([NAN, NAN, 0.5, 0.6], {"patience": 3}, None, 2),
        ([0.5], {"patience": 0}, None, 0),
    ],
)
def test_sequences(regularization, values, settings_, stops_after, best_epoch):
    stopping = regularization.EarlyStopping(**settings_)
    assert feed(stopping, values) == stops_after
    assert stopping.best_epoch == best_epoch
    if best_epoch is None:
        assert stopping.best_value is None and stopping.best_weights is None
    else:
        assert stopping.best_value == values[best_epoch]
        assert stopping.best_weights[0].tolist() == [best_epoch]


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.integers(0, 20).map(lambda n: n / 4), min_size=1, max_size=15),
    patience=st.integers(0, 4),
    min_delta=st.sampled_from([0.0, 0.6]),
    mode=st.sampled_from(["min", "max"]),
)
def test_agrees_with_keras_on_finite_values(regularization, values, patience, min_delta, mode):
    keras = pytest.importorskip("tensorflow").keras

    class Model:
        stop_training = False

        def get_weights(self):
            return []

    theirs = keras.callbacks.EarlyStopping(
        monitor="value", patience=patience, min_delta=min_delta, mode=mode
    )
    theirs.set_model(Model())
    theirs.on_train_begin()
    ours = regularization.EarlyStopping(patience, min_delta, mode)
    for epoch, value in enumerate(values):
        theirs.on_epoch_end(epoch, {"value": value})
        stop = ours.update(value, [])
        assert stop is theirs.model.stop_training
        assert ours.best_value == theirs.best
        if stop:
            break


def test_best_weights_are_copies(regularization):
    stopping = regularization.EarlyStopping()
    weights = [np.ones(2), np.zeros((2, 2), np.float32)]
    stopping.update(1.0, weights)
    weights[0][:] = 9.0
    weights[1] += 1.0
    stopping.update(2.0, weights)
    np.testing.assert_array_equal(stopping.best_weights[0], [1.0, 1.0])
    np.testing.assert_array_equal(stopping.best_weights[1], np.zeros((2, 2)))
    assert stopping.best_weights[1].dtype == np.float32


@pytest.mark.parametrize("bad", [{"patience": -1}, {"min_delta": -0.1}, {"mode": "auto"}])
def test_bad_arguments_are_named(regularization, bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        regularization.EarlyStopping(**bad)


@pytest.mark.parametrize(
    ("loss", "val_loss", "diagnosis"),
    [
        ([0.2], [0.25], "good fit"),
        ([0.2], [0.4], "overfitting"),
        ([0.8], [0.8], "underfitting"),
        ([0.8], [1.2], "overfitting"),
        ([0.9], [0.2], "underfitting"),
        ([0.2, NAN], [0.2, 0.2], "diverged"),
        ([0.2, 0.2], [np.inf, 0.2], "diverged"),
        # Only the last ten epochs count.
        ([9.0] * 5 + [0.2] * 10, [NAN] * 5 + [0.25] * 10, "good fit"),
        ([0.2] * 9 + [0.3], [0.2] * 9 + [1.5], "overfitting"),
        ([0.2] * 10 + [0.3], [9.0] + [0.2] * 10, "good fit"),
    ],
)
def test_diagnosis(regularization, loss, val_loss, diagnosis):
    assert regularization.diagnose_fit({"loss": loss, "val_loss": val_loss}) == diagnosis


def test_limits_of_the_diagnosis_can_be_moved(regularization):
    history = {"loss": [0.3], "val_loss": [0.5]}
    assert regularization.diagnose_fit(history, gap=0.3) == "good fit"
    assert regularization.diagnose_fit(history, gap=0.3, high_loss=0.2) == "underfitting"


@pytest.mark.parametrize(
    "history",
    [
        {"loss": [], "val_loss": []},
        {"loss": [1.0], "val_loss": []},
        {"loss": [1.0, 2.0], "val_loss": [1.0]},
        {"loss": [1.0]},
    ],
)
def test_histories_that_cannot_be_read_are_refused(regularization, history):
    with pytest.raises(ValueError, match="val_loss"):
        regularization.diagnose_fit(history)
