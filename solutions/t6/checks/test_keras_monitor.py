"""Checks of the parts of `monitor.py` that look at Keras models."""

import numpy as np

from autograder.kit import check, expect

from . import oracles_keras as oracle


@check(
    "layer_gradient_norms",
    "a model of one weight gives the gradient worked out by hand",
    public=True,
    hint="Take the tape's gradient of the loss for the layer's kernel; its L2 norm is the answer.",
)
def test_lgn_by_hand(sub):
    # model(x) = 3 relu(2 x): for x = 0.5, y = 1 the error is 2, so the loss changes with the last
    # kernel by 2 * 2 * relu(1) = 4 and with the first by 2 * 2 * 3 * 0.5 = 6.
    layers = [
        ["Dense", {"units": 1, "activation": "relu", "use_bias": False, "name": "hidden"}],
        ["Dense", {"units": 1, "use_bias": False, "name": "answer"}],
    ]
    model = sub.support.keras_model(layers, [1], [[np.array([[2.0]])], [np.array([[3.0]])]])
    x, y = np.array([[0.5]], dtype="float32"), np.array([[1.0]], dtype="float32")
    norms = sub.layer_gradient_norms(model, x, y, sub.support.mean_squared_error())
    norms = expect.mapping(norms, "what layer_gradient_norms returns", ["hidden", "answer"])
    expect.equal(list(norms), ["hidden", "answer"], "the layers in the answer")
    expect.close(norms, {"hidden": 6.0, "answer": 4.0}, "the norms", rtol=1e-4)


def smooth_draw(rng, layers, inputs, rows, loss, training=False, scale=1.0):
    """Weights and a batch for which no ReLU is near its kink, and what the oracle makes of them."""
    while True:
        weights = oracle.draw_weights(rng, layers, inputs, scale)
        x = rng.normal(size=(rows, *inputs)).astype("float32")
        y = rng.normal(size=(rows, 1)).astype("float32")
        made = oracle.run(layers, weights, x, y, loss, training)
        if made.margin > 1e-3:
            return weights, x, y, made


@check(
    "layer_gradient_norms",
    "norms of kernels only, in layer order, with dropout off and moving averages in use",
    weight=2,
    hint="Call the model with training=False, and ask each layer whether it has a kernel.",
)
def test_lgn_inference_mode(sub, rng):
    layers = [
        ["Dense", {"units": 5, "activation": "relu", "name": "third"}],
        ["BatchNormalization", {"name": "scaled"}],
        ["Dropout", {"rate": 0.5, "name": "thinned"}],
        ["Dense", {"units": 4, "name": "first"}],
        ["Activation", {"activation": "tanh", "name": "bent"}],
        ["Dense", {"units": 1, "name": "second"}],
    ]
    weights, x, y, made = smooth_draw(rng, layers, [3], 6, "lopsided_error")
    model = sub.support.keras_model(layers, [3], weights)
    norms = sub.layer_gradient_norms(model, x, y, sub.support.lopsided_error())
    wanted = oracle.kernel_norms(layers, made.gradients)
    norms = expect.mapping(norms, "what layer_gradient_norms returns", list(wanted))
    expect.equal(list(norms), list(wanted), "the layers in the answer")
    expect.close(norms, wanted, "the norms", rtol=1e-4)
