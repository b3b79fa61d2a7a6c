"""Second opinions on the NumPy exercises: each rule once more, under every accepted convention.

Trusted side only. An oracle gives what an answer must be; it never sees one.
"""

from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np

Arrays = Dict[str, np.ndarray]
Settings = Dict[str, Any]
Rule = Callable[..., np.ndarray]


# How far one parameter moves in one step. `state` starts empty and lives on; `t` counts from 1.


def _sgd(state: Settings, g: np.ndarray, t: int, learning_rate: float) -> np.ndarray:
    return -learning_rate * g


def _momentum(
    state: Settings, g: np.ndarray, t: int, learning_rate: float, momentum: float, nesterov: bool
) -> np.ndarray:
    state["v"] = momentum * state.get("v", np.zeros(g.shape)) - learning_rate * g
    return momentum * state["v"] - learning_rate * g if nesterov else state["v"]


def _momentum_rate_outside(
    state: Settings, g: np.ndarray, t: int, learning_rate: float, momentum: float, nesterov: bool
) -> np.ndarray:
    state["b"] = momentum * state.get("b", np.zeros(g.shape)) + g
    return -learning_rate * (g + momentum * state["b"] if nesterov else state["b"])


def _adagrad(
    state: Settings,
    g: np.ndarray,
    t: int,
    learning_rate: float,
    initial_accumulator_value: float,
    epsilon: float,
    inside: bool = False,
) -> np.ndarray:
    state["a"] = state.get("a", np.full(g.shape, initial_accumulator_value)) + g**2
    return -learning_rate * g / _root(state["a"], epsilon, inside)


def _rmsprop(
    state: Settings,
    g: np.ndarray,
    t: int,
    learning_rate: float,
    rho: float,
    epsilon: float,
    inside: bool = False,
) -> np.ndarray:
    state["s"] = rho * state.get("s", np.zeros(g.shape)) + (1 - rho) * g**2
    return -learning_rate * g / _root(state["s"], epsilon, inside)


def _adam(
    state: Settings,
    g: np.ndarray,
    t: int,
    learning_rate: float,
    beta_1: float,
    beta_2: float,
    epsilon: float,
    hat: bool = False,
) -> np.ndarray:
    state["m"] = beta_1 * state.get("m", np.zeros(g.shape)) + (1 - beta_1) * g
    state["v"] = beta_2 * state.get("v", np.zeros(g.shape)) + (1 - beta_2) * g**2
    c1, c2 = 1 - beta_1**t, 1 - beta_2**t
    if hat:
        return -learning_rate * np.sqrt(c2) / c1 * state["m"] / (np.sqrt(state["v"]) + epsilon)
    return -learning_rate * (state["m"] / c1) / (np.sqrt(state["v"] / c2) + epsilon)


def _root(squares: np.ndarray, epsilon: float, inside: bool) -> np.ndarray:
    return np.sqrt(squares + epsilon) if inside else np.sqrt(squares) + epsilon


def _variant(rule: Rule, **how: bool) -> Rule:
    return lambda *args, **kwargs: rule(*args, **kwargs, **how)


PINNED: Dict[str, Rule] = {
    "SGD": _sgd,
    "Momentum": _momentum,
    "Adagrad": _adagrad,
    "RMSprop": _rmsprop,
    "Adam": _adam,
}
ACCEPTED: Dict[str, Dict[str, Rule]] = {
    "SGD": {},
    "Momentum": {"momentum-rate-outside": _momentum_rate_outside},
    "Adagrad": {"adagrad-epsilon-inside": _variant(_adagrad, inside=True)},
    "RMSprop": {"rmsprop-epsilon-inside": _variant(_rmsprop, inside=True)},
    "Adam": {"adam-epsilon-hat": _variant(_adam, hat=True)},
}


def changes(rule: Rule, moves: Sequence[Tuple[Settings, Mapping[str, Any]]]) -> List[Arrays]:
    """How far each parameter moves at each step; a parameter without a gradient is left out.

    Args:
        rule: one of `PINNED` or `ACCEPTED`.
        moves: per step the optimizer's settings and the gradients by name, `None` allowed.
    """
    states: Dict[str, Settings] = {}
    moved = []
    for t, (settings, grads) in enumerate(moves, start=1):
        moved.append(
            {
                name: rule(states.setdefault(name, {}), np.asarray(g), t, **settings)
                for name, g in grads.items()
                if g is not None
            }
        )
    return moved


def loss_verdicts(losses: Sequence[float], factor: float, window: int) -> List[str]:
    """What `LossWatch` must say of each loss."""
    verdicts = []
    finite: List[float] = []
    for loss in losses:
        if not np.isfinite(loss):
            verdicts.append("nonfinite")
            continue
        limit = factor * min(finite[-window:]) if finite else np.inf
        verdicts.append("exploding" if loss > limit else "ok")
        finite.append(loss)
    return verdicts


def shift_of(image: np.ndarray, shifted: np.ndarray, reach: int) -> Optional[Tuple[int, int]]:
    """The shift (rows, columns) within `reach` that made `shifted` out of `image`, zero filled.

    None when there is no such shift. An image whose pixels all differ from 0 and from each other
    has one answer.
    """
    height, width = image.shape
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            made = np.zeros_like(image)
            made[max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)] = (
                image[max(-down, 0) : height - max(down, 0), max(-right, 0) : width - max(right, 0)]
            )
            if np.array_equal(made, shifted):
                return down, right
    return None


def shift_trace(images: np.ndarray, shifted: np.ndarray, reach: int) -> List[bool]:
    """What became of the pixels, in facts that do not depend on the draw.

    Args:
        images: as for `shift_of`, each with pixels that differ from 0 and from each other.
        shifted: what came back for them.
        reach: the largest shift that was asked for.

    Returns:
        Whether all images are shifted copies; if not, whether every pixel is still there and
        whether there is any 0.
    """
    pairs = zip(images, shifted)
    if all(shift_of(image, made, reach) is not None for image, made in pairs):
        return [True]
    kept = np.array_equal(np.sort(images, axis=None), np.sort(shifted, axis=None))
    return [False, bool(kept), bool((shifted == 0).any())]
