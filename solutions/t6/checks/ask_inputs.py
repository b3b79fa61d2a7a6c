"""What is asked of an optimizer's inputs: that they stay as they are, and bad ones are refused.

Trusted side only. All steps are asked before any is judged, so that the transcript of a wrong
answer is as long as that of a right one.
"""

from functools import partial
from typing import Any, Optional, Sequence, Tuple

import numpy as np

from autograder.kit import Mismatch, StudentError, Submission, Unusable, expect

from .oracles_numpy import Settings
from .twins import Signs, judge_beside
from .walks import draw_walk


def ask_untouched(sub: Submission, rng: np.random.Generator, name: str, settings: Settings) -> None:
    """What is handed in stays as it is, and nothing that comes back or is kept is tied to it."""
    walk = draw_walk(rng, name, settings, steps=3)
    optimizer = getattr(sub, name)(**settings)
    replies = {}
    for label, before, (_, given) in zip(walk.labels, walk.befores, walk.moves):
        params = {key: sub.hold(value) for key, value in before.items()}
        grads = {key: sub.hold(value) for key, value in given.items()}
        replies[label] = optimizer.step(params, grads)
        for held, wanted, what in (
            (params, before, "the array given as params"),
            (grads, given, "the array given as grads"),
        ):
            for key, handle in held.items():
                expect.close(handle.value(), wanted[key], "%s[%r] after step()" % (what, key))
                # From now on this array belongs to somebody else.
                handle.fill(7.0)
    twin = walk.take(getattr(sub, name)(**settings))
    shared = sub.support.overlapping_steps(
        getattr(sub, name)(**settings),
        {"w": np.ones(3), "b": np.ones(2)},
        {"w": np.full(3, 0.5), "b": None},
    )
    signs = Signs(sub, name, walk)
    whose = "an optimizer whose arrays nobody else writes into"
    followed = judge_beside(sub, walk, replies, twin, whose)
    expect.equal(
        shared, [], "the list of results that share memory with other arrays (it should be empty)"
    )
    if not followed:
        signs.judge()


def ask_refusals(
    sub: Submission,
    rng: np.random.Generator,
    name: str,
    settings: Settings,
    bad: Sequence[Tuple[str, float]],
) -> None:
    """Bad arguments raise, a gradient of another shape too, and that changes nothing."""
    make = getattr(sub, name)
    walk = draw_walk(rng, name, settings, steps=2)
    optimizer = make(**settings)
    replies = walk.take(optimizer, [0])
    cases = [
        ("%s is %g" % (key, value), partial(make, **{**settings, key: value})) for key, value in bad
    ]
    # Both shapes would broadcast, so arithmetic alone does not complain.
    for shape in ((3,), (2, 1)):
        grads = {"b": np.ones(4), "w": np.ones(shape)}
        params = {"b": walk.befores[1]["b"], "w": walk.befores[1]["w"]}
        when = "a gradient has the shape %s for (2, 3)" % (shape,)
        cases.append((when, partial(optimizer.step, params, grads)))
    expect.all_raise("ValueError", cases)
    count = _count(optimizer)
    replies.update(walk.take(optimizer, [1]))
    undisturbed = getattr(sub, name)(**settings)
    twin = walk.take(undisturbed, [0])
    wanted = _count(undisturbed)
    twin.update(walk.take(undisturbed, [1]))
    signs = Signs(sub, name, walk)
    if not judge_beside(sub, walk, replies, twin, "an optimizer that had nothing to refuse"):
        signs.judge()
    expect.that(count == wanted, "the attribute iterations", "not count a refused step")


def _count(optimizer: Any) -> Optional[int]:
    """How many steps an optimizer has counted; None when that is no number (asked elsewhere)."""
    try:
        return expect.integer(optimizer.get("iterations"), "the attribute iterations")
    except (Mismatch, StudentError, Unusable):
        return None
