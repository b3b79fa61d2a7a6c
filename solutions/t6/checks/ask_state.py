"""What is asked of an optimizer's state: what forgets it, what leaves it alone, whose it is.

Trusted side only. All steps are asked before any is judged, so that the transcript of a wrong
answer is as long as that of a right one.
"""

from typing import Any, Dict, List, Mapping

import numpy as np

from autograder.kit import Submission, expect

from .oracles_numpy import Arrays, Settings
from .twins import Signs, aside, close, follow_formula, judge_beside, read
from .walks import Moves, Walk, draw_gradients, draw_start, draw_walk, shuffled, signed, turn


def ask_reset(
    sub: Submission,
    rng: np.random.Generator,
    name: str,
    settings: Settings,
    rate: float,
    state: bool = True,
) -> None:
    """`iterations` counts, `reset` clears state and count, and leaves the settings alone.

    Args:
        rate: the learning rate from before the reset on.
        state: whether the optimizer keeps more than a count.
    """
    before = draw_walk(rng, name, settings, steps=2)
    after = draw_walk(rng, name, {**settings, "learning_rate": rate}, steps=3)
    optimizer = getattr(sub, name)(**settings)
    counts = [optimizer.get("iterations")]
    before.take(optimizer)
    counts.append(optimizer.get("iterations"))
    optimizer.set("learning_rate", rate)
    optimizer.reset()
    counts.append(optimizer.get("iterations"))
    replies = after.take(optimizer)
    counts.append(optimizer.get("iterations"))
    # Whether a step without a gradient is taken at all is asked elsewhere.
    with aside(sub):
        optimizer.step(after.befores[0], {})
        counts.append(optimizer.get("iterations"))
    fresh = getattr(sub, name)(**settings)
    fresh.set("learning_rate", rate)
    twin = after.take(fresh)
    signs = Signs(sub, name, after)
    for count, wanted, when in zip(
        counts,
        [0, 2, 0, 3, 4],
        [
            "before any step",
            "after two steps",
            "after reset()",
            "three steps after reset()",
            "after one more step, without gradients",
        ],
    ):
        expect.equal(count, wanted, "the attribute iterations " + when)
    if not judge_beside(sub, after, replies, twin, "a fresh optimizer"):
        signs.judge(replies[after.labels[-1]] if state else None)


def ask_missing(
    sub: Submission,
    rng: np.random.Generator,
    name: str,
    settings: Settings,
    state: bool = True,
    clock: bool = False,
) -> None:
    """Gradients that are None or missing: the parameter and its state stay, the count goes on.

    Args:
        state: whether the optimizer keeps anything for a parameter.
        clock: whether a step depends on the number of calls.
    """
    start = {**draw_start(rng), "late": signed(rng, (2,), 0.5, 2.0)}
    grads = draw_gradients(rng, start, 5)
    del grads[0]["late"]
    grads[1]["late"] = None
    grads[1]["w"] = None
    del grads[2]["b"]
    grads[3] = {}
    walk = Walk(name, start, [(settings, step) for step in grads])
    make = getattr(sub, name)
    replies = walk.take(make(**settings))
    alone = _take_present(sub, walk, make(**settings))
    closed_up = _take_closed_up(walk, make(**settings))
    steady = _takes_steady_steps(make(**settings))
    signs = Signs(sub, name, walk)
    if follow_formula(sub, walk, replies):
        return
    for label, before, (_, given) in zip(walk.labels, walk.befores, walk.moves):
        found = read(replies[label], before, "the parameters")
        for key in before:
            if given.get(key) is None:
                expect.close(found[key], before[key], "a parameter without a gradient")
    like_closed_up = _same_where_present(walk, replies, closed_up)
    like_alone = bool(alone) and _same_where_present(walk, replies, alone)
    if clock:
        # Steps that are not closed up show that the count went on; without a correction of the
        # averages there is no count to be seen.
        stays = like_alone if not like_closed_up else not steady
    else:
        stays = like_alone or like_closed_up
    told = "go on as if its steps without a gradient had not been"
    expect.that(stays, "a parameter", told + ", except for the count of calls" * clock)
    signs.judge(replies[walk.labels[-1]] if state else None)


def _present(walk: Walk, index: int) -> Arrays:
    """The gradients that there are at a step."""
    return {key: np.asarray(g) for key, g in walk.moves[index][1].items() if g is not None}


def _take_present(sub: Submission, walk: Walk, optimizer: Any) -> Dict[str, Any]:
    """The same steps, without the parameters that have no gradient; one other always has one.

    Empty when the optimizer cannot do it: nobody says that names may come and go.
    """
    spare = {"spare": np.ones(2)}
    replies = {}
    with aside(sub):
        for index, label in enumerate(walk.labels):
            grads = _present(walk, index)
            params = {key: walk.befores[index][key] for key in grads}
            replies[label] = optimizer.step({**params, **spare}, {**grads, **spare})
        return replies
    return {}


def _take_closed_up(walk: Walk, optimizer: Any) -> Dict[str, Any]:
    """Every parameter takes the steps for which it has a gradient, one after the other."""
    steps: Dict[str, List[int]] = {key: [] for key in walk.befores[0]}
    for index in range(len(walk.moves)):
        for key in _present(walk, index):
            steps[key].append(index)
    replies: Dict[str, Any] = {label: {} for label in walk.labels}
    for number in range(max(len(taken) for taken in steps.values())):
        # One that has no more steps to take repeats its last.
        at = {key: taken[min(number, len(taken) - 1)] for key, taken in steps.items()}
        params = {key: walk.befores[index][key] for key, index in at.items()}
        grads = {key: _present(walk, index)[key] for key, index in at.items()}
        stepped = expect.mapping(optimizer.step(params, grads), "what step returns", list(params))
        for key, taken in steps.items():
            if number < len(taken):
                replies[walk.labels[taken[number]]][key] = stepped[key]
    return replies


def _same_where_present(walk: Walk, replies: Mapping[str, Any], twin: Mapping[str, Any]) -> bool:
    """Whether parameters with a gradient end where those of the twin do."""
    for index, label in enumerate(walk.labels):
        like = {key: walk.befores[index][key] for key in _present(walk, index)}
        found, wanted = (read(side[label], like, "the parameters") for side in (replies, twin))
        if not close(found, wanted):
            return False
    return True


def _takes_steady_steps(optimizer: Any) -> bool:
    """Whether a constant gradient gives steps of one length, as corrected averages do."""
    params, grads = {"w": np.array([1.0, -2.0])}, {"w": np.array([0.5, 2.0])}
    stepped = [optimizer.step(params, grads) for _ in range(2)]
    first, second = (read(each, params, "the parameters") for each in stepped)
    return close(first, second)


def ask_separate(sub: Submission, rng: np.random.Generator, name: str, settings: Settings) -> None:
    """Parameters of one shape in changing order, and two optimizers in turn, stay apart."""
    walks = []
    for _ in range(2):
        start = {key: signed(rng, (3,), 0.5, 2.0) for key in ("u", "w", "z")}
        moves: Moves = [
            (settings, {key: signed(rng, (3,), 0.1, 3.0) for key in shuffled(rng, start)})
            for _ in range(4)
        ]
        for index, (_, grads) in enumerate(moves):
            turn(grads, index, 0.1, 3.0)
        walk = Walk(name, start, moves)
        walk.befores = [
            {key: before[key] for key in shuffled(rng, start)} for before in walk.befores
        ]
        walks.append(walk)
    optimizers = [getattr(sub, name)(**settings) for _ in walks]
    replies: List[Dict[str, Any]] = [{}, {}]
    for index in range(4):
        for walk, optimizer, found in zip(walks, optimizers, replies):
            found.update(walk.take(optimizer, [index]))
    twins = [_take_one_by_one(sub, name, settings, walk) for walk in walks]
    signs = [Signs(sub, name, walk) for walk in walks]
    for walk, found, twin, sign in zip(walks, replies, twins, signs):
        if not judge_beside(sub, walk, found, twin, "an optimizer that has one parameter only"):
            sign.judge(found[walk.labels[-1]])


def _take_one_by_one(
    sub: Submission, name: str, settings: Settings, walk: Walk
) -> Dict[str, Dict[str, Any]]:
    """Every parameter takes its steps with an optimizer of its own."""
    replies: Dict[str, Dict[str, Any]] = {label: {} for label in walk.labels}
    for key in sorted(walk.befores[0]):
        optimizer = getattr(sub, name)(**settings)
        for label, before, (_, grads) in zip(walk.labels, walk.befores, walk.moves):
            stepped = optimizer.step({key: before[key]}, {key: grads[key]})
            replies[label][key] = expect.mapping(stepped, "what step returns", [key])[key]
    return replies
