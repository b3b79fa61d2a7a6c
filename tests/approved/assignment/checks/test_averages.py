"""Checks of averages.py."""

import numpy as np

from autograder.kit import check, expect


@check("deviation", "three numbers", public=True, hint="What is the mean of 1, 2 and 6?")
def test_three(sub):
    expect.close(
        sub.deviation(np.array([1.0, 2.0, 6.0])), np.array([-2.0, -1.0, 3.0]), "deviations"
    )


@check("deviation", "drawn numbers", weight=2, hint="Take the mean of all numbers away.")
def test_drawn(sub, rng, ref):
    x = rng.normal(size=5) + 3
    expect.close(sub.deviation(x), ref.deviation(x), "deviations")


@check("deviation", "an empty x is refused", hint="Look at x.size.")
def test_empty(sub):
    with expect.raises("ValueError", "an empty x"):
        sub.deviation(np.zeros(0))


@check("spread", "two numbers", public=True, hint="Half of the distance of two numbers.")
def test_two(sub):
    taken = expect.close_to_one(
        sub.spread(np.array([0.0, 4.0])), 2.0, {"one_less": float(np.sqrt(8))}, "the spread"
    )
    sub.follows(taken)


@check("spread", "drawn numbers", weight=3, hint="The root comes last.")
def test_spread_drawn(sub, rng, ref):
    x = rng.normal(size=6)
    d = x - x.mean()
    taken = expect.close_to_one(
        sub.spread(x), ref.spread(x), {"one_less": float(np.sqrt(np.sum(d**2) / 5))}, "the spread"
    )
    sub.follows(taken)


@check("RunningMean", "two numbers", public=True, hint="The first number is its own mean.")
def test_running(sub):
    mean = sub.RunningMean()
    expect.close(mean.add(4.0), 4.0, "the mean of one")
    expect.close(mean.add(8.0), 6.0, "the mean of two")


@check("RunningMean", "many numbers", weight=2)
def test_many(sub, rng, ref):
    own, right = sub.RunningMean(), ref.RunningMean()
    for value in rng.normal(size=6):
        expect.close(own.add(float(value)), right.add(float(value)), "the mean")


@check("RunningMean", "reset forgets", hint="Both count and mean.")
def test_reset(sub, rng):
    value = float(rng.normal())
    mean = sub.RunningMean()
    mean.add(5.0)
    mean.reset()
    expect.close(mean.add(value), value, "the mean after a reset")


@check("largest", "drawn numbers")
def test_largest(sub, rng):
    x = rng.normal(size=7)
    expect.close(sub.largest(x), float(x.max()), "the largest")
