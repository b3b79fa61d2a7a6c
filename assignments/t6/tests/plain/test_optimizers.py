"""Checks of `optimizers.py`: plain gradient descent, momentum and Nesterov's momentum."""
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
