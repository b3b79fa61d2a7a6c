# T6: Gradient Descent Optimization, version 1.0.0
# A good start (file 4 of 7)
#
# Write your code where a line raises NotImplementedError: replace that line and keep the rest.
# In this file:
#   init_weights: 5 points, about 25 minutes
# Check yourself as often as you like:
#   python check.py init_weights
# Hints are shown one by one, when you ask: 1 is an idea, 2 a formula, 3 pseudo-code.
#   python check.py --hint init_weights 1

"""Weight initialization, and how far a signal gets through a stack of layers with it."""

import numpy as np


def init_weights(fan_in: int, fan_out: int, scheme: str, rng: np.random.Generator) -> np.ndarray:
    """Draw the weights of a dense layer so that the signal keeps its size from layer to layer.

    Formulas, for the variance of one weight: Glorot `2 / (fan_in + fan_out)`, He `2 / fan_in`,
    LeCun `1 / fan_in`. A uniform draw from [-limit, limit] has the variance `limit^2 / 3`, so
    `limit = sqrt(3 * variance)`.

    Args:
        fan_in: int >= 1, number of inputs of the layer.
        fan_out: int >= 1, number of its units.
        scheme: `"glorot_uniform"`, `"glorot_normal"`, `"he_uniform"`, `"he_normal"` or
            `"lecun_normal"`.
        rng: `numpy.random.Generator`, the only source of randomness.

    Returns:
        float64 array of shape (fan_in, fan_out) with mean 0. Normal draws are not truncated here
        (Keras truncates at two standard deviations and widens to make up for it).

    Raises:
        ValueError: `scheme` is unknown, or a fan is less than 1.

    Reference:
        Glorot and Bengio (2010), Understanding the Difficulty of Training Deep Feedforward Neural
        Networks, equations 12 and 16; He, Zhang, Ren and Sun (2015), Delving Deep into Rectifiers,
        equation 10; LeCun, Bottou, Orr and Mueller (1998), Efficient BackProp, section 4.6.

    Example:
        For 400 inputs and 100 units the standard deviations are sqrt(2/500) = 0.0632 (Glorot),
        sqrt(2/400) = 0.0707 (He) and sqrt(1/400) = 0.05 (LeCun).

        >>> w = init_weights(400, 100, "he_normal", np.random.default_rng(0))
        >>> w.shape, round(float(w.std()), 3)
        ((400, 100), 0.071)
    """
    # TODO: look up the variance of the scheme, then draw from the distribution in its name.
    raise NotImplementedError(
        "init_weights: look up the variance of the scheme, then draw from the distribution in its "
        "name."
    )


def propagate(x, weights: list, activation: str) -> list:
    """Send a batch through a stack of layers without biases, and keep what each puts out (given).

    Args:
        x: batch of inputs, shape (n, d).
        weights: list of matrices; the first has d rows, each next one as many rows as its
            predecessor has columns.
        activation: `"linear"`, `"relu"`, `"sigmoid"` or `"tanh"`, applied after every matrix.

    Returns:
        list with one float64 array of shape (n, columns) per matrix.

    Raises:
        ValueError: `activation` is unknown.

    Example:
        >>> x = np.array([[1.0, -1.0]])
        >>> [a.tolist() for a in propagate(x, [np.eye(2), 2.0 * np.eye(2)], "relu")]
        [[[1.0, 0.0]], [[2.0, 0.0]]]
    """
    functions = {
        "linear": lambda z: z,
        "relu": lambda z: np.maximum(z, 0.0),
        # The tanh form of the sigmoid does not overflow for large negative z.
        "sigmoid": lambda z: 0.5 * (1.0 + np.tanh(0.5 * z)),
        "tanh": np.tanh,
    }
    if activation not in functions:
        raise ValueError(f"activation must be one of {', '.join(functions)}, got {activation!r}")
    activations = []
    signal = np.asarray(x, dtype=np.float64)
    for matrix in weights:
        signal = functions[activation](signal @ np.asarray(matrix, dtype=np.float64))
        activations.append(signal)
    return activations


def activation_stats(activations: list) -> list:
    """Summarize every layer's activations in three numbers (given).

    Args:
        activations: list of arrays, as `propagate` returns it.

    Returns:
        list with one dict of floats per layer: `"mean"`, `"std"` and `"zero_fraction"`, the share
        of entries that are exactly 0.

    Example:
        >>> activation_stats([np.array([[1.0, 0.0], [3.0, 0.0]])])[0]["zero_fraction"]
        0.5
    """
    return [
        {
            "mean": float(np.mean(layer)),
            "std": float(np.std(layer)),
            "zero_fraction": float(np.mean(np.asarray(layer) == 0)),
        }
        for layer in activations
    ]
