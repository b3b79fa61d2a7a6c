"""Checks of `optimizers.py`: step sizes of each entry's own, Adagrad, RMSprop and Adam."""
import numpy as np
from checkkit import check, expect


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
