"""Checks of `clipped_train_step`, the part of `clipping.py` that trains a Keras model."""
import numpy as np
from checkkit import check, expect

KEYS = ("loss", "norm_before", "norm_after")


def answer(step, what):
    """The three numbers of one training step."""
    found = expect.mapping(step, what, KEYS)
    return {key: expect.number(found[key], "%r of %s" % (key, what)) for key in KEYS}


@check(
    "clipped_train_step",
    "one weight: loss, both norms and the new weight are those worked out by hand",
    public=True,
    hint="Gradient 8, clipped to 1, times the rate 0.1: the weight moves from 1 to 0.9.",
)
def test_cts_by_hand(sub):
    layers = [["Dense", {"units": 1, "use_bias": False}]]
    model = sub.support.keras_model(layers, [1], [[np.array([[1.0]])]])
    optimizer = sub.support.keras_optimizer("SGD", {"learning_rate": 0.1})
    x, y = np.array([[2.0]], dtype="float32"), np.array([[0.0]], dtype="float32")
    loss = sub.support.mean_squared_error()
    step = answer(sub.clipped_train_step(model, optimizer, x, y, loss, 1.0), "the step")
    wanted = {"loss": 4.0, "norm_before": 8.0, "norm_after": 1.0}
    expect.close(step, wanted, "the step", rtol=1e-4)
    weights = sub.support.model_weights(model)
    expect.close(weights, [[np.array([[0.9]])]], "the weight after the step", rtol=1e-4)


@check(
    "clipped_train_step",
    "a limit that is not greater than 0 is refused",
    public=True,
    weight=0.5,
    hint="Check max_norm before anything else; raise ValueError.",
)
def test_cts_bad_limit(sub):
    layers = [["Dense", {"units": 1, "use_bias": False}]]
    model = sub.support.keras_model(layers, [1], [[np.array([[1.0]])]])
    optimizer = sub.support.keras_optimizer("SGD", {"learning_rate": 0.1})
    x, y = np.array([[2.0]], dtype="float32"), np.array([[0.0]], dtype="float32")
    loss = sub.support.mean_squared_error()
    for limit in (0.0, -1.0):
        with expect.raises("ValueError", "max_norm is %g" % limit):
            sub.clipped_train_step(model, optimizer, x, y, loss, limit)
    weights = sub.support.model_weights(model)
    expect.close(weights, [[np.array([[1.0]])]], "the weight after a refused step")
