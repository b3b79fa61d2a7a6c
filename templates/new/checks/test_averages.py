"""Checks of averages.py. docs/how-to/write-a-check.md tells all that a check can do."""

import numpy as np

from autograder.kit import check, expect


# A public check is handed out: fixed inputs, and `sub` alone.
@check(
    "moving_average", "three values, a window of two", public=True, hint="The docstring's example."
)
def test_average_of_three(sub):
    found = sub.moving_average(np.array([2.0, 4.0, 9.0]), 2)
    expect.close(found, np.array([2.0, 3.0, 6.5]), "the averages")


# A hidden one draws its inputs from `rng` and may ask `ref`, the reference.
@check(
    "moving_average", "random values and windows", weight=2, hint="Which values are in a window?"
)
def test_average_of_random(sub, rng, ref):
    for width in (1, 2, int(rng.integers(3, 7))):
        values = rng.normal(size=int(rng.integers(8, 15)))
        wanted = ref.moving_average(values, width)
        expect.close(sub.moving_average(values, width), wanted, "the averages")


@check("moving_average", "a width of 0 is refused", weight=0.5, hint="Read Raises.")
def test_average_without_width(sub, rng):
    with expect.raises("ValueError", when="width is 0"):
        sub.moving_average(rng.normal(size=5), 0)


# An object stays on the student's side: its methods are called, its attributes read with `get`.
@check("RunningMean", "two values", public=True, hint="The docstring's example.")
def test_running_two(sub):
    running = sub.RunningMean()
    running.add(2.0)
    expect.close(running.add(4.0), 3.0, "the mean of 2 and 4")


@check("RunningMean", "many values", weight=2, hint="Does every value count once?")
def test_running_many(sub, rng):
    values = rng.normal(5.0, 2.0, size=12)
    running = sub.RunningMean()
    for count, value in enumerate(values.tolist(), 1):
        expect.close(running.add(value), values[:count].mean(), "the mean so far")
    expect.equal(running.get("count"), 12, "the attribute count")


@check("RunningMean", "two of them share nothing", hint="Where is the count kept?")
def test_running_apart(sub, rng):
    one, other = sub.RunningMean(), sub.RunningMean()
    one.add(float(rng.normal()))
    value = float(rng.normal())
    expect.close(other.add(value), value, "the mean of one value")
