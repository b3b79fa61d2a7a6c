# T6: Gradient Descent Optimization, version 1.0.0
# Learning without learning by heart (file 6 of 7)
#
# Write your code where a line raises NotImplementedError: replace that line and keep the rest.
# In this file:
#   l1_l2_penalty: 4 points, about 20 minutes
#   dropout_forward: 4 points, about 20 minutes
#   batchnorm_forward: 2 points, bonus, about 30 minutes
#   EarlyStopping: 5 points, about 30 minutes
#   diagnose_fit: 3 points, about 15 minutes
#   build_regularized_model: 4 points, about 25 minutes
#   shift_augment: 2 points, bonus, about 20 minutes
# Check yourself as often as you like:
#   python check.py l1_l2_penalty
# Hints are shown one by one, when you ask: 1 is an idea, 2 a formula, 3 pseudo-code.
#   python check.py --hint l1_l2_penalty 1

"""Regularization: penalties, dropout, batch normalization, early stopping, augmentation.

Importing this module needs NumPy only; TensorFlow is imported when a model is built.
"""

import numpy as np


def check_rate(name: str, value: float) -> None:
    """Raise `ValueError` unless `value` is in [0, 1) (given)."""
    if not 0 <= value < 1:
        raise ValueError(f"{name} must be in [0, 1), got {value!r}")


def check_not_negative(name: str, value: float) -> None:
    """Raise `ValueError` unless `value` is 0 or greater (given)."""
    if not value >= 0:
        raise ValueError(f"{name} must be >= 0, got {value!r}")


def check_shape(name: str, array: np.ndarray, expected: tuple) -> None:
    """Raise `ValueError` unless `array` has the shape `expected` (given)."""
    if array.shape != expected:
        raise ValueError(f"{name} has shape {array.shape}, expected {expected}")


def as_floating(value) -> np.ndarray:
    """Copy `value` into a new array; floating dtypes stay, others become float64 (given)."""
    array = np.array(value)
    return array if np.issubdtype(array.dtype, np.floating) else array.astype(np.float64)


def l1_l2_penalty(kernels: list, l1: float = 0.0, l2: float = 0.0) -> tuple:
    """Compute the L1 and L2 penalty of a network's kernels, and its gradients.

    Formulas: `penalty = sum over kernels and entries of (l1 |w| + l2 w^2)`;
    `gradient = l1 sign(w) + 2 l2 w`, with `sign(0) = 0`.

    Convention: no factor 1/2 in front of the squares, as in Keras's `L1L2`.

    Args:
        kernels: list of arrays of any shape; biases are not penalized, so leave them out.
        l1: float >= 0, weight of the absolute values. Default 0.0.
        l2: float >= 0, weight of the squares. Default 0.0.

    Returns:
        `(penalty, gradients)`: a float (0.0 for no kernels), and a list of new arrays of the shapes
        of `kernels`; a floating dtype is kept, integers become float64.

    Raises:
        ValueError: `l1` or `l2` is negative.

    Reference:
        Goodfellow, Bengio and Courville (2016), Deep Learning, section 7.1, equations 7.2 (there
        with a half) and 7.19; Tibshirani (1996), Regression Shrinkage and Selection via the Lasso.

    Example:
        0.1 (|1| + |-2| + |0|) + 0.5 (1 + 4 + 0) = 2.8

        >>> penalty, gradients = l1_l2_penalty([np.array([1.0, -2.0, 0.0])], l1=0.1, l2=0.5)
        >>> round(penalty, 6), gradients[0].round(6).tolist()
        (2.8, [1.1, -2.1, 0.0])
    """
    # TODO: add up both penalties over all kernels, and give every kernel its own gradient.
    raise NotImplementedError(
        "l1_l2_penalty: add up both penalties over all kernels, and give every kernel its own "
        "gradient."
    )


def dropout_forward(x, rate: float, rng: np.random.Generator, training: bool) -> tuple:
    """Drop activations at random in training, and scale up the rest (inverted dropout).

    Formula: with `mask = 1` where kept (probability `1 - rate`), else 0:
    `y = x * mask / (1 - rate)`. The expected value of `y` is `x`, so nothing is left to do at
    inference.

    Convention: `rate` is the probability to DROP, as in Keras; the paper's `p` is that to keep.

    Args:
        x: array of any shape; every entry is dropped independently of the others.
        rate: float in [0, 1).
        rng: `numpy.random.Generator`, the only source of randomness.
        training: bool; `False` gives `x` and a mask without zeros.

    Returns:
        `(y, mask)`: new arrays of the shape of `x`; `y` keeps a floating dtype (integers become
        float64), `mask` is True where an entry was kept.

    Raises:
        ValueError: `rate` is outside [0, 1), in training or not.

    Reference:
        Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014), Dropout: A Simple Way to
        Prevent Neural Networks from Overfitting, section 4 (and section 10, for the scaling).

    Example:
        With a rate of 0.75 a kept 1.0 becomes 1 / 0.25 = 4.0.

        >>> y, mask = dropout_forward(np.ones(1000), 0.75, np.random.default_rng(0), training=True)
        >>> np.unique(y).tolist(), bool(np.all(mask == (y != 0)))
        ([0.0, 4.0], True)
    """
    # TODO: draw a mask in training, zero what it drops and scale what it keeps.
    raise NotImplementedError(
        "dropout_forward: draw a mask in training, zero what it drops and scale what it keeps."
    )


def batchnorm_forward(
    x,
    gamma,
    beta,
    moving_mean,
    moving_var,
    momentum: float = 0.99,
    eps: float = 1e-3,
    training: bool = True,
) -> tuple:
    """Normalize each feature by the batch (training) or by moving averages (inference).

    Formulas: `y = gamma (x - mean) / sqrt(var + eps) + beta`. In training `mean` and `var` are
    those of the batch's columns (`var` with divisor n), and
    `moving <- momentum * moving + (1 - momentum) * batch` for both; at inference they are the
    moving values, which stay as they are.

    Convention: Keras's: `momentum` weighs the old value, the variance is biased, epsilon is
    inside the root. PyTorch weighs the new value, and stores the unbiased variance.

    Args:
        x: array of shape (n, features).
        gamma, beta: arrays of shape (features,), scale and shift.
        moving_mean, moving_var: arrays of shape (features,), the averages so far.
        momentum: float in [0, 1). Default 0.99.
        eps: float >= 0. Default 1e-3.
        training: bool. Default True.

    Returns:
        `(y, new_mean, new_var)`: new arrays, `y` of the shape of `x`; floating dtypes of `x`,
        `moving_mean` and `moving_var` are kept, integers become float64.

    Raises:
        ValueError: `x` does not have two axes, the shape of another array differs from
            (features,), `momentum` is outside [0, 1), or `eps` is negative.

    Reference:
        Ioffe and Szegedy (2015), Batch Normalization, Algorithms 1 and 2.

    Example:
        The column 1, 3 has mean 2 and variance 1, so it becomes -1, 1 (with eps 0).

        >>> x = np.array([[1.0], [3.0]])
        >>> one, zero = np.ones(1), np.zeros(1)
        >>> y, new_mean, new_var = batchnorm_forward(x, one, zero, zero, one, momentum=0.9, eps=0.0)
        >>> y.tolist(), new_mean.round(6).tolist(), new_var.round(6).tolist()
        ([[-1.0], [1.0]], [0.2], [1.0])
    """
    # TODO: choose mean and variance, normalize, scale and shift, and move the averages in training.
    raise NotImplementedError(
        "batchnorm_forward: choose mean and variance, normalize, scale and shift, and move the "
        "averages in training."
    )


class EarlyStopping:
    """Stop when a validation metric has stopped improving, and keep the best weights.

    Rule: a value improves if it is less than `best_value - min_delta` (more than
    `best_value + min_delta` for `mode="max"`); training should stop after `patience` updates in a
    row without an improvement. The first finite value always improves, NaN never does, and the very
    first update never stops.

    Args:
        patience: int >= 0; 0 acts as 1, as in Keras. Default 10.
        min_delta: float >= 0, the least change that counts. Default 0.0.
        mode: `"min"` (losses) or `"max"` (accuracies). Default `"min"`.

    Attributes:
        best_value: best value so far, `None` before the first finite one.
        best_epoch: index of the update that brought it (from 0), or `None`.
        best_weights: list of copies of the weights given with it, or `None`.

    Raises:
        ValueError: `patience` or `min_delta` is negative, or `mode` is unknown.

    Reference:
        Prechelt (1998), Early Stopping - But When?, section 2; Goodfellow, Bengio and Courville
        (2016), Deep Learning, Algorithm 7.1; conventions as in `keras.callbacks.EarlyStopping`.

    Example:
        >>> stopping = EarlyStopping(patience=2)
        >>> weights = [np.array([0.0])]
        >>> [stopping.update(value, weights) for value in (1.0, 0.8, 0.9, 0.85)]
        [False, False, False, True]
        >>> stopping.best_value, stopping.best_epoch
        (0.8, 1)
    """

    def __init__(self, patience: int = 10, min_delta: float = 0.0, mode: str = "min"):
        # TODO: check and keep the three arguments, and start with nothing seen and nothing best.
        raise NotImplementedError(
            "EarlyStopping.__init__: check and keep the three arguments, and start with nothing "
            "seen and nothing best."
        )

    def update(self, value: float, weights: list) -> bool:
        """Take in the metric of one epoch, and say whether to stop.

        Args:
            value: float, the metric; NaN never improves.
            weights: list of arrays, the model's weights after this epoch. They are copied when the
                value improves, so later changes in place do not reach `best_weights`.

        Returns:
            bool: True once `patience` updates in a row have brought no improvement.
        """
        # TODO: decide whether the value improves, remember the best, count the updates without.
        raise NotImplementedError(
            "EarlyStopping.update: decide whether the value improves, remember the best, count the "
            "updates without."
        )


def shift_augment(images, max_shift: int, rng: np.random.Generator) -> np.ndarray:
    """Shift every image by its own random number of whole pixels, filling up with zeros.

    Formula: `out[i, r, c] = images[i, r - dy_i, c - dx_i]`, 0 where that lies outside, with `dy_i`
    and `dx_i` drawn independently and uniformly from -max_shift, ..., max_shift.

    Args:
        images: array of shape (n, height, width), any dtype.
        max_shift: int, 0 <= max_shift < min(height, width); 0 is the identity.
        rng: `numpy.random.Generator`, the only source of randomness.

    Returns:
        new array of the shape and dtype of `images`.

    Raises:
        ValueError: `images` does not have three axes, or `max_shift` is out of range.

    Reference:
        LeCun, Bottou, Bengio and Haffner (1998), Gradient-Based Learning Applied to Document
        Recognition, section III.C (training on distorted patterns).

    Example:
        Zero filling can push pixels out, but invents none: the sum never grows.

        >>> images = np.arange(18.0).reshape(2, 3, 3)
        >>> shifted = shift_augment(images, 1, np.random.default_rng(0))
        >>> shifted.shape, bool(np.all(shifted.sum(axis=(1, 2)) <= images.sum(axis=(1, 2))))
        ((2, 3, 3), True)
    """
    # TODO: draw one vertical and one horizontal shift per image, and cut the shifted images out.
    raise NotImplementedError(
        "shift_augment: draw one vertical and one horizontal shift per image, and cut the shifted "
        "images out."
    )


def diagnose_fit(history: dict, gap: float = 0.1, high_loss: float = 0.5) -> str:
    """Read a training history: diverged, overfitting, underfitting or a good fit.

    Rule, on the means of the last 10 epochs (of all, when there are fewer): `"diverged"` if any of
    these losses is not finite; else `"overfitting"` if `val - train > gap`; else `"underfitting"`
    if `train > high_loss`; else `"good fit"`.

    Args:
        history: dict with two lists of equal length, `"loss"` and `"val_loss"`.
        gap: float, the largest healthy distance of validation from training loss. Default 0.1.
        high_loss: float, training losses above it have not been learned. Default 0.5.

    Returns:
        str: one of the four.

    Raises:
        ValueError: a list is missing or empty, or their lengths differ.

    Reference:
        Goodfellow, Bengio and Courville (2016), Deep Learning, section 5.2 (capacity, overfitting
        and underfitting) and Figure 5.3; the limits are this course's own.

    Example:
        >>> diagnose_fit({"loss": [0.7, 0.2], "val_loss": [0.7, 0.8]})
        'overfitting'
        >>> diagnose_fit({"loss": [0.7, float("nan")], "val_loss": [0.7, 0.8]})
        'diverged'
    """
    # TODO: check the lists, average the last ten epochs, and apply the four rules in their order.
    raise NotImplementedError(
        "diagnose_fit: check the lists, average the last ten epochs, and apply the four rules in "
        "their order."
    )


def build_regularized_model(
    input_dim: int,
    hidden: tuple = (64, 32),
    l1: float = 0.0,
    l2: float = 0.01,
    dropout: float = 0.3,
    batchnorm: bool = True,
    clipnorm=1.0,
    learning_rate: float = 1e-3,
    seed: int = 0,
):
    """Build and compile a Keras binary classifier with every regularizer of this lab.

    Per hidden layer: Dense (ReLU, He normal, L1/L2 penalty on the kernel only), then
    BatchNormalization, then Dropout. The head is one sigmoid unit without penalty or dropout.

    Args:
        input_dim: int >= 1, number of features.
        hidden: tuple of ints, units per hidden layer. Default (64, 32).
        l1, l2: floats >= 0, weights of the penalty. Defaults 0.0 and 0.01.
        dropout: float in [0, 1), probability to drop; 0 leaves the Dropout layers out. Default 0.3.
        batchnorm: bool; `False` leaves the BatchNormalization layers out. Default True.
        clipnorm: float > 0, Adam's limit on the norm of each variable's gradient, or `None` for no
            clipping. Keras's `global_clipnorm`, one factor for all gradients, keeps the direction
            of the step and is as right here. Default 1.0.
        learning_rate: float > 0, of Adam. Default 1e-3.
        seed: int; the same seed gives the same initial weights. Default 0.

    Returns:
        compiled `keras.Model` for inputs of shape (n, input_dim) and labels 0 or 1 of shape (n, 1):
        binary cross-entropy, accuracy, Adam.

    Raises:
        ValueError: `dropout` is outside [0, 1), `l1` or `l2` is negative, or `learning_rate` or
            `clipnorm` is not greater than 0 (Keras accepts both silently).

    Reference:
        He, Zhang, Ren and Sun (2015), Delving Deep into Rectifiers, equation 10; Srivastava et al.
        (2014), Dropout; Ioffe and Szegedy (2015), Batch Normalization; Kingma and Ba (2015), Adam.

    Example:
        `build_regularized_model(2, hidden=(8,), batchnorm=False)` has a kernel of 2 x 8, a bias of
        8, a head of 8 x 1 and its bias: 2 * 8 + 8 + 8 + 1 = 33 weights.
    """
    # TODO: check the arguments, stack the layers, compile with a clipping Adam, return the model.
    raise NotImplementedError(
        "build_regularized_model: check the arguments, stack the layers, compile with a clipping "
        "Adam, return the model."
    )
