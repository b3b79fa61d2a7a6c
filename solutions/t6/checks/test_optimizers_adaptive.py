"""Checks of `optimizers.py`: step sizes of each entry's own, Adagrad, RMSprop and Adam."""

import numpy as np

from autograder.kit import check, expect

from .ask_inputs import ask_refusals, ask_untouched
from .ask_settings import ask_attributes, ask_defaults, ask_initial_value, ask_newest, ask_steps
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


# Large enough for every accepted place of epsilon to give another value.
VISIBLE_EPSILON = 0.1
# Small enough for all of them to agree.
TINY_EPSILON = 1e-9


# Adagrad


@check(
    "Adagrad",
    "two steps shrink as the squared gradients add up",
    public=True,
    hint="The sum of squares belongs to the entry, and it never gets smaller.",
)
def test_adagrad_two_steps(sub):
    optimizer = sub.Adagrad(learning_rate=0.5, epsilon=1e-8)
    first = optimizer.step({"w": np.array([1.0, 2.0])}, {"w": np.array([3.0, -0.5])})
    second = optimizer.step({"w": np.array([0.5, 2.5])}, {"w": np.array([-4.0, 1.2])})
    expect.close(first, {"w": np.array([0.5, 2.5])}, "the parameters after step 1")
    expect.close(second, {"w": np.array([0.9, 2.038461538])}, "the parameters after step 2")


@check(
    "Adagrad",
    "two steps from an initial_accumulator_value, worked by hand",
    public=True,
    weight=0,
    hint="What stands in the sum before the first gradient comes?",
)
def test_adagrad_start_two_steps(sub):
    optimizer = sub.Adagrad(learning_rate=0.5, initial_accumulator_value=16.0, epsilon=1e-8)
    first = optimizer.step({"w": np.array([1.0, 2.0])}, {"w": np.array([3.0, 0.0])})
    second = optimizer.step({"w": np.array([0.7, 2.0])}, {"w": np.array([12.0, -3.0])})
    expect.close(first, {"w": np.array([0.7, 2.0])}, "the parameters after step 1")
    expect.close(second, {"w": np.array([0.238461538, 2.3])}, "the parameters after step 2")


@check(
    "Adagrad",
    "an epsilon that is not small shows where it stands",
    public=True,
    weight=0.5,
    hint="An entry whose gradient is 0 stays where it is, and epsilon keeps 0/0 away.",
)
def test_adagrad_epsilon(sub):
    optimizer = sub.Adagrad(learning_rate=0.5, epsilon=0.25)
    stepped = optimizer.step({"w": np.array([1.0, 2.0])}, {"w": np.array([0.75, 0.0])})
    pinned = {"w": np.array([0.625, 2.0])}
    inside = {"w": np.array([0.583974853, 2.0])}
    sub.follows(
        expect.close_to_one(
            stepped, pinned, {"adagrad-epsilon-inside": inside}, "the parameters after one step"
        )
    )


@check(
    "Adagrad",
    "floating dtypes are kept and integer parameters become float64",
    public=True,
    weight=0.5,
    hint="Look at the dtype of each parameter before you do arithmetic with float64 numbers.",
)
def test_adagrad_dtypes(sub):
    _expect_dtypes(sub.Adagrad(learning_rate=0.5))


def _adagrad_settings(rng, epsilon=TINY_EPSILON, initial=0.0):
    return {
        "learning_rate": float(rng.uniform(0.05, 0.2)),
        "initial_accumulator_value": initial,
        "epsilon": epsilon,
    }


@check(
    "Adagrad",
    "five steps with gradients that change sign give the values of the formula",
    weight=2,
    hint="Work two steps of the docstring's formula on paper, with the sum in a column.",
)
def test_adagrad_steps(sub, rng):
    settings = _adagrad_settings(rng)
    ask_steps(sub, "Adagrad", settings, draw_walk(rng, "Adagrad", settings))


@check(
    "Adagrad",
    "with an epsilon that shows, five steps give the values of the formula",
    weight=2,
    hint="Follow an entry whose gradient is always 0 through your formula.",
)
def test_adagrad_epsilon_steps(sub, rng):
    settings = _adagrad_settings(rng, epsilon=VISIBLE_EPSILON)
    ask_steps(sub, "Adagrad", settings, draw_walk(rng, "Adagrad", settings, low=1e-2, high=10.0))


@check(
    "Adagrad",
    "the sum of squares starts at initial_accumulator_value",
    hint="The first gradient is added to something that need not be 0.",
)
def test_adagrad_initial_value(sub, rng):
    settings = _adagrad_settings(rng, initial=float(rng.uniform(0.3, 0.9)))
    ask_initial_value(sub, rng, "Adagrad", settings, "initial_accumulator_value")


@check(
    "Adagrad",
    "without arguments the documented settings hold",
    weight=0.5,
    hint="Every argument is also an attribute of the same name.",
)
def test_adagrad_defaults(sub, rng):
    defaults = {"learning_rate": 0.01, "initial_accumulator_value": 0.0, "epsilon": 1e-7}
    ask_defaults(sub, rng, "Adagrad", defaults, {})


@check(
    "Adagrad",
    "the settings are read at every step",
    hint="Somebody may change an attribute between two steps; a copy made early goes stale.",
)
def test_adagrad_attributes(sub, rng):
    made = {"learning_rate": 0.7, "initial_accumulator_value": 0.0, "epsilon": TINY_EPSILON}
    first = _adagrad_settings(rng, initial=0.6)
    later = {"learning_rate": 0.4, "initial_accumulator_value": 0.6, "epsilon": 0.3}
    ask_attributes(sub, rng, "Adagrad", made, first, later)


@check(
    "Adagrad",
    "reset forgets the sums and the count, and nothing else",
    hint="After reset the next step has no history, but the settings are those of now.",
)
def test_adagrad_reset(sub, rng):
    ask_reset(sub, rng, "Adagrad", _adagrad_settings(rng), 0.3)


@check(
    "Adagrad",
    "a gradient that is None or missing leaves its parameter and sum as they are",
    weight=1.5,
    hint="The result has every name that params has, whatever grads contains.",
)
def test_adagrad_missing_gradients(sub, rng):
    ask_missing(sub, rng, "Adagrad", _adagrad_settings(rng))


@check(
    "Adagrad",
    "every parameter of every optimizer has a sum of its own",
    hint="Sums belong to names, and to one object; the order of the names says nothing.",
)
def test_adagrad_separate_state(sub, rng):
    ask_separate(sub, rng, "Adagrad", _adagrad_settings(rng))


@check(
    "Adagrad",
    "what is handed to step is not changed, and results are new arrays",
    hint="An array that you keep must not be one that belongs to somebody else.",
)
def test_adagrad_inputs_untouched(sub, rng):
    ask_untouched(sub, rng, "Adagrad", _adagrad_settings(rng))


@check(
    "Adagrad",
    "bad arguments and a gradient of another shape raise ValueError",
    weight=0.5,
    hint="Check each argument against the interval in the docstring, before anything changes.",
)
def test_adagrad_refusals(sub, rng):
    bad = [("learning_rate", 0.0), ("learning_rate", -0.1), ("epsilon", -0.1)]
    ask_refusals(sub, rng, "Adagrad", _adagrad_settings(rng), bad)


# RMSprop


@check(
    "RMSprop",
    "two steps divide by a running root mean square",
    public=True,
    hint="The average starts at 0, takes in one part of the new square and keeps the rest.",
)
def test_rmsprop_two_steps(sub):
    optimizer = sub.RMSprop(learning_rate=0.1, rho=0.75, epsilon=1e-8)
    first = optimizer.step({"w": np.array([1.0, 2.0])}, {"w": np.array([2.0, -0.5])})
    second = optimizer.step({"w": np.array([0.8, 2.2])}, {"w": np.array([-1.0, 1.0])})
    expect.close(first, {"w": np.array([0.8, 2.2])}, "the parameters after step 1")
    expect.close(second, {"w": np.array([0.9, 2.016467413])}, "the parameters after step 2")


@check(
    "RMSprop",
    "an epsilon that is not small shows where it stands",
    public=True,
    weight=0.5,
    hint="An entry whose gradient is 0 stays where it is, and epsilon keeps 0/0 away.",
)
def test_rmsprop_epsilon(sub):
    optimizer = sub.RMSprop(learning_rate=0.5, rho=0.75, epsilon=0.25)
    stepped = optimizer.step({"w": np.array([1.0, 2.0])}, {"w": np.array([1.5, 0.0])})
    pinned = {"w": np.array([0.25, 2.0])}
    inside = {"w": np.array([0.167949706, 2.0])}
    sub.follows(
        expect.close_to_one(
            stepped, pinned, {"rmsprop-epsilon-inside": inside}, "the parameters after one step"
        )
    )


@check(
    "RMSprop",
    "floating dtypes are kept and integer parameters become float64",
    public=True,
    weight=0.5,
    hint="Look at the dtype of each parameter before you do arithmetic with float64 numbers.",
)
def test_rmsprop_dtypes(sub):
    _expect_dtypes(sub.RMSprop(learning_rate=0.5))


def _rmsprop_settings(rng, epsilon=TINY_EPSILON):
    return {
        "learning_rate": float(rng.uniform(0.03, 0.1)),
        "rho": float(rng.uniform(0.7, 0.85)),
        "epsilon": epsilon,
    }


@check(
    "RMSprop",
    "five steps with gradients that change sign give the values of the formula",
    weight=2,
    hint="Work two steps of the docstring's formula on paper, with the average in a column.",
)
def test_rmsprop_steps(sub, rng):
    settings = _rmsprop_settings(rng)
    ask_steps(sub, "RMSprop", settings, draw_walk(rng, "RMSprop", settings))


@check(
    "RMSprop",
    "with an epsilon that shows, five steps give the values of the formula",
    weight=2,
    hint="Follow an entry whose gradient is always 0 through your formula.",
)
def test_rmsprop_epsilon_steps(sub, rng):
    settings = _rmsprop_settings(rng, epsilon=VISIBLE_EPSILON)
    ask_steps(sub, "RMSprop", settings, draw_walk(rng, "RMSprop", settings, low=1e-3, high=10.0))


@check(
    "RMSprop",
    "with rho 0 only the newest gradient counts",
    weight=0.5,
    hint="0 is a decay rate like any other.",
)
def test_rmsprop_zero_rho(sub, rng):
    settings = {**_rmsprop_settings(rng), "rho": 0.0, "epsilon": VISIBLE_EPSILON}
    ask_newest(sub, "RMSprop", settings, draw_walk(rng, "RMSprop", settings, steps=3))


@check(
    "RMSprop",
    "without arguments the documented settings hold",
    weight=0.5,
    hint="Every argument is also an attribute of the same name.",
)
def test_rmsprop_defaults(sub, rng):
    defaults = {"learning_rate": 0.001, "rho": 0.9, "epsilon": 1e-7}
    ask_defaults(sub, rng, "RMSprop", defaults, {})


@check(
    "RMSprop",
    "the settings are read at every step",
    hint="Somebody may change an attribute between two steps; a copy made early goes stale.",
)
def test_rmsprop_attributes(sub, rng):
    made = {"learning_rate": 0.7, "rho": 0.2, "epsilon": 0.01}
    first = _rmsprop_settings(rng)
    later = {"learning_rate": 0.4, "rho": 0.4, "epsilon": 0.3}
    ask_attributes(sub, rng, "RMSprop", made, first, later)


@check(
    "RMSprop",
    "reset forgets the averages and the count, and nothing else",
    hint="After reset the next step has no history, but the settings are those of now.",
)
def test_rmsprop_reset(sub, rng):
    ask_reset(sub, rng, "RMSprop", _rmsprop_settings(rng), 0.2)


@check(
    "RMSprop",
    "a gradient that is None or missing leaves its parameter and average as they are",
    weight=1.5,
    hint="No gradient is not the same as a gradient of zeros.",
)
def test_rmsprop_missing_gradients(sub, rng):
    ask_missing(sub, rng, "RMSprop", _rmsprop_settings(rng))


@check(
    "RMSprop",
    "every parameter of every optimizer has an average of its own",
    hint="Averages belong to names, and to one object; the order of the names says nothing.",
)
def test_rmsprop_separate_state(sub, rng):
    ask_separate(sub, rng, "RMSprop", _rmsprop_settings(rng))


@check(
    "RMSprop",
    "what is handed to step is not changed, and results are new arrays",
    hint="An array that you keep must not be one that belongs to somebody else.",
)
def test_rmsprop_inputs_untouched(sub, rng):
    ask_untouched(sub, rng, "RMSprop", _rmsprop_settings(rng))


@check(
    "RMSprop",
    "bad arguments and a gradient of another shape raise ValueError",
    weight=0.5,
    hint="Check each argument against the interval in the docstring, before anything changes.",
)
def test_rmsprop_refusals(sub, rng):
    bad = [("learning_rate", 0.0), ("learning_rate", -0.1), ("epsilon", -0.1)]
    bad += [("rho", value) for value in (-0.1, 1.0, 1.5)]
    ask_refusals(sub, rng, "RMSprop", _rmsprop_settings(rng), bad)


# Adam


@check(
    "Adam",
    "two steps with corrected moments, worked by hand",
    public=True,
    hint="The first step is one learning rate long, whatever the size of the gradient.",
)
def test_adam_two_steps(sub):
    optimizer = sub.Adam(learning_rate=0.5, beta_1=0.75, beta_2=0.9, epsilon=1e-8)
    first = optimizer.step({"w": np.array([1.0, 2.0])}, {"w": np.array([2.0, -0.25])})
    second = optimizer.step({"w": np.array([0.5, 2.5])}, {"w": np.array([-1.0, 1.0])})
    expect.close(first, {"w": np.array([0.5, 2.5])}, "the parameters after step 1")
    expect.close(second, {"w": np.array([0.408187916, 2.188650075])}, "the parameters after step 2")


@check(
    "Adam",
    "two steps worked by hand, with a parameter that joins in at the second",
    public=True,
    weight=0,
    hint="The count belongs to the optimizer: one call of step is one step for every parameter.",
)
def test_adam_late_two_steps(sub):
    optimizer = sub.Adam(learning_rate=0.5, beta_1=0.75, beta_2=0.9, epsilon=1e-8)
    params = {"w": np.array([1.0]), "b": np.array([2.0])}
    first = optimizer.step(params, {"w": np.array([2.0])})
    params = {"w": np.array([0.5]), "b": np.array([2.0])}
    second = optimizer.step(params, {"w": np.array([-1.0]), "b": np.array([-1.0])})
    wanted = {"w": np.array([0.408187916]), "b": np.array([2.393829825])}
    expect.close(first, params, "the parameters after step 1")
    expect.close(second, wanted, "the parameters after step 2")


@check(
    "Adam",
    "an epsilon that is not small shows where it stands",
    public=True,
    weight=0.5,
    hint="An entry whose gradient is 0 stays where it is, and epsilon keeps 0/0 away.",
)
def test_adam_epsilon(sub):
    optimizer = sub.Adam(learning_rate=0.5, beta_1=0.75, beta_2=0.75, epsilon=0.25)
    stepped = optimizer.step({"w": np.array([1.0, 2.0])}, {"w": np.array([0.75, 0.0])})
    pinned = {"w": np.array([0.625, 2.0])}
    hat = {"w": np.array([0.7, 2.0])}
    sub.follows(
        expect.close_to_one(
            stepped, pinned, {"adam-epsilon-hat": hat}, "the parameters after one step"
        )
    )


@check(
    "Adam",
    "floating dtypes are kept and integer parameters become float64",
    public=True,
    weight=0.5,
    hint="Look at the dtype of each parameter before you do arithmetic with float64 numbers.",
)
def test_adam_dtypes(sub):
    _expect_dtypes(sub.Adam(learning_rate=0.5))


def _adam_settings(rng, epsilon=TINY_EPSILON):
    return {
        "learning_rate": float(rng.uniform(0.03, 0.1)),
        # With these the joint effect of both corrections differs from step to step.
        "beta_1": float(rng.uniform(0.8, 0.85)),
        "beta_2": float(rng.uniform(0.93, 0.96)),
        "epsilon": epsilon,
    }


@check(
    "Adam",
    "five steps with gradients that change sign give the values of the formula",
    weight=2,
    hint="Work two steps of the docstring's formula on paper, with m and v in columns.",
)
def test_adam_steps(sub, rng):
    settings = _adam_settings(rng)
    ask_steps(sub, "Adam", settings, draw_walk(rng, "Adam", settings))


@check(
    "Adam",
    "with an epsilon that shows, five steps give the values of the formula",
    weight=2,
    hint="Follow an entry whose gradient is always 0 through your formula.",
)
def test_adam_epsilon_steps(sub, rng):
    settings = _adam_settings(rng, epsilon=VISIBLE_EPSILON)
    ask_steps(sub, "Adam", settings, draw_walk(rng, "Adam", settings, low=1e-3, high=10.0))


@check(
    "Adam",
    "with both betas 0 only the newest gradient counts",
    weight=0.5,
    hint="0 is a decay rate like any other.",
)
def test_adam_zero_betas(sub, rng):
    settings = {**_adam_settings(rng), "beta_1": 0.0, "beta_2": 0.0, "epsilon": VISIBLE_EPSILON}
    ask_newest(sub, "Adam", settings, draw_walk(rng, "Adam", settings, steps=3))


@check(
    "Adam",
    "without arguments the documented settings hold",
    weight=0.5,
    hint="Every argument is also an attribute of the same name.",
)
def test_adam_defaults(sub, rng):
    defaults = {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
    ask_defaults(sub, rng, "Adam", defaults, {})


@check(
    "Adam",
    "the settings are read at every step",
    hint="Somebody may change an attribute between two steps; a copy made early goes stale.",
)
def test_adam_attributes(sub, rng):
    made = {"learning_rate": 0.7, "beta_1": 0.2, "beta_2": 0.3, "epsilon": 0.01}
    first = _adam_settings(rng)
    later = {**first, "learning_rate": 0.4, "epsilon": 0.3}
    ask_attributes(sub, rng, "Adam", made, first, later)


@check(
    "Adam",
    "reset forgets both averages and the count, and nothing else",
    hint="The correction of the first step after reset is that of a first step.",
)
def test_adam_reset(sub, rng):
    ask_reset(sub, rng, "Adam", _adam_settings(rng), 0.3)


@check(
    "Adam",
    "a gradient that is None or missing leaves its parameter and averages, and t goes on",
    weight=1.5,
    hint="The power in the correction is the number of calls of step, the same for every name.",
)
def test_adam_missing_gradients(sub, rng):
    ask_missing(sub, rng, "Adam", _adam_settings(rng), clock=True)


@check(
    "Adam",
    "every parameter of every optimizer has averages of its own",
    hint="Averages belong to names, and to one object; the order of the names says nothing.",
)
def test_adam_separate_state(sub, rng):
    ask_separate(sub, rng, "Adam", _adam_settings(rng))


@check(
    "Adam",
    "what is handed to step is not changed, and results are new arrays",
    hint="An array that you keep must not be one that belongs to somebody else.",
)
def test_adam_inputs_untouched(sub, rng):
    ask_untouched(sub, rng, "Adam", _adam_settings(rng))


@check(
    "Adam",
    "bad arguments and a gradient of another shape raise ValueError",
    weight=0.5,
    hint="Check each argument against the interval in the docstring, before anything changes.",
)
def test_adam_refusals(sub, rng):
    bad = [("learning_rate", 0.0), ("learning_rate", -0.1), ("epsilon", -0.1)]
    bad += [(beta, value) for beta in ("beta_1", "beta_2") for value in (-0.1, 1.0, 1.5)]
    ask_refusals(sub, rng, "Adam", _adam_settings(rng), bad)
