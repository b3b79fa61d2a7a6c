"""Recompute in NumPy, in float64, what small Keras models do: trusted side only, no TensorFlow.

A network is what `support.keras_model` takes: a list of ``[kind, settings]`` and one list of arrays
per layer. Keras's conventions hold: penalties without a half, batch normalization with a momentum
on the old value, a biased variance and epsilon inside the root.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Layer = Sequence[Any]
Weights = list[list[np.ndarray]]

BATCH_NORM = {"momentum": 0.99, "epsilon": 1e-3}


def _relu(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.maximum(z, 0.0), (z > 0).astype(float)


def _sigmoid(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    a = 0.5 * (1.0 + np.tanh(0.5 * z))
    return a, a * (1.0 - a)


def _tanh(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    a = np.tanh(z)
    return a, 1.0 - a**2


def _linear(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return z, np.ones_like(z)


ACTIVATIONS: dict[str, Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]] = {
    "relu": _relu,
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "linear": _linear,
}


def _squared(y: np.ndarray, p: np.ndarray) -> tuple[float, np.ndarray]:
    return float(np.mean((p - y) ** 2)), 2.0 * (p - y) / p.size


def _lopsided(y: np.ndarray, p: np.ndarray) -> tuple[float, np.ndarray]:
    scale = 1.0 + y**2
    return float(np.mean((p - y) ** 2 * scale)), 2.0 * (p - y) * scale / p.size


def _cross_entropy(y: np.ndarray, p: np.ndarray) -> tuple[float, np.ndarray]:
    p = np.clip(p, 1e-7, 1.0 - 1e-7)
    value = -np.mean(y * np.log(p) + (1.0 - y) * np.log(1.0 - p))
    return float(value), (p - y) / (p * (1.0 - p)) / p.size


LOSSES: dict[str, Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray]]] = {
    "mean_squared_error": _squared,
    "lopsided_error": _lopsided,
    "binary_crossentropy": _cross_entropy,
}


@dataclass(frozen=True)
class Pass:
    """What one forward and backward pass gives.

    Attributes:
        prediction: the network's output.
        loss: the loss with all penalties.
        gradients: of the loss, as the weights are given: one list of arrays per layer. Moving
            averages have a gradient of zero.
        weights: the weights after the pass; only moving averages differ, and only in training.
        margin: smallest distance of a ReLU's input from its kink, infinite without a ReLU.
    """

    prediction: np.ndarray
    loss: float
    gradients: Weights
    weights: Weights
    margin: float


def run(
    layers: Sequence[Layer],
    weights: Weights,
    x: np.ndarray,
    y: np.ndarray,
    loss: str,
    training: bool = False,
) -> Pass:
    """Run a network forward and backward. Dropout is the identity, also in training.

    Args:
        layers: as for `support.keras_model`: Dense, Conv2D (valid, stride 1), BatchNormalization,
            Activation, ReLU, Dropout, Flatten.
        weights: one list of arrays per layer, in Keras's order.
        x: batch of inputs.
        y: targets, of the shape of the output.
        loss: a key of `LOSSES`.
        training: whether batch normalization uses the batch.
    """
    flow = np.asarray(x, dtype=np.float64)
    after: Weights = [[np.asarray(w, dtype=np.float64) for w in own] for own in weights]
    steps: list[Callable[[np.ndarray], tuple[np.ndarray, list[np.ndarray]]]] = []
    margin = np.inf
    penalty = 0.0
    for index, (kind, settings) in enumerate(layers):
        own = after[index]
        name = _activation(kind, settings)
        if kind in ("Dense", "Conv2D"):
            flow, back = (_dense if kind == "Dense" else _convolution)(flow, own)
            penalty += settings.get("l1", 0.0) * float(np.abs(own[0]).sum())
            penalty += settings.get("l2", 0.0) * float(np.square(own[0]).sum())
        elif kind == "BatchNormalization":
            flow, back, after[index] = _batch_norm(flow, own, settings, training)
        elif kind == "Flatten":
            flow, back = _flatten(flow)
        else:
            back = _through
        steps.append(back)
        if name == "relu":
            margin = min(margin, float(np.abs(flow).min()))
        flow, slope = ACTIVATIONS[name](flow)
        steps[-1] = _chain(slope, back)

    value, error = LOSSES[loss](np.asarray(y, dtype=np.float64), flow)
    gradients: Weights = []
    for (_, settings), own, back in zip(reversed(layers), reversed(weights), reversed(steps)):
        error, found = back(error)
        if settings.get("l1", 0.0) or settings.get("l2", 0.0):
            kernel = np.asarray(own[0], dtype=np.float64)
            found[0] = found[0] + settings.get("l1", 0.0) * np.sign(kernel)
            found[0] = found[0] + 2.0 * settings.get("l2", 0.0) * kernel
        gradients.insert(0, found)
    return Pass(flow, value + penalty, gradients, after, margin)


def kernel_norms(layers: Sequence[Layer], gradients: Weights) -> dict[str, float]:
    """L2 norm of each kernel's gradient, by layer name, in layer order."""
    return {
        settings["name"]: float(np.sqrt(np.sum(own[0] ** 2)))
        for (kind, settings), own in zip(layers, gradients)
        if kind in ("Dense", "Conv2D")
    }


def global_norm(gradients: Weights) -> float:
    """L2 norm of all gradients together."""
    return float(np.sqrt(sum(float(np.sum(g**2)) for own in gradients for g in own)))


def draw_weights(
    rng: np.random.Generator, layers: Sequence[Layer], inputs: Sequence[int], scale: float = 1.0
) -> Weights:
    """Random float32 weights for a network, none of them special (no zero bias, no unit variance).

    Args:
        rng: where they come from.
        layers: the network.
        inputs: shape of one example.
        scale: factor on kernels, relative to a standard deviation of ``1 / sqrt(fan_in)``.
    """
    shape = tuple(inputs)
    weights: Weights = []
    for kind, settings in layers:
        own: list[np.ndarray] = []
        if kind in ("Dense", "Conv2D"):
            if kind == "Dense":
                kernel_shape: tuple[int, ...] = (shape[-1], settings["units"])
                shape = (*shape[:-1], settings["units"])
            else:
                size, filters = settings["kernel_size"], settings["filters"]
                kernel_shape = (size, size, shape[-1], filters)
                shape = (shape[0] - size + 1, shape[1] - size + 1, filters)
            fan_in = int(np.prod(kernel_shape[:-1]))
            own = [scale * rng.normal(size=kernel_shape) / np.sqrt(fan_in)]
            if settings.get("use_bias", True):
                own.append(rng.normal(size=kernel_shape[-1]) * 0.3)
        elif kind == "BatchNormalization":
            width = shape[-1]
            own = [
                rng.uniform(0.6, 1.4, size=width),
                rng.normal(size=width) * 0.3,
                rng.normal(size=width) * 0.5,
                rng.uniform(0.5, 2.0, size=width),
            ]
        elif kind == "Flatten":
            shape = (int(np.prod(shape)),)
        weights.append([np.asarray(value, dtype=np.float32) for value in own])
    return weights


def _activation(kind: str, settings: dict[str, Any]) -> str:
    if kind == "ReLU":
        return "relu"
    if kind in ("Dense", "Conv2D", "Activation"):
        return str(settings.get("activation") or "linear")
    return "linear"


def _through(error: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    return error, []


def _chain(slope: np.ndarray, back: Callable[[np.ndarray], Any]) -> Callable[[np.ndarray], Any]:
    return lambda error: back(error * slope)


def _dense(x: np.ndarray, own: list[np.ndarray]) -> tuple[np.ndarray, Callable[..., Any]]:
    z = x @ own[0] + (own[1] if len(own) > 1 else 0.0)

    def back(error: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
        return error @ own[0].T, [x.T @ error, error.sum(axis=0)][: len(own)]

    return z, back


def _convolution(x: np.ndarray, own: list[np.ndarray]) -> tuple[np.ndarray, Callable[..., Any]]:
    kernel = own[0]
    rows, columns = kernel.shape[:2]
    high, wide = x.shape[1] - rows + 1, x.shape[2] - columns + 1
    z = np.zeros((len(x), high, wide, kernel.shape[3])) + (own[1] if len(own) > 1 else 0.0)
    for r in range(rows):
        for c in range(columns):
            z += x[:, r : r + high, c : c + wide] @ kernel[r, c]

    def back(error: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
        before, found = np.zeros_like(x), np.zeros_like(kernel)
        for r in range(rows):
            for c in range(columns):
                window = x[:, r : r + high, c : c + wide]
                before[:, r : r + high, c : c + wide] += error @ kernel[r, c].T
                found[r, c] = np.einsum("nhwi,nhwo->io", window, error)
        return before, [found, error.sum(axis=(0, 1, 2))][: len(own)]

    return z, back


def _batch_norm(
    x: np.ndarray, own: list[np.ndarray], settings: dict[str, Any], training: bool
) -> tuple[np.ndarray, Callable[..., Any], list[np.ndarray]]:
    gamma, beta, moving_mean, moving_var = own
    momentum = settings.get("momentum", BATCH_NORM["momentum"])
    epsilon = settings.get("epsilon", BATCH_NORM["epsilon"])
    axes = tuple(range(x.ndim - 1))
    mean, var = (x.mean(axis=axes), x.var(axis=axes)) if training else (moving_mean, moving_var)
    root = np.sqrt(var + epsilon)
    normal = (x - mean) / root
    after = own
    if training:
        new = [momentum * old + (1 - momentum) * now for old, now in zip(own[2:], (mean, var))]
        after = [gamma, beta, *new]

    def back(error: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
        found = [(error * normal).sum(axis=axes), error.sum(axis=axes)]
        found += [np.zeros_like(moving_mean), np.zeros_like(moving_var)]
        before = error * gamma
        if training:
            before = before - before.mean(axis=axes) - normal * (before * normal).mean(axis=axes)
        return before / root, found

    return gamma * normal + beta, back, after


def _flatten(x: np.ndarray) -> tuple[np.ndarray, Callable[..., Any]]:
    return x.reshape(len(x), -1), lambda error: (error.reshape(x.shape), [])
