"""Planned runs of an optimizer, and what is asked of every optimizer along them.

Trusted side only. Every step starts from the point that was wanted, not from what came back, so
that one slip is seen once; all steps are asked before any is judged, so that the transcript of a
wrong answer is as long as that of a right one.
"""

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
        for label, change in zip(self._labels(), changes(PINNED[name], moves)):
            self.befores.append(point)
            point = _moved(point, change)
            self.wanted[label] = point
        self.accepted = {
            convention: {
                label: _moved(before, change)
                for label, before, change in zip(self._labels(), self.befores, changes(rule, moves))
            }
            for convention, rule in ACCEPTED[name].items()
        }

    def _labels(self) -> List[str]:
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
            replies[self._labels()[index]] = optimizer.step(self.befores[index], grads)
        return replies

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
    return {"w": _signed(rng, (2, 3), 0.5, 2.0), "b": _signed(rng, (4,), 0.5, 2.0)}


def draw_gradients(
    rng: np.random.Generator, start: Arrays, steps: int, low: float = 0.1, high: float = 3.0
) -> List[Dict[str, Optional[np.ndarray]]]:
    """Gradients that change their signs; the first entry of ``w`` always has a gradient of 0."""
    drawn = []
    for index in range(steps):
        grads: Dict[str, Optional[np.ndarray]] = {
            name: _signed(rng, value.shape, low, high) for name, value in start.items()
        }
        _turn(grads, index, low, high)
        np.asarray(grads["w"])[0, 0] = 0.0
        drawn.append(grads)
    return drawn


def _turn(grads: Mapping[str, Optional[np.ndarray]], step: int, low: float, high: float) -> None:
    """Let last entries start with the largest gradient and go back with the smallest ones.

    A velocity that is dropped at a change of sign shows there, and an average that cannot fall.
    """
    for gradient in grads.values():
        np.asarray(gradient).flat[-1] = -low if step else high


def _signed(
    rng: np.random.Generator, shape: Tuple[int, ...], low: float, high: float
) -> np.ndarray:
    magnitude = np.exp(rng.uniform(np.log(low), np.log(high), size=shape))
    return magnitude * rng.choice([-1.0, 1.0], size=shape)


def _shuffled(rng: np.random.Generator, names: Iterable[str]) -> List[str]:
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


def ask_steps(sub: Submission, name: str, settings: Settings, walk: Walk) -> None:
    """All steps of a walk, by a fresh optimizer."""
    walk.judge(sub, walk.take(getattr(sub, name)(**settings)))


def ask_defaults(
    sub: Submission, rng: np.random.Generator, name: str, defaults: Settings, fixed: Settings
) -> None:
    """Without arguments the documented defaults hold, as attributes and in two steps."""
    start = {"w": np.zeros((2, 3)), "b": np.zeros(4)}
    settings = {**defaults, **fixed}
    moves: Moves = [(settings, grads) for grads in draw_gradients(rng, start, 2, 1.0, 3.0)]
    walk = Walk(name, start, moves)
    optimizer = getattr(sub, name)(**fixed)
    found = {key: optimizer.get(key) for key in defaults}
    replies = walk.take(optimizer)
    for key, value in defaults.items():
        if isinstance(value, bool):
            expect.equal(found[key], value, "the attribute %s of %s()" % (key, name))
        else:
            expect.close(found[key], value, "the attribute %s of %s()" % (key, name), atol=0)
    walk.judge(sub, replies, atol=1e-7)


def ask_attributes(
    sub: Submission,
    rng: np.random.Generator,
    name: str,
    made: Settings,
    first: Settings,
    later: Settings,
) -> None:
    """Attributes set before the first step, and again after the second, count from then on.

    Args:
        made: the constructor's arguments.
        first: the settings of steps 1 and 2.
        later: the settings of steps 3 and 4.
    """
    start = draw_start(rng)
    grads = draw_gradients(rng, start, 4)
    walk = Walk(name, start, list(zip([first, first, later, later], grads)))
    optimizer = getattr(sub, name)(**made)
    for key, value in first.items():
        if value != made[key]:
            optimizer.set(key, value)
    walk.judge(sub, walk.take(optimizer))


def ask_reset(
    sub: Submission, rng: np.random.Generator, name: str, settings: Settings, rate: float
) -> None:
    """`iterations` counts, `reset` clears state and count, and leaves the settings alone."""
    before = draw_walk(rng, name, settings, steps=2)
    after = draw_walk(rng, name, {**settings, "learning_rate": rate}, steps=3)
    optimizer = getattr(sub, name)(**settings)
    counts = [optimizer.get("iterations")]
    first = before.take(optimizer)
    counts.append(optimizer.get("iterations"))
    optimizer.set("learning_rate", rate)
    optimizer.reset()
    counts.append(optimizer.get("iterations"))
    again = after.take(optimizer)
    counts.append(optimizer.get("iterations"))
    for count, wanted, when in zip(
        counts,
        [0, 2, 0, 3],
        ["before any step", "after two steps", "after reset()", "three steps after reset()"],
    ):
        expect.equal(count, wanted, "the attribute iterations " + when)
    before.judge(sub, first)
    after.judge(sub, again)


def ask_missing(sub: Submission, rng: np.random.Generator, name: str, settings: Settings) -> None:
    """Gradients that are None or missing: the parameter and its state stay, the count goes on."""
    start = {**draw_start(rng), "late": _signed(rng, (2,), 0.5, 2.0)}
    grads = draw_gradients(rng, start, 5)
    del grads[0]["late"]
    grads[1]["late"] = None
    grads[1]["w"] = None
    del grads[2]["b"]
    grads[3] = {}
    walk = Walk(name, start, [(settings, step) for step in grads])
    optimizer = getattr(sub, name)(**settings)
    replies = walk.take(optimizer)
    count = optimizer.get("iterations")
    walk.judge(sub, replies)
    expect.equal(count, 5, "the attribute iterations after five steps")


def ask_separate(sub: Submission, rng: np.random.Generator, name: str, settings: Settings) -> None:
    """Parameters of one shape in changing order, and two optimizers in turn, stay apart."""
    walks = []
    for _ in range(2):
        start = {key: _signed(rng, (3,), 0.5, 2.0) for key in ("u", "w", "z")}
        moves: Moves = [
            (settings, {key: _signed(rng, (3,), 0.1, 3.0) for key in _shuffled(rng, start)})
            for _ in range(4)
        ]
        for index, (_, grads) in enumerate(moves):
            _turn(grads, index, 0.1, 3.0)
        walk = Walk(name, start, moves)
        walk.befores = [
            {key: before[key] for key in _shuffled(rng, start)} for before in walk.befores
        ]
        walks.append(walk)
    optimizers = [getattr(sub, name)(**settings) for _ in walks]
    replies: List[Dict[str, Any]] = [{}, {}]
    for index in range(4):
        for walk, optimizer, found in zip(walks, optimizers, replies):
            found.update(walk.take(optimizer, [index]))
    for walk, found in zip(walks, replies):
        walk.judge(sub, found)


def ask_untouched(sub: Submission, rng: np.random.Generator, name: str, settings: Settings) -> None:
    """What is handed in stays as it is, and nothing that comes back or is kept is tied to it."""
    walk = draw_walk(rng, name, settings, steps=3)
    optimizer = getattr(sub, name)(**settings)
    replies = {}
    for index in range(3):
        params = {key: sub.hold(value) for key, value in walk.befores[index].items()}
        grads = {key: sub.hold(value) for key, value in walk.moves[index][1].items()}
        label = "after step %d" % (index + 1)
        replies[label] = optimizer.step(params, grads)
        for held, given, what in (
            (params, walk.befores[index], "the array given as params"),
            (grads, walk.moves[index][1], "the array given as grads"),
        ):
            for key, handle in held.items():
                expect.close(handle.value(), given[key], "%s[%r] after step()" % (what, key))
                # From now on this array belongs to somebody else.
                handle.fill(7.0)
    walk.judge(sub, replies)
    shared = sub.support.overlapping_steps(
        getattr(sub, name)(**settings),
        {"w": np.ones(3), "b": np.ones(2)},
        {"w": np.full(3, 0.5), "b": None},
    )
    expect.equal(
        shared, [], "the list of results that share memory with other arrays (it should be empty)"
    )


def ask_refusals(
    sub: Submission,
    rng: np.random.Generator,
    name: str,
    settings: Settings,
    bad: Sequence[Tuple[str, float]],
) -> None:
    """Bad arguments raise, a gradient of another shape too, and that changes nothing."""
    for key, value in bad:
        with expect.raises("ValueError", "%s is %g" % (key, value)):
            getattr(sub, name)(**{**settings, key: value})
    walk = draw_walk(rng, name, settings, steps=2)
    optimizer = getattr(sub, name)(**settings)
    replies = walk.take(optimizer, [0])
    # Both shapes would broadcast, so arithmetic alone does not complain.
    for shape in ((3,), (2, 1)):
        grads = {"b": np.ones(4), "w": np.ones(shape)}
        params = {"b": walk.befores[1]["b"], "w": walk.befores[1]["w"]}
        with expect.raises("ValueError", "a gradient has the shape %s for (2, 3)" % (shape,)):
            optimizer.step(params, grads)
    count = optimizer.get("iterations")
    replies.update(walk.take(optimizer, [1]))
    walk.judge(sub, replies)
    expect.equal(count, 1, "the attribute iterations after a refused step")
