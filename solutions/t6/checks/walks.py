"""Planned runs of an optimizer: where each step starts, its gradients, where it must end.

Trusted side only. Every step starts from the point that was wanted, not from what came back, so
that one slip is seen once.
"""

from copy import copy
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

import numpy as np

from autograder.kit import Submission, expect

from .oracles_numpy import ACCEPTED, PINNED, Arrays, Settings, changes

Moves = List[Tuple[Settings, Dict[str, Optional[np.ndarray]]]]


class Walk:
    """A run that is known in advance: where each step starts, its gradients, where it must end.

    Args:
        name: name of the optimizer's class, such as ``"Adam"``.
        start: the parameters before the first step.
        moves: per step the settings and the gradients.
    """

    def __init__(self, name: str, start: Arrays, moves: Moves) -> None:
        self.moves = moves
        self.befores: List[Arrays] = []
        self.wanted: Dict[str, Arrays] = {}
        point = start
        for label, change in zip(self.labels, changes(PINNED[name], moves)):
            self.befores.append(point)
            point = _moved(point, change)
            self.wanted[label] = point
        self.accepted = {
            convention: {
                label: _moved(before, change)
                for label, before, change in zip(self.labels, self.befores, changes(rule, moves))
            }
            for convention, rule in ACCEPTED[name].items()
        }

    @property
    def labels(self) -> List[str]:
        """The names of the steps in what comes back."""
        return ["after step %d" % (index + 1) for index in range(len(self.moves))]

    def take(self, optimizer: Any, steps: Optional[Sequence[int]] = None) -> Dict[str, Any]:
        """Ask the optimizer for some of the steps, by index from 0, or for all of them."""
        replies = {}
        for index in range(len(self.moves)) if steps is None else steps:
            settings, grads = self.moves[index]
            before = self.moves[index - 1][0] if index else settings
            for name, value in settings.items():
                if value != before[name]:
                    optimizer.set(name, value)
            replies[self.labels[index]] = optimizer.step(self.befores[index], grads)
        return replies

    def along(self, moves: Moves) -> "Walk":
        """A walk from the same points with other settings or gradients; not to be judged."""
        other = copy(self)
        other.moves = moves
        return other

    def judge(self, sub: Submission, replies: Mapping[str, Any], atol: float = 3e-6) -> None:
        """Compare what came back with the pinned convention, then with the accepted ones.

        A float32 sum whose terms nearly cancel is off by up to 1e-7.
        """
        sub.follows(
            expect.close_to_one(replies, self.wanted, self.accepted, "the parameters", atol=atol)
        )


def _moved(point: Arrays, change: Arrays) -> Arrays:
    return {name: value + change.get(name, 0.0) for name, value in point.items()}


def draw_start(rng: np.random.Generator) -> Arrays:
    """Two parameters of different shapes, magnitudes between 0.5 and 2."""
    return {"w": signed(rng, (2, 3), 0.5, 2.0), "b": signed(rng, (4,), 0.5, 2.0)}


def draw_gradients(
    rng: np.random.Generator, start: Arrays, steps: int, low: float = 0.1, high: float = 3.0
) -> List[Dict[str, Optional[np.ndarray]]]:
    """Gradients that change their signs; the first entry of ``w`` always has a gradient of 0."""
    drawn = []
    for index in range(steps):
        grads: Dict[str, Optional[np.ndarray]] = {
            name: signed(rng, value.shape, low, high) for name, value in start.items()
        }
        turn(grads, index, low, high)
        np.asarray(grads["w"])[0, 0] = 0.0
        drawn.append(grads)
    return drawn


def turn(grads: Mapping[str, Optional[np.ndarray]], step: int, low: float, high: float) -> None:
    """Let last entries start with the largest gradient and go back with the smallest ones.

    A velocity that is dropped at a change of sign shows there, and an average that cannot fall.
    """
    for gradient in grads.values():
        np.asarray(gradient).flat[-1] = -low if step else high


def signed(rng: np.random.Generator, shape: Tuple[int, ...], low: float, high: float) -> np.ndarray:
    """Numbers of both signs, their magnitudes spread evenly over the decades between two bounds."""
    magnitude = np.exp(rng.uniform(np.log(low), np.log(high), size=shape))
    return magnitude * rng.choice([-1.0, 1.0], size=shape)


def shuffled(rng: np.random.Generator, names: Iterable[str]) -> List[str]:
    """Names in another order."""
    return [str(name) for name in rng.permutation(list(names))]


def draw_walk(
    rng: np.random.Generator,
    name: str,
    settings: Settings,
    steps: int = 5,
    low: float = 0.1,
    high: float = 3.0,
) -> Walk:
    """A walk with one setting of the optimizer from beginning to end."""
    start = draw_start(rng)
    grads = draw_gradients(rng, start, steps, low, high)
    return Walk(name, start, [(settings, step) for step in grads])
