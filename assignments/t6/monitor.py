# T6: Gradient Descent Optimization, version 1.0.0
# Watching gradients while a network learns (file 5 of 7)
#
# Write your code where a line raises NotImplementedError: replace that line and keep the rest.
# In this file:
#   gradient_report: 6 points, about 35 minutes
#   activation_report: 2 points, bonus, about 15 minutes
#   LossWatch: 3 points, about 20 minutes
#   layer_gradient_norms: 4 points, about 30 minutes
#   GradientMonitor: 5 points, about 35 minutes
# Check yourself as often as you like:
#   python check.py gradient_report
# Hints are shown one by one, when you ask: 1 is an idea, 2 a formula, 3 pseudo-code.
#   python check.py --hint gradient_report 1

"""Watch the health of training: gradient norms, activations and the loss.

Importing this module needs NumPy only; TensorFlow is imported when a model is looked at.
"""

from collections import deque

import numpy as np


def check_positive(name: str, value: float) -> None:
    """Raise `ValueError` unless `value` is greater than 0 (given)."""
    if not value > 0:
        raise ValueError(f"{name} must be > 0, got {value!r}")


def gradient_report(named_grads: dict, vanishing: float = 1e-6, exploding: float = 1e2) -> dict:
    """Judge the gradients of a network, layer by layer and as a whole.

    Formulas: a layer's norm is `n = sqrt(sum of g^2)`, with squares added in float64 (in float32
    that of 1e20 is already inf); the global norm is `sqrt(sum of n^2)` over the layers; the ratio
    is the first layer's norm over the last one's.

    A layer is `"nonfinite"` if its norm is NaN or infinite, `"exploding"` if it is above
    `exploding`, `"vanishing"` if it is below `vanishing`, else `"ok"`. The whole takes the worst of
    its layers in that order, and is also `"vanishing"` when the ratio is below 1e-4: ten layers
    that each lose a little may all pass the absolute test.

    Args:
        named_grads: dict from layer name to array, first layer first; a `None` is left out.
        vanishing: float, norms below it vanish. Default 1e-6.
        exploding: float, norms above it explode. Default 1e2.

    Returns:
        `{"layers": {name: {"norm": float, "status": str}}, "global_norm": float, "ratio": float,
        "status": str}`. The ratio is 1.0 for a single layer and for 0/0, inf for x/0. Without any
        gradient there are no layers, the global norm is 0.0, the ratio 1.0 and the status `"ok"`.

    Reference:
        Glorot and Bengio (2010), Understanding the Difficulty of Training Deep Feedforward Neural
        Networks, section 4.2; Pascanu, Mikolov and Bengio (2013), section 2.

    Example:
        >>> report = gradient_report({"first": np.array([3e-9, 4e-9]), "last": np.array([1.0])})
        >>> report["layers"]["first"]["norm"], report["layers"]["first"]["status"]
        (5e-09, 'vanishing')
        >>> report["ratio"], report["status"]
        (5e-09, 'vanishing')
    """
    # TODO: compute norms, ratio and global norm, and let every comparison with NaN say "nonfinite".
    raise NotImplementedError(
        "gradient_report: compute norms, ratio and global norm, and let every comparison with NaN "
        'say "nonfinite".'
    )


def activation_report(activations, kind: str) -> dict:
    """Count silent and saturated units in a batch of activations.

    Args:
        activations: array of shape (n, units): one row per example, one column per unit.
        kind: `"relu"`, `"sigmoid"` or `"tanh"`, what the units put out.

    Returns:
        `{"zero_fraction": float, "dead_units": int, "saturated_fraction": float}`: the share of
        entries that are exactly 0; the number of units that are 0 for every row; the share of
        entries where the slope has all but gone, which is outside (0.03, 0.97) for sigmoid, beyond
        0.97 in magnitude for tanh and never (0.0) for ReLU.

    Raises:
        ValueError: `kind` is unknown.

    Reference:
        Glorot and Bengio (2010), Understanding the Difficulty of Training Deep Feedforward Neural
        Networks, section 3 (saturation); Maas, Hannun and Ng (2013), Rectifier Nonlinearities
        Improve Neural Network Acoustic Models, section 2 (dead units).

    Example:
        The second unit is 0 in both rows, so it is dead; 3 of 4 entries are 0.

        >>> batch = np.array([[0.5, 0.0], [0.0, 0.0]])
        >>> report = activation_report(batch, "relu")
        >>> report["zero_fraction"], report["dead_units"], report["saturated_fraction"]
        (0.75, 1, 0.0)
    """
    # TODO: count zeros, units that are zero in every row, and entries on a flat end of the curve.
    raise NotImplementedError(
        "activation_report: count zeros, units that are zero in every row, and entries on a flat "
        "end of the curve."
    )


class LossWatch:
    """Notice, from the losses alone, that training has blown up.

    Rule: a loss is `"nonfinite"` if it is NaN or infinite; `"exploding"` if it exceeds `factor`
    times the smallest of the last `window` finite losses before it; else `"ok"`. Exploding losses
    enter the window too, so a lasting jump becomes the new normal; the first finite loss is `"ok"`.

    Args:
        factor: float > 0. Default 10.0.
        window: int >= 1, number of finite losses to look back on. Default 5.

    Raises:
        ValueError: `factor` or `window` is not greater than 0.

    Reference:
        Goodfellow, Bengio and Courville (2016), Deep Learning, section 11.5 (visualize and monitor
        the training); the rule is this course's own.

    Example:
        >>> watch = LossWatch(factor=10.0, window=2)
        >>> [watch.update(loss) for loss in (1.0, 0.5, 4.0, 6.0, 7.0, float("nan"), 80.0)]
        ['ok', 'ok', 'ok', 'exploding', 'ok', 'nonfinite', 'exploding']
    """

    def __init__(self, factor: float = 10.0, window: int = 5):
        # TODO: check and keep factor and window, and start with no losses seen.
        raise NotImplementedError(
            "LossWatch.__init__: check and keep factor and window, and start with no losses seen."
        )

    def update(self, loss: float) -> str:
        """Take in one loss and judge it.

        Args:
            loss: positive float, or NaN or inf.

        Returns:
            `"ok"`, `"exploding"` or `"nonfinite"`. Losses that are not finite are not remembered.
        """
        # TODO: judge the loss by the losses before it, then remember it if it is finite.
        raise NotImplementedError(
            "LossWatch.update: judge the loss by the losses before it, then remember it if it is "
            "finite."
        )


def layer_gradient_norms(model, x, y, loss_fn) -> dict:
    """Measure the gradient of every layer's kernel at one batch, in inference mode.

    Formula: `norm_l = || d(loss_fn(y, model(x)) + sum of model.losses) / d kernel_l ||_2`.

    Args:
        model: built Keras model. A kernel is the attribute `kernel` of a direct member of
            `model.layers` (Dense, Conv2D, ...); layers without one (BatchNormalization, Dropout,
            Flatten, ...) are left out, and so are biases.
        x: batch of inputs, shape (n, ...), what `model` takes.
        y: targets, first axis n, what `loss_fn` takes.
        loss_fn: function `(y_true, y_pred) -> scalar`.

    Returns:
        dict from layer name to float, in the order of `model.layers`. No weight of the model, and
        no moving average, changes.

    Reference:
        Glorot and Bengio (2010), Understanding the Difficulty of Training Deep Feedforward Neural
        Networks, section 4.2 (back-propagated gradients per layer).

    Example:
        For `model(x) = x w` with `w = 1`, `x = 2`, `y = 0` and the mean squared error, the gradient
        is `2 (2 * 1 - 0) * 2 = 8`, so the answer is `{"dense": 8.0}`.
    """
    # TODO: take the gradient of the loss for every layer's kernel and return its L2 norm by name.
    raise NotImplementedError(
        "layer_gradient_norms: take the gradient of the loss for every layer's kernel and return "
        "its L2 norm by name."
    )


class LazyCallback:
    """Base class that becomes a `keras.callbacks.Callback` when an object is made (given).

    Keras takes seconds to import, and most of this lab does not need it. An object of a class that
    derives from `LazyCallback` is an instance of that class and of Keras's `Callback` alike.
    """

    def __new__(cls, *args, **kwargs):
        from tensorflow import keras

        if not issubclass(cls, keras.callbacks.Callback):
            # A class of its own dict, not one of cls, so that subclasses get theirs.
            if "_callback_class" not in cls.__dict__:
                namespace = {"__module__": cls.__module__, "__doc__": cls.__doc__}
                bases = (cls, keras.callbacks.Callback)
                cls._callback_class = type(cls.__name__, bases, namespace)
            cls = cls._callback_class
        return object.__new__(cls)


class GradientMonitor(LazyCallback):
    """Keras callback that reports on the kernels' gradients after every epoch.

    After each epoch it computes, on its own batch and in inference mode, the gradient of
    `loss_fn(y, model(x)) + sum of model.losses` for every kernel (of the direct members of
    `model.layers`), and judges them by the rules of `gradient_report`. It changes nothing in the
    model or its optimizer, and draws no random number: training runs as it would without it.

    Args:
        x: batch of inputs, shape (n, ...); take training examples, a fixed few hundred.
        y: their targets, first axis n, what `loss_fn` takes.
        loss_fn: function `(y_true, y_pred) -> scalar`.
        vanishing: float, norms below it vanish. Default 1e-6.
        exploding: float, norms above it explode. Default 1e2.

    Attributes:
        history: list with one report per epoch, in the form of `gradient_report`.
        events: list of `(epoch, layer, status)`, epochs from 0, for every layer that is not `"ok"`.

    Reference:
        Glorot and Bengio (2010), Understanding the Difficulty of Training Deep Feedforward Neural
        Networks, section 4.2; the interface is that of `keras.callbacks.Callback`.

    Example:
        `monitor = GradientMonitor(x[:256], y[:256], loss_fn)`, then
        `model.fit(x, y, epochs=3, callbacks=[monitor])`: `monitor.history` has 3 reports. With a
        kernel whose gradient is 8.0 at that batch and `exploding=5.0`, `monitor.events` starts with
        `(0, "dense", "exploding")`.
    """

    def __init__(self, x, y, loss_fn, vanishing: float = 1e-6, exploding: float = 1e2):
        # TODO: let Keras set up its part, keep the arguments, start with empty history and events.
        raise NotImplementedError(
            "GradientMonitor.__init__: let Keras set up its part, keep the arguments, start with "
            "empty history and events."
        )

    def on_epoch_end(self, epoch: int, logs=None) -> None:
        """Append this epoch's report to `history`, and what is not ok to `events`.

        Args:
            epoch: int, the number of the epoch from 0 (Keras gives it).
            logs: dict of Keras's own metrics; not used.
        """
        # TODO: compute every kernel's gradient at (x, y), report on them, note what is not ok.
        raise NotImplementedError(
            "GradientMonitor.on_epoch_end: compute every kernel's gradient at (x, y), report on "
            "them, note what is not ok."
        )


def plot_gradient_history(
    history: list, vanishing: float = 1e-6, exploding: float = 1e2, path=None
):
    """Draw every layer's gradient norm over the epochs of a monitor's history (given).

    Args:
        history: list of reports, `GradientMonitor.history`.
        vanishing, exploding: the limits, drawn as dashed lines.
        path: file to save the figure to, or `None` to save nothing.

    Returns:
        `matplotlib.figure.Figure`. What to see: healthy layers run side by side between the dashed
        lines; a fan that opens downwards is a vanishing gradient. A norm of 0 is drawn at the
        bottom edge, one that is not finite as a cross at the top edge.

    Raises:
        ValueError: `history` is empty.
    """
    import matplotlib.pyplot as plt

    if not history:
        raise ValueError("history must hold at least one report, got an empty list")
    names = list(history[0]["layers"])
    norms = np.array([[report["layers"][name]["norm"] for name in names] for report in history])
    usable = norms[np.isfinite(norms) & (norms > 0)]
    bottom = min([vanishing, *usable]) / 10
    top = max([exploding, *usable]) * 10

    figure, axes = plt.subplots(figsize=(8, 4.5), layout="constrained")
    epochs = np.arange(len(history))
    labels = []
    for position, name in enumerate(names, 1):
        # The number in dense_377 counts all layers that were ever made: it says nothing here.
        kind, _, count = name.rpartition("_")
        labels.append(f"{position} {kind if count.isdigit() else name}")
    shades = plt.cm.viridis(np.linspace(0, 0.9, len(names)))
    for label, color, values in zip(labels, shades, norms.T):
        finite = np.isfinite(values)
        shown = np.where(finite, np.maximum(values, bottom), np.nan)
        axes.plot(epochs, shown, marker="o", markersize=4, color=color, label=label)
        axes.plot(epochs[~finite], np.full(np.sum(~finite), top), "x", color=color, clip_on=False)
    for limit, text, offset in ((vanishing, "vanishing", -12), (exploding, "exploding", 4)):
        axes.axhline(limit, color="0.4", linestyle="--", linewidth=1)
        axes.annotate(text, (0.01, limit), (0, offset), ("axes fraction", "data"), "offset points")
    axes.set_yscale("log")
    axes.set_ylim(bottom, top)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel("epoch")
    axes.set_ylabel("norm of the kernel's gradient")
    axes.set_title("Gradient norm per layer, first layer darkest")
    figure.legend(title="layer", loc="outside right upper", frameon=False)
    if path is not None:
        figure.savefig(path, dpi=150)
    return figure
