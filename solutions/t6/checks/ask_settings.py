"""What is asked of an optimizer's settings: defaults, attributes, and values of their own kind.

Trusted side only. All steps are asked before any is judged, so that the transcript of a wrong
answer is as long as that of a right one.
"""

from typing import Any, Dict

import numpy as np

from autograder.kit import Submission, expect

from .oracles_numpy import Settings
from .twins import Signs, aside, judge_beside, judge_influence, read
from .walks import Moves, Walk, draw_gradients, draw_start, draw_walk


def ask_steps(sub: Submission, name: str, settings: Settings, walk: Walk) -> None:
    """All steps of a walk, by a fresh optimizer."""
    walk.judge(sub, walk.take(getattr(sub, name)(**settings)))


def ask_ahead(sub: Submission, settings: Settings, walk: Walk) -> None:
    """All steps of a walk that looks ahead along the velocity.

    Where the velocity is another exercise's error, one looks ahead along the student's own: it is
    what a classical step adds, since the gradients do not depend on where it starts.
    """
    replies = walk.take(sub.Momentum(**settings))
    if not sub.takes("Momentum"):
        walk.judge(sub, replies)
        return
    classical = walk.along([({**made, "nesterov": False}, grads) for made, grads in walk.moves])
    own = classical.take(sub.Momentum(**classical.moves[0][0]))
    # A velocity that is none would make plain gradient descent of it.
    Signs(sub, "Momentum", classical).judge(own[walk.labels[-1]])
    wanted: Dict[str, Any] = {}
    for label, before, (made, grads) in zip(walk.labels, walk.befores, walk.moves):
        after = read(own[label], before, "the parameters after a classical step")
        wanted[label] = {
            key: w + made["momentum"] * (after[key] - w) - made["learning_rate"] * np.asarray(g)
            for (key, w), g in zip(before.items(), map(grads.__getitem__, before))
        }
    expect.close(replies, wanted, "the parameters beside your own velocity", atol=3e-6)


def ask_newest(sub: Submission, name: str, settings: Settings, walk: Walk) -> None:
    """Settings under which only the newest gradient counts: every step is like a first one."""
    make = getattr(sub, name)
    replies = walk.take(make(**settings))
    twin: Dict[str, Any] = {}
    for index in range(len(walk.moves)):
        twin.update(walk.take(make(**settings), [index]))
    signs = Signs(sub, name, walk)
    if not judge_beside(sub, walk, replies, twin, "an optimizer that takes its first step"):
        signs.judge()


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
    twin = walk.take(getattr(sub, name)(**settings))
    signs = Signs(sub, name, walk)
    for key, value in defaults.items():
        if isinstance(value, bool):
            expect.equal(found[key], value, "the attribute %s of %s()" % (key, name))
        else:
            expect.close(found[key], value, "the attribute %s of %s()" % (key, name), atol=0)
    whose = "an optimizer that is given the documented values"
    if not judge_beside(sub, walk, replies, twin, whose, atol=1e-7):
        signs.judge()


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
    make = getattr(sub, name)
    optimizer = make(**made)
    for key, value in first.items():
        if value != made[key]:
            optimizer.set(key, value)
    replies = walk.take(optimizer)
    twin = walk.take(make(**first))
    # A copy goes stale that was made in the constructor, or at the first step.
    stale_made = {key: made[key] for key in first if made[key] != first[key]}
    stale_first = [key for key in first if later[key] != first[key]]
    others = [_with_stale(sub, name, walk, key, value) for key, value in stale_made.items()]
    others += [_with_kept(sub, name, walk, key) for key in stale_first]
    signs = Signs(sub, name, walk)
    whose = "an optimizer that was made with the settings of then"
    if not judge_beside(sub, walk, replies, twin, whose):
        for key, other in zip([*stale_made, *stale_first], others):
            judge_influence(walk, replies, other, key)
        signs.judge()


def _with_stale(sub: Submission, name: str, walk: Walk, key: str, value: Any) -> Dict[str, Any]:
    """All steps, begun with another value of one setting; empty if they cannot be taken."""
    replies: Dict[str, Any] = {}
    # Somebody may have written Nesterov's step and not yet the classical one.
    with aside(sub):
        replies = walk.take(getattr(sub, name)(**{**walk.moves[0][0], key: value}))
    return replies


def _with_kept(sub: Submission, name: str, walk: Walk, key: str) -> Dict[str, Any]:
    """All steps of a walk, with one setting left at its first value."""
    first = walk.moves[0][0]
    moves: Moves = [({**settings, key: first[key]}, grads) for settings, grads in walk.moves]
    return walk.along(moves).take(getattr(sub, name)(**first))


def ask_initial_value(
    sub: Submission, rng: np.random.Generator, name: str, settings: Settings, key: str
) -> None:
    """A sum of squares that starts at a value is one that took in that square before.

    Args:
        settings: with the value that the sum starts at.
        key: the name of that setting.
    """
    walk = draw_walk(rng, name, settings)
    make = getattr(sub, name)
    from_zero = {**settings, key: 0.0}
    replies = walk.take(make(**settings))
    warm = make(**from_zero)
    root = settings[key] ** 0.5
    start = walk.befores[0]
    warm.step(start, {each: np.full(value.shape, root) for each, value in start.items()})
    twin = walk.take(warm)
    other = walk.take(make(**from_zero))
    if not judge_beside(sub, walk, replies, twin, "an optimizer whose sum got there by a gradient"):
        judge_influence(walk, replies, other, key)
