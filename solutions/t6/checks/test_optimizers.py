"""Checks of `optimizers.py`: plain gradient descent, momentum and Nesterov's momentum."""

import numpy as np

from autograder.kit import check, expect

from .ask_inputs import ask_refusals, ask_untouched
from .ask_settings import ask_ahead, ask_attributes, ask_defaults, ask_steps
from .ask_state import ask_missing, ask_reset, ask_separate
from .walks import draw_walk


def _expect_dtypes(optimizer):
    """Ask one step of a float32, a float64 and an integer parameter for the dtypes it gives."""
    params = {
        "single": np.array([1.0, -2.0], dtype=np.float32),
        "double": np.array([0.5, 4.0]),
        "whole": np.array([3, -1]),
    }
    grads = {
        "single": np.array([0.5, 0.25], dtype=np.float32),
        "double": np.array([-1.0, 2.0]),
        "whole": np.array([0.5, 0.75]),
    }
    stepped = expect.mapping(optimizer.step(params, grads), "what step returns", list(params))
    expect.dtype(stepped["single"], "a float32 parameter after a step", "float32")
    expect.dtype(stepped["double"], "a float64 parameter after a step", "float64")
    expect.dtype(stepped["whole"], "an integer parameter after a step", "float64")


# SGD


@check(
    "SGD",
    "one step moves each parameter against its gradient",
    public=True,
    hint="The gradient points uphill; the learning rate says how far to go the other way.",
)
def test_sgd_one_step(sub):
    optimizer = sub.SGD(learning_rate=0.5)
    params = {"w": np.array([1.0, 2.0, 3.0]), "b": np.array([[0.5]])}
    grads = {"w": np.array([1.0, -6.0, 0.0]), "b": np.array([[0.25]])}
    stepped = expect.mapping(optimizer.step(params, grads), "what step returns", ["w", "b"])
    expect.close(stepped["w"], np.array([0.5, 5.0, 3.0]), "the new value of w")
    expect.close(stepped["b"], np.array([[0.375]]), "the new value of b")


@check(
    "SGD",
    "floating dtypes are kept and integer parameters become float64",
    public=True,
    weight=0.5,
    hint="Look at the dtype of each parameter before you do arithmetic with float64 numbers.",
)
def test_sgd_dtypes(sub):
    _expect_dtypes(sub.SGD(learning_rate=0.5))


@check(
    "SGD",
    "several steps with changing gradients give the values of the formula",
    weight=2,
    hint="Each step starts from the parameters it is given, with the gradient of that moment.",
)
def test_sgd_steps(sub, rng):
    settings = {"learning_rate": float(rng.uniform(0.02, 0.2))}
    ask_steps(sub, "SGD", settings, draw_walk(rng, "SGD", settings, low=1e-3, high=10.0))


@check(
    "SGD",
    "without arguments the documented learning rate holds",
    weight=0.5,
    hint="Every argument is also an attribute of the same name.",
)
def test_sgd_defaults(sub, rng):
    ask_defaults(sub, rng, "SGD", {"learning_rate": 0.01}, {})


@check(
    "SGD",
    "the learning rate is read at every step",
    hint="Somebody may change the attribute between two steps; a copy made early goes stale.",
)
def test_sgd_attributes(sub, rng):
    rates = [
        {"learning_rate": float(rate)} for rate in rng.uniform([0.2, 0.05, 0.4], [0.3, 0.1, 0.6])
    ]
    ask_attributes(sub, rng, "SGD", *rates)


@check(
    "SGD",
    "iterations counts the calls of step, and reset starts it over",
    hint="Only the count is forgotten; the learning rate stays what it is.",
)
def test_sgd_reset(sub, rng):
    settings = {"learning_rate": float(rng.uniform(0.05, 0.2))}
    ask_reset(sub, rng, "SGD", settings, 0.3, state=False)


@check(
    "SGD",
    "a parameter whose gradient is None or missing comes back with equal values",
    hint="The result has every name that params has, whatever grads contains.",
)
def test_sgd_missing_gradients(sub, rng):
    settings = {"learning_rate": float(rng.uniform(0.05, 0.2))}
    ask_missing(sub, rng, "SGD", settings, state=False)


@check(
    "SGD",
    "what is handed to step is not changed, and results are new arrays",
    hint="An operator such as -= writes into the array on its left.",
)
def test_sgd_inputs_untouched(sub, rng):
    ask_untouched(sub, rng, "SGD", {"learning_rate": float(rng.uniform(0.05, 0.2))})


@check(
    "SGD",
    "a learning rate that is not positive and a gradient of another shape raise ValueError",
    weight=0.5,
    hint="Check before anything changes; NumPy broadcasts shapes that differ without a word.",
)
def test_sgd_refusals(sub, rng):
    bad = [("learning_rate", 0.0), ("learning_rate", -0.1)]
    ask_refusals(sub, rng, "SGD", {"learning_rate": float(rng.uniform(0.05, 0.2))}, bad)


# Momentum


@check(
    "Momentum",
    "three steps with a constant gradient gather speed",
    public=True,
    hint="The velocity of one step is the starting point of the next step's velocity.",
)
def test_momentum_three_steps(sub):
    optimizer = sub.Momentum(learning_rate=0.1, momentum=0.9)
    grads = {"w": np.array([1.0, -2.0])}
    first = optimizer.step({"w": np.array([0.0, 1.0])}, grads)
    second = optimizer.step({"w": np.array([-0.1, 1.2])}, grads)
    third = optimizer.step({"w": np.array([-0.29, 1.58])}, grads)
    expect.close(first, {"w": np.array([-0.1, 1.2])}, "the parameters after step 1")
    expect.close(second, {"w": np.array([-0.29, 1.58])}, "the parameters after step 2")
    expect.close(third, {"w": np.array([-0.561, 2.122])}, "the parameters after step 3")


@check(
    "Momentum",
    "floating dtypes are kept and integer parameters become float64",
    public=True,
    weight=0.5,
    hint="Look at the dtype of each parameter before you do arithmetic with float64 numbers.",
)
def test_momentum_dtypes(sub):
    _expect_dtypes(sub.Momentum(learning_rate=0.5, momentum=0.75))


def _momentum_settings(rng, nesterov=False):
    return {
        "learning_rate": float(rng.uniform(0.03, 0.1)),
        "momentum": float(rng.uniform(0.55, 0.75)),
        "nesterov": nesterov,
    }


@check(
    "Momentum",
    "five steps with gradients that change sign give the values of the formula",
    weight=3,
    hint="Work two steps of the docstring's formula on paper, with the velocity in a column.",
)
def test_momentum_steps(sub, rng):
    settings = _momentum_settings(rng)
    ask_steps(sub, "Momentum", settings, draw_walk(rng, "Momentum", settings, low=1e-3, high=10.0))


@check(
    "Momentum",
    "with momentum 0 each step is one of plain gradient descent",
    weight=0.5,
    hint="0 is a momentum like any other.",
)
def test_momentum_zero(sub, rng):
    settings = {**_momentum_settings(rng), "momentum": 0.0}
    ask_steps(sub, "Momentum", settings, draw_walk(rng, "Momentum", settings, steps=3))


@check(
    "Momentum",
    "without arguments the documented learning rate and momentum hold",
    weight=0.5,
    hint="Every argument is also an attribute of the same name.",
)
def test_momentum_defaults(sub, rng):
    defaults = {"learning_rate": 0.01, "momentum": 0.9, "nesterov": False}
    ask_defaults(sub, rng, "Momentum", defaults, {})


@check(
    "Momentum",
    "learning rate and momentum are read at every step",
    hint="Somebody may change an attribute between two steps; a copy made early goes stale.",
)
def test_momentum_attributes(sub, rng):
    made = {"learning_rate": 0.5, "momentum": 0.2, "nesterov": False}
    first = _momentum_settings(rng)
    later = {"learning_rate": 0.4, "momentum": 0.9, "nesterov": False}
    ask_attributes(sub, rng, "Momentum", made, first, later)


@check(
    "Momentum",
    "reset forgets the velocities and the count, and nothing else",
    hint="After reset the next step has no history, but the settings are those of now.",
)
def test_momentum_reset(sub, rng):
    ask_reset(sub, rng, "Momentum", _momentum_settings(rng), 0.2)


@check(
    "Momentum",
    "a gradient that is None or missing leaves its parameter and velocity as they are",
    weight=1.5,
    hint="No gradient is not the same as a gradient of zeros.",
)
def test_momentum_missing_gradients(sub, rng):
    ask_missing(sub, rng, "Momentum", _momentum_settings(rng))


@check(
    "Momentum",
    "every parameter of every optimizer has a velocity of its own",
    hint="Velocities belong to names, and to one object; the order of the names says nothing.",
)
def test_momentum_separate_state(sub, rng):
    ask_separate(sub, rng, "Momentum", _momentum_settings(rng))


@check(
    "Momentum",
    "what is handed to step is not changed, and results are new arrays",
    hint="An array that you keep must not be one that belongs to somebody else.",
)
def test_momentum_inputs_untouched(sub, rng):
    ask_untouched(sub, rng, "Momentum", _momentum_settings(rng))


@check(
    "Momentum",
    "bad arguments and a gradient of another shape raise ValueError",
    weight=0.5,
    hint="Check each argument against the interval in the docstring, before anything changes.",
)
def test_momentum_refusals(sub, rng):
    bad = [("learning_rate", 0.0), ("learning_rate", -0.1)]
    bad += [("momentum", value) for value in (-0.1, 1.0, 1.5)]
    ask_refusals(sub, rng, "Momentum", _momentum_settings(rng), bad)


# Nesterov


@check(
    "Nesterov",
    "three steps with a constant gradient look ahead along the velocity",
    public=True,
    hint="The velocity that is stored is the classical one; only the move differs.",
)
def test_nesterov_three_steps(sub):
    optimizer = sub.Momentum(learning_rate=0.1, momentum=0.9, nesterov=True)
    grads = {"w": np.array([1.0, -2.0])}
    first = optimizer.step({"w": np.array([0.0, 1.0])}, grads)
    second = optimizer.step({"w": np.array([-0.19, 1.38])}, grads)
    third = optimizer.step({"w": np.array([-0.461, 1.922])}, grads)
    wanted = [np.array([-0.19, 1.38]), np.array([-0.461, 1.922]), np.array([-0.8049, 2.6098])]
    if sub.takes("Momentum"):  # then one looks ahead along the velocity that there is
        classical = sub.Momentum(learning_rate=0.1, momentum=0.9)
        zero = np.zeros(2)
        moves = [classical.step({"w": zero}, grads) for _ in range(3)]
        velocities = [
            expect.array(expect.mapping(move, "a step", ["w"])["w"], "w", (2,)) for move in moves
        ]
        expect.that(np.ptp(velocities, axis=0).all(), "the velocity", "grow from step to step")
        starts = [np.array([0.0, 1.0]), *wanted]
        wanted = [w + 0.9 * v - 0.1 * grads["w"] for w, v in zip(starts, velocities)]
    for number, (found, right) in enumerate(zip([first, second, third], wanted), 1):
        expect.close(found, {"w": right}, "the parameters after step %d" % number)


@check(
    "Nesterov",
    "floating dtypes are kept and integer parameters become float64",
    public=True,
    weight=0.5,
    hint="Look at the dtype of each parameter before you do arithmetic with float64 numbers.",
)
def test_nesterov_dtypes(sub):
    _expect_dtypes(sub.Momentum(learning_rate=0.5, momentum=0.75, nesterov=True))


@check(
    "Nesterov",
    "five steps with gradients that change sign give the values of the formula",
    weight=3,
    hint="Work two steps of the docstring's formula on paper, with the velocity in a column.",
)
def test_nesterov_steps(sub, rng):
    settings = _momentum_settings(rng, nesterov=True)
    ask_ahead(sub, settings, draw_walk(rng, "Momentum", settings, low=1e-3, high=10.0))


@check(
    "Nesterov",
    "the settings are read at every step",
    hint="Somebody may change an attribute between two steps; a copy made early goes stale.",
)
def test_nesterov_attributes(sub, rng):
    made = {"learning_rate": 0.5, "momentum": 0.2, "nesterov": False}
    first = _momentum_settings(rng, nesterov=True)
    later = {"learning_rate": 0.4, "momentum": 0.9, "nesterov": True}
    ask_attributes(sub, rng, "Momentum", made, first, later)


@check(
    "Nesterov",
    "reset forgets the velocities and the count, and nothing else",
    hint="Both kinds of step count, and both keep their velocities in the same place.",
)
def test_nesterov_reset(sub, rng):
    ask_reset(sub, rng, "Momentum", _momentum_settings(rng, nesterov=True), 0.2)


@check(
    "Nesterov",
    "a gradient that is None or missing leaves its parameter and velocity as they are",
    hint="No gradient is not the same as a gradient of zeros.",
)
def test_nesterov_missing_gradients(sub, rng):
    ask_missing(sub, rng, "Momentum", _momentum_settings(rng, nesterov=True))


@check(
    "Nesterov",
    "every parameter of every optimizer has a velocity of its own",
    weight=0.5,
    hint="Velocities belong to names, and to one object; the order of the names says nothing.",
)
def test_nesterov_separate_state(sub, rng):
    ask_separate(sub, rng, "Momentum", _momentum_settings(rng, nesterov=True))


@check(
    "Nesterov",
    "what is handed to step is not changed, and results are new arrays",
    weight=0.5,
    hint="An array that you keep must not be one that belongs to somebody else.",
)
def test_nesterov_inputs_untouched(sub, rng):
    ask_untouched(sub, rng, "Momentum", _momentum_settings(rng, nesterov=True))
