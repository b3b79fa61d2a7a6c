# T6: Gradient Descent Optimization, version 1.0.0
# From SGD to Adam (file 2 of 7)
#
# Write your code where a line raises NotImplementedError: replace that line and keep the rest.
# In this file:
#   SGD: 2 points, about 10 minutes
#   Momentum: 5 points, about 25 minutes
#   Nesterov: 2 points, bonus, about 15 minutes
#   Adagrad: 5 points, about 25 minutes
#   RMSprop: 5 points, about 20 minutes
#   Adam: 7 points, about 40 minutes
# Check yourself as often as you like:
#   python check.py SGD
# Hints are shown one by one, when you ask: 1 is an idea, 2 a formula, 3 pseudo-code.
#   python check.py --hint SGD 1

"""Gradient descent from scratch: SGD to Adam, and surfaces to watch them on.

Every optimizer takes `params` and `grads`, dictionaries from a parameter's name to an array, and
returns a dictionary of new arrays. State (velocities, averages) is kept per parameter name.
"""

from typing import Callable, NamedTuple

import numpy as np


def check_positive(name: str, value: float) -> None:
    """Raise `ValueError` unless `value` is greater than 0 (given)."""
    if not value > 0:
        raise ValueError(f"{name} must be > 0, got {value!r}")


def check_decay(name: str, value: float) -> None:
    """Raise `ValueError` unless `value` is a decay rate, in [0, 1) (given)."""
    if not 0 <= value < 1:
        raise ValueError(f"{name} must be in [0, 1), got {value!r}")


def check_not_negative(name: str, value: float) -> None:
    """Raise `ValueError` unless `value` is 0 or greater (given)."""
    if not value >= 0:
        raise ValueError(f"{name} must be >= 0, got {value!r}")


def begin_step(params: dict, grads: dict) -> tuple:
    """Read what one step needs, and change nothing (given).

    Args:
        params: dict from name to array, any shape. Integer arrays are read as float64.
        grads: dict from name to array of the parameter's shape. A gradient that is `None` or
            missing leaves its parameter as it is.

    Returns:
        `(updated, pairs)`. `updated` holds a floating copy of every parameter: the dictionary to
        fill in and return. `pairs` is a list of `(name, w, g)`, one for each parameter that has
        a gradient; `g` is float64, so arithmetic with it is done in float64.

    Raises:
        ValueError: a gradient's shape differs from its parameter's.

    Example:
        >>> updated, pairs = begin_step({"w": np.array([1, 2]), "b": np.array([0.5])},
        ...                             {"w": np.array([0.1, 0.2]), "b": None})
        >>> sorted(updated), [name for name, w, g in pairs]
        (['b', 'w'], ['w'])
    """
    updated = {}
    pairs = []
    for name, value in params.items():
        w = np.array(value)
        if not np.issubdtype(w.dtype, np.floating):
            w = w.astype(np.float64)
        updated[name] = w
        if grads.get(name) is None:
            continue
        g = np.asarray(grads[name], dtype=np.float64)
        if g.shape != w.shape:
            raise ValueError(
                f"grads[{name!r}] has shape {g.shape}, but params[{name!r}] has shape {w.shape}"
            )
        pairs.append((name, w, g))
    return updated, pairs


class SGD:
    """Stochastic gradient descent with a fixed step size.

    Formula: `w <- w - learning_rate * g`.

    Args:
        learning_rate: float > 0, the step size; read at every step. Default 0.01.

    Attributes:
        iterations: number of `step` calls so far.

    Raises:
        ValueError: `learning_rate` is not greater than 0.

    Reference:
        Robbins and Monro (1951), A Stochastic Approximation Method; Goodfellow, Bengio and
        Courville (2016), Deep Learning, Algorithm 8.1.

    Example:
        >>> sgd = SGD(learning_rate=0.5)
        >>> sgd.step({"w": np.array([1.0, 2.0])}, {"w": np.array([1.0, 6.0])})["w"].tolist()
        [0.5, -1.0]
    """

    def __init__(self, learning_rate: float = 0.01):
        # TODO: check learning_rate with check_positive, keep it as an attribute, call reset().
        raise NotImplementedError(
            "SGD.__init__: check learning_rate with check_positive, keep it as an attribute, call "
            "reset()."
        )

    def reset(self) -> None:
        """Forget all state, here only the count of steps; `learning_rate` stays (given)."""
        self.iterations = 0

    def step(self, params: dict, grads: dict) -> dict:
        """Return the parameters after one step.

        Args:
            params: dict from name to array of any shape.
            grads: dict from name to array of the same shape, `None` or missing to leave a
                parameter as it is.

        Returns:
            dict with the names of `params` and new arrays: a floating dtype is kept, integers
            become float64.

        Raises:
            ValueError: a gradient's shape differs from its parameter's; nothing has changed then.
        """
        updated, pairs = begin_step(params, grads)
        # TODO: count the step, move every w against its gradient, return the new arrays.
        raise NotImplementedError(
            "SGD.step: count the step, move every w against its gradient, return the new arrays."
        )


class Momentum:
    """Gradient descent with a velocity: classical (Polyak) or Nesterov's.

    Formula: `v <- momentum * v - learning_rate * g`, then `w <- w + v`; with `nesterov=True`
    `w <- w + momentum * v - learning_rate * g` with the new `v`. Every `v` starts at 0.

    Convention: the learning rate stands inside the velocity, as in Keras. PyTorch keeps it outside
    (`b <- momentum * b + g`, `w <- w - learning_rate * b`): the same steps while the rate is fixed.

    Args:
        learning_rate: float > 0; read at every step. Default 0.01.
        momentum: float in [0, 1), the share of the velocity that is kept. Default 0.9.
        nesterov: bool, look ahead along the velocity (the bonus exercise Nesterov). Default False.

    Attributes:
        iterations: number of `step` calls so far.
        velocity: dict from a parameter's name to its `v`, empty before the first step.

    Raises:
        ValueError: `learning_rate` is not greater than 0, or `momentum` is outside [0, 1).

    Reference:
        Polyak (1964), Some Methods of Speeding up the Convergence of Iteration Methods; Sutskever,
        Martens, Dahl and Hinton (2013), On the Importance of Initialization and Momentum in Deep
        Learning, equations 1 and 2; for Nesterov equations 3 and 4, in the form of Bengio,
        Boulanger-Lewandowski and Pascanu (2013), Advances in Optimizing Recurrent Networks,
        section 3.5, which Keras uses: `w` is the point one has looked ahead to.

    Example:
        A constant gradient of 1 and a rate of 0.1: the first step is -0.1, the second -0.19.

        >>> for nesterov in (False, True):
        ...     optimizer = Momentum(learning_rate=0.1, momentum=0.9, nesterov=nesterov)
        ...     w = {"w": np.array([0.0])}
        ...     for _ in range(2):
        ...         w = optimizer.step(w, {"w": np.array([1.0])})
        ...         print(w["w"].round(6).tolist())
        [-0.1]
        [-0.29]
        [-0.19]
        [-0.461]
    """

    def __init__(self, learning_rate: float = 0.01, momentum: float = 0.9, nesterov: bool = False):
        # TODO: check learning_rate and momentum, keep all three arguments, call reset().
        raise NotImplementedError(
            "Momentum.__init__: check learning_rate and momentum, keep all three arguments, call "
            "reset()."
        )

    def reset(self) -> None:
        """Forget the velocities and the count of steps; the arguments stay (given)."""
        self.iterations = 0
        self.velocity = {}

    def step(self, params: dict, grads: dict) -> dict:
        """Return the parameters after one step.

        Args:
            params: dict from name to array of any shape.
            grads: dict from name to array of the same shape; `None` or missing leaves a parameter
                and its velocity as they are.

        Returns:
            dict with the names of `params` and new arrays: a floating dtype is kept, integers
            become float64.

        Raises:
            ValueError: a gradient's shape differs from its parameter's; nothing has changed then.
        """
        if self.nesterov:
            return self._nesterov_step(params, grads)
        updated, pairs = begin_step(params, grads)
        # TODO: update each velocity and keep it for the next step, then move w by it.
        raise NotImplementedError(
            "Momentum.step: update each velocity and keep it for the next step, then move w by it."
        )

    def _nesterov_step(self, params: dict, grads: dict) -> dict:
        """Return the parameters after one step with Nesterov's look-ahead; `step` calls it."""
        updated, pairs = begin_step(params, grads)
        # TODO: update the velocity as before, then move w by where that velocity leads next.
        raise NotImplementedError(
            "Momentum._nesterov_step (Nesterov): update the velocity as before, then move w by "
            "where that velocity leads next."
        )


class Adagrad:
    """Gradient descent whose step shrinks, entry by entry, with all gradients seen so far.

    Formula: `a <- a + g^2`, then `w <- w - learning_rate * g / (sqrt(a) + epsilon)`.
    Every `a` starts at `initial_accumulator_value`.

    Convention: epsilon outside the root and `a = 0` at the start, as in PyTorch. Keras writes
    `sqrt(a + epsilon)` and starts at 0.1.

    Args:
        learning_rate: float > 0; read at every step. Default 0.01.
        initial_accumulator_value: float >= 0, read when a parameter gets its first gradient.
            Default 0.0.
        epsilon: float >= 0, keeps the division away from 0. Default 1e-7.

    Attributes:
        iterations: number of `step` calls so far.
        accumulator: dict from a parameter's name to its `a`, empty before the first step.

    Raises:
        ValueError: `learning_rate` is not greater than 0, or one of the others is negative.

    Reference:
        Duchi, Hazan and Singer (2011), Adaptive Subgradient Methods for Online Learning and
        Stochastic Optimization, Figure 1 (diagonal case); Goodfellow, Bengio and Courville (2016),
        Deep Learning, Algorithm 8.4.

    Example:
        A constant gradient: the steps are 1, 1/sqrt(2), 1/sqrt(3) ... times the rate.

        >>> adagrad = Adagrad(learning_rate=1.0)
        >>> w = {"w": np.array([0.0])}
        >>> for _ in range(2):
        ...     w = adagrad.step(w, {"w": np.array([0.37])})
        ...     print(w["w"].round(4).tolist())
        [-1.0]
        [-1.7071]
    """

    def __init__(
        self,
        learning_rate: float = 0.01,
        initial_accumulator_value: float = 0.0,
        epsilon: float = 1e-7,
    ):
        # TODO: check and keep the three arguments, call reset().
        raise NotImplementedError(
            "Adagrad.__init__: check and keep the three arguments, call reset()."
        )

    def reset(self) -> None:
        """Forget the sums of squares and the count of steps; the arguments stay (given)."""
        self.iterations = 0
        self.accumulator = {}

    def step(self, params: dict, grads: dict) -> dict:
        """Return the parameters after one step.

        Args:
            params: dict from name to array of any shape.
            grads: dict from name to array of the same shape; `None` or missing leaves a parameter
                and its sum of squares as they are.

        Returns:
            dict with the names of `params` and new arrays: a floating dtype is kept, integers
            become float64.

        Raises:
            ValueError: a gradient's shape differs from its parameter's; nothing has changed then.
        """
        updated, pairs = begin_step(params, grads)
        # TODO: add each squared gradient to its sum, then divide the step by the root of that sum.
        raise NotImplementedError(
            "Adagrad.step: add each squared gradient to its sum, then divide the step by the root "
            "of that sum."
        )


class RMSprop:
    """Gradient descent divided by a running root mean square of the gradients.

    Formula: `s <- rho * s + (1 - rho) * g^2`, then
    `w <- w - learning_rate * g / (sqrt(s) + epsilon)`. Every `s` starts at 0.

    Convention: epsilon outside the root, as in PyTorch. Keras writes `sqrt(s + epsilon)`.

    Args:
        learning_rate: float > 0; read at every step. Default 0.001.
        rho: float in [0, 1), the share of the old average that is kept. Default 0.9.
        epsilon: float >= 0, keeps the division away from 0. Default 1e-7.

    Attributes:
        iterations: number of `step` calls so far.
        mean_square: dict from a parameter's name to its `s`, empty before the first step.

    Raises:
        ValueError: `learning_rate` is not greater than 0, `rho` is outside [0, 1), or `epsilon`
            is negative.

    Reference:
        Tieleman and Hinton (2012), Lecture 6.5 of Neural Networks for Machine Learning;
        Goodfellow, Bengio and Courville (2016), Deep Learning, Algorithm 8.5.

    Example:
        The first average is 0.1 g^2, so the first step is 1/sqrt(0.1) = 3.1623 times the rate.

        >>> rmsprop = RMSprop(learning_rate=1.0)
        >>> rmsprop.step({"w": np.array([0.0])}, {"w": np.array([0.37])})["w"].round(4).tolist()
        [-3.1623]
    """

    def __init__(self, learning_rate: float = 0.001, rho: float = 0.9, epsilon: float = 1e-7):
        # TODO: check and keep the three arguments, call reset().
        raise NotImplementedError(
            "RMSprop.__init__: check and keep the three arguments, call reset()."
        )

    def reset(self) -> None:
        """Forget the averages and the count of steps; the arguments stay (given)."""
        self.iterations = 0
        self.mean_square = {}

    def step(self, params: dict, grads: dict) -> dict:
        """Return the parameters after one step.

        Args:
            params: dict from name to array of any shape.
            grads: dict from name to array of the same shape; `None` or missing leaves a parameter
                and its average as they are.

        Returns:
            dict with the names of `params` and new arrays: a floating dtype is kept, integers
            become float64.

        Raises:
            ValueError: a gradient's shape differs from its parameter's; nothing has changed then.
        """
        updated, pairs = begin_step(params, grads)
        # TODO: update each running average of g^2, then divide the step by its root.
        raise NotImplementedError(
            "RMSprop.step: update each running average of g^2, then divide the step by its root."
        )


class Adam:
    """Adaptive moment estimation: a velocity, a root mean square, both freed of their start at 0.

    Formula, with `t` the number of this `step` call (1 at the first, for every parameter):
    `m <- beta_1 * m + (1 - beta_1) * g`, `v <- beta_2 * v + (1 - beta_2) * g^2`,
    `m_hat = m / (1 - beta_1^t)`, `v_hat = v / (1 - beta_2^t)`,
    `w <- w - learning_rate * m_hat / (sqrt(v_hat) + epsilon)`.

    Convention: the paper's Algorithm 1, as in PyTorch: epsilon is added to the root of the
    corrected `v_hat`. Keras adds it to the root of the uncorrected `v` (the paper's "epsilon hat").

    Args:
        learning_rate: float > 0; read at every step. Default 0.001.
        beta_1: float in [0, 1), decay of the mean of gradients. Default 0.9.
        beta_2: float in [0, 1), decay of the mean of squared gradients. Default 0.999.
        epsilon: float >= 0, keeps the division away from 0. Default 1e-7.

    Attributes:
        iterations: number of `step` calls so far.
        m, v: dicts from a parameter's name to its uncorrected averages, empty at the start.

    Raises:
        ValueError: `learning_rate` is not greater than 0, a beta is outside [0, 1), or `epsilon`
            is negative.

    Reference:
        Kingma and Ba (2015), Adam: A Method for Stochastic Optimization, Algorithm 1.

    Example:
        Whatever the size of a gradient, the first step is one learning rate long.

        >>> adam = Adam(learning_rate=0.5)
        >>> w = adam.step({"w": np.array([1.0, 2.0, 3.0])}, {"w": np.array([1.0, 600.0, -0.07])})
        >>> w["w"].round(4).tolist()
        [0.5, 1.5, 3.5]
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
    ):
        # TODO: check and keep the four arguments, call reset().
        raise NotImplementedError("Adam.__init__: check and keep the four arguments, call reset().")

    def reset(self) -> None:
        """Forget both averages and the count of steps; the arguments stay (given)."""
        self.iterations = 0
        self.m = {}
        self.v = {}

    def step(self, params: dict, grads: dict) -> dict:
        """Return the parameters after one step.

        Args:
            params: dict from name to array of any shape.
            grads: dict from name to array of the same shape; `None` or missing leaves a parameter
                and its averages as they are.

        Returns:
            dict with the names of `params` and new arrays: a floating dtype is kept, integers
            become float64.

        Raises:
            ValueError: a gradient's shape differs from its parameter's; nothing has changed then.
        """
        updated, pairs = begin_step(params, grads)
        # TODO: update both averages, correct copies of them for their start at 0, move every w.
        raise NotImplementedError(
            "Adam.step: update both averages, correct copies of them for their start at 0, move "
            "every w."
        )


def run_trajectory(grad_fn: Callable, x0, optimizer, steps: int) -> np.ndarray:
    """Follow one optimizer over a surface, and return every point it visits (given).

    Args:
        grad_fn: function from a point, shape (d,), to the gradient there, shape (d,).
        x0: start, d numbers.
        optimizer: object with `reset()` and `step(params, grads)`; it is reset first and sees one
            parameter named `"x"`.
        steps: int >= 0, how many steps to take.

    Returns:
        float64 array of shape (steps + 1, d); row 0 is `x0`.

    Raises:
        ValueError: `steps` is negative.

    Example:
        On f(x) = x^2 / 2 the gradient is x, so a rate of 0.5 halves x at every step.

        >>> run_trajectory(lambda x: x, [8.0], SGD(learning_rate=0.5), steps=3).tolist()
        [[8.0], [4.0], [2.0], [1.0]]
    """
    check_not_negative("steps", steps)
    optimizer.reset()
    x = np.array(x0, dtype=np.float64)
    path = [x]
    for _ in range(steps):
        gradient = grad_fn(x.copy())
        x = np.array(optimizer.step({"x": x.copy()}, {"x": gradient})["x"], dtype=np.float64)
        path.append(x)
    return np.stack(path)


def bowl(x) -> np.ndarray:
    """Value of an ill-conditioned bowl, `(x_0^2 + 25 x_1^2) / 2` (given).

    The curvatures are 1 and 25, so plain gradient descent needs a rate below 2/25 for the steep
    axis and then creeps along the flat one. `x` has shape (2,) or (2, ...), for a grid.
    """
    return 0.5 * (x[0] ** 2 + 25.0 * x[1] ** 2)


def bowl_gradient(x) -> np.ndarray:
    """Gradient of `bowl` at `x`, shape (2,) (given)."""
    return np.array([x[0], 25.0 * x[1]])


def rosenbrock(x) -> np.ndarray:
    """Value of Rosenbrock's banana valley, `(1 - x_0)^2 + 100 (x_1 - x_0^2)^2` (given).

    Reference: Rosenbrock (1960), An Automatic Method for Finding the Greatest or Least Value of a
    Function. The minimum, 0, is at (1, 1). `x` has shape (2,) or (2, ...), for a grid.
    """
    return (1.0 - x[0]) ** 2 + 100.0 * (x[1] - x[0] ** 2) ** 2


def rosenbrock_gradient(x) -> np.ndarray:
    """Gradient of `rosenbrock` at `x`, shape (2,) (given)."""
    across = x[1] - x[0] ** 2
    return np.array([-2.0 * (1.0 - x[0]) - 400.0 * x[0] * across, 200.0 * across])


def _beale_terms(x) -> list:
    """Residual of Beale's function for each power k of x_1, with k (given)."""
    constants = ((1, 1.5), (2, 2.25), (3, 2.625))
    return [(k, c - x[0] + x[0] * x[1] ** k) for k, c in constants]


def beale(x) -> np.ndarray:
    """Value of Beale's function, flat plateaus between steep walls (given).

    `sum over k = 1, 2, 3 of (c_k - x_0 + x_0 x_1^k)^2` with c = 1.5, 2.25, 2.625.
    Reference: Beale (1958), On an Iterative Method for Finding a Local Minimum of a Function of
    More than One Variable. The minimum, 0, is at (3, 0.5). `x` has shape (2,) or (2, ...).
    """
    return sum(residual**2 for _, residual in _beale_terms(x))


def beale_gradient(x) -> np.ndarray:
    """Gradient of `beale` at `x`, shape (2,) (given)."""
    terms = _beale_terms(x)
    along_0 = sum(2.0 * residual * (x[1] ** k - 1.0) for k, residual in terms)
    along_1 = sum(2.0 * residual * x[0] * k * x[1] ** (k - 1) for k, residual in terms)
    return np.array([along_0, along_1])


class Surface(NamedTuple):
    """One surface to race optimizers on: functions, a start, where the minimum is (given)."""

    name: str
    value: Callable
    gradient: Callable
    start: tuple
    minimum: tuple


SURFACES = (
    Surface("ill-conditioned bowl", bowl, bowl_gradient, (-4.0, 1.5), (0.0, 0.0)),
    Surface("Rosenbrock's valley", rosenbrock, rosenbrock_gradient, (-1.2, 1.0), (1.0, 1.0)),
    Surface("Beale's plateaus", beale, beale_gradient, (1.0, 1.5), (3.0, 0.5)),
)
