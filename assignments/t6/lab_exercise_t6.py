# T6: Gradient Descent Optimization, version 1.0.0
# The lab: everything together (file 7 of 7)
#
# Write your code where a line raises NotImplementedError: replace that line and keep the rest.
# In this file:
#   GradientDescentVisualizer: 4 points, about 35 minutes
#   GradientProblemsDemonstrator: 4 points, about 40 minutes
# Check yourself as often as you like:
#   python check.py GradientDescentVisualizer
# Hints are shown one by one, when you ask: 1 is an idea, 2 a formula, 3 pseudo-code.
#   python check.py --hint GradientDescentVisualizer 1

"""The lab itself: compare optimizers fairly, then watch gradients vanish and explode.

Two exercises are yours here, `GradientDescentVisualizer` and `GradientProblemsDemonstrator`. Data,
plots, the training loop for your own optimizers and `main()` are given. Run the file to see it all:

    python lab-exercise-t6.py

The lab stands on its own: `main()` uses the optimizers of your `optimizers.py` where they work, and
those of Keras where they do not yet, and says which.
"""

from __future__ import annotations

import functools
import importlib
import os
import textwrap
import time
from typing import Any, Callable, Dict, List, Sequence, Tuple

try:
    import numpy as np
except ModuleNotFoundError:
    how = "in this folder: python -m pip install -r requirements.txt"
    raise SystemExit(f"numpy is not installed: {how}") from None

Data = Tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]
History = Dict[str, List[float]]

HISTORY_KEYS = ("loss", "val_loss", "accuracy", "val_accuracy")

# Okabe and Ito's palette: its colours stay apart for every common kind of colour blindness. Line
# styles differ as well, so that the figures survive a black-and-white printer.
COLORS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#000000")
LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1, 1, 1)), (0, (1, 1)))


def _caption(figure: Any, text: str, width: int = 145) -> None:
    """Write below the figure what there is to see in it; the layout keeps room for it."""
    figure.supxlabel("\n".join(textwrap.wrap(text, width)), x=0.01, ha="left", fontsize=9)


def record_seconds(method: Callable[..., History]) -> Callable[..., History]:
    """Keep in `self.seconds[name]` how long a call of `method(self, name, ...)` took."""

    @functools.wraps(method)
    def timed(self: Any, name: str, *args: Any, **kwargs: Any) -> History:
        start = time.perf_counter()
        result = method(self, name, *args, **kwargs)
        self.seconds[name] = time.perf_counter() - start
        return result

    return timed


def is_own_optimizer(optimizer: Any) -> bool:
    """True for an optimizer with `step(params, grads)`, as yours have; False for Keras's."""
    return callable(getattr(optimizer, "step", None)) and not hasattr(optimizer, "get_config")


def train_with_own_optimizer(
    model: Any,
    optimizer: Any,
    data: Data,
    epochs: int = 50,
    batch_size: int = 32,
    seed: int = 42,
) -> History:
    """Train a Keras model with an optimizer written in NumPy; what `fit` does, written out.

    TensorFlow computes the gradients, `optimizer.step(params, grads)` decides what to do with them,
    and the new values go back into the model. Changes `model`; calls `optimizer.reset()` first.

    Args:
        model: an uncompiled binary classifier whose output is a probability, shape (n, 1).
        optimizer: an object with `reset()` and `step(params, grads) -> dict`.
        data: the six arrays of `create_dataset`.
        epochs: passes over the training part, default 50.
        batch_size: rows per step, default 32; the last batch may be smaller.
        seed: of the order of the rows, default 42.

    Returns:
        Lists `loss`, `val_loss`, `accuracy`, `val_accuracy` of floats, one entry an epoch.

    Raises:
        ValueError: `step` returned other parameters than it was given.
    """
    import tensorflow as tf
    from tensorflow import keras

    x_train, y_train, x_val, y_val = data[:4]
    variables = {f"{i:02d} {v.name}": v for i, v in enumerate(model.trainable_variables)}
    names = list(variables)

    def measure(probabilities: Any, targets: Any) -> Tuple[Any, Any]:
        cross_entropy = tf.reduce_mean(keras.losses.binary_crossentropy(targets, probabilities))
        hits = tf.equal(probabilities > 0.5, targets > 0.5)
        return cross_entropy, tf.reduce_mean(tf.cast(hits, tf.float32))

    @tf.function
    def gradients_of(x: Any, y: Any) -> Tuple[Any, Any, Any]:
        with tf.GradientTape() as tape:
            loss, accuracy = measure(model(x, training=True), y)
            loss = tf.add_n([loss, *model.losses])
        return loss, accuracy, tape.gradient(loss, [variables[name] for name in names])

    @tf.function
    def evaluate(x: Any, y: Any) -> Tuple[Any, Any]:
        loss, accuracy = measure(model(x, training=False), y)
        return tf.add_n([loss, *model.losses]), accuracy

    def column(y: np.ndarray) -> np.ndarray:
        # (n,) against the model's (n, 1) would broadcast to (n, n) and still give "a loss".
        return np.asarray(y, dtype="float32").reshape(-1, 1)

    optimizer.reset()
    rng = np.random.default_rng(seed)
    history: History = {key: [] for key in HISTORY_KEYS}
    for _ in range(epochs):
        order = rng.permutation(len(x_train))
        losses, hits, sizes = [], [], []
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            loss, accuracy, tensors = gradients_of(x_train[rows], column(y_train[rows]))
            grads = {name: g.numpy() for name, g in zip(names, tensors) if g is not None}
            params = {name: variable.numpy() for name, variable in variables.items()}
            updated = optimizer.step(params, grads)
            if set(updated) != set(params):
                raise ValueError(
                    f"optimizer.step returned the parameters {sorted(updated)}, expected those it "
                    f"was given: {sorted(params)}"
                )
            for name, variable in variables.items():
                variable.assign(np.asarray(updated[name], dtype="float32"))
            losses.append(float(loss))
            hits.append(float(accuracy))
            sizes.append(len(rows))
        val_loss, val_accuracy = evaluate(x_val, column(y_val))
        history["loss"].append(float(np.average(losses, weights=sizes)))
        history["accuracy"].append(float(np.average(hits, weights=sizes)))
        history["val_loss"].append(float(val_loss))
        history["val_accuracy"].append(float(val_accuracy))
    return history


class GradientDescentVisualizer:
    """Compare optimizers on one data set, each from the same start, and draw what happens.

    A comparison is fair only when nothing but the optimizer differs: the same rows, the same
    initial weights, the same order of batches, an optimizer without memory of an earlier training.

    Args:
        random_seed: int, seeds the data, the weights and the order of batches; default 42.

    Attributes:
        history: `{name: history}` of every training so far.
        seconds: `{name: seconds}` of every training so far, filled in for you.

    Example:
        >>> visualizer = GradientDescentVisualizer()
        >>> data = visualizer.create_dataset()
        >>> histories = visualizer.compare_optimizers(
        ...     {"SGD": keras.optimizers.SGD(0.1), "Adam": keras.optimizers.Adam(0.01),
        ...      "mine": Momentum(0.01, momentum=0.9)}, data, epochs=20)
        >>> len(histories["Adam"]["val_loss"])
        20
    """

    def __init__(self, random_seed: int = 42) -> None:
        self.random_seed = random_seed
        self.history: Dict[str, History] = {}
        self.seconds: Dict[str, float] = {}

    def create_dataset(self, n_samples: int = 1000) -> Data:
        """Two noisy half-moons, 70 % for training, 15 % for validation, 15 % for the test.

        The scaler is fitted on the training part alone: fitted on all rows, it would carry the
        validation and test rows' mean and spread into training.

        Args:
            n_samples: int, rows in all, default 1000.

        Returns:
            `(x_train, y_train, x_val, y_val, x_test, y_test)`, float32; x (n, 2), y (n,), 0 or 1.
        """
        from sklearn.datasets import make_moons
        from sklearn.model_selection import train_test_split
        from sklearn.preprocessing import StandardScaler

        x, y = make_moons(n_samples=n_samples, noise=0.25, random_state=self.random_seed)
        seed = self.random_seed
        x_train, x_rest, y_train, y_rest = train_test_split(
            x, y, test_size=0.3, stratify=y, random_state=seed
        )
        x_val, x_test, y_val, y_test = train_test_split(
            x_rest, y_rest, test_size=0.5, stratify=y_rest, random_state=seed
        )
        scaler = StandardScaler().fit(x_train)
        parts = []
        for features, labels in ((x_train, y_train), (x_val, y_val), (x_test, y_test)):
            parts.append(scaler.transform(features).astype("float32"))
            parts.append(labels.astype("float32"))
        return tuple(parts)

    def create_base_model(self, input_dim: int = 2) -> Any:
        """The network that every optimizer gets, with the same initial weights at each call.

        Args:
            input_dim: int, number of features, default 2.

        Returns:
            An uncompiled Keras model: Dense layers of 32, 16 and 8 units with ReLU, then one
            sigmoid unit. Two calls give two models with equal weights. For `input_dim=2` it has 769
            parameters: 2*32+32 + 32*16+16 + 16*8+8 + 8+1.
        """
        from tensorflow import keras

        # TODO: fix the seed, then build the network: Dense 32-16-8 with ReLU and a sigmoid head.
        # TODO: Two calls must give equal weights, whatever ran in between.
        raise NotImplementedError(
            "GradientDescentVisualizer.create_base_model: fix the seed, then build the network: "
            "Dense 32-16-8 with ReLU and a sigmoid head."
        )

    @record_seconds
    def train_with_optimizer(
        self, name: str, optimizer: Any, data: Data, epochs: int = 50, batch_size: int = 32
    ) -> History:
        """Train a fresh base model with one optimizer and remember how it went.

        Args:
            name: str, the key under which `self.history` keeps the result.
            optimizer: a Keras optimizer, of which a fresh copy is used, or one of your own (an
                object with `step` and `reset`), driven by `train_with_own_optimizer`.
            data: the six arrays of `create_dataset`; the test part is not touched.
            epochs: int, default 50.
            batch_size: int, default 32.

        Returns:
            Lists `loss`, `val_loss`, `accuracy`, `val_accuracy` of floats, one entry an epoch.
        """
        # TODO: train a new base model on the training part, judge it on the validation part after
        # TODO: each epoch, keep the four lists in self.history[name], return them.
        raise NotImplementedError(
            "GradientDescentVisualizer.train_with_optimizer: train a new base model on the "
            "training part, judge it on the validation part after each epoch, keep the four lists "
            "in self.history[name], return them."
        )

    def compare_optimizers(
        self, optimizers: Dict[str, Any], data: Data, epochs: int = 50
    ) -> Dict[str, History]:
        """Train the same network once with each optimizer.

        Args:
            optimizers: `{name: optimizer}`, three or more.
            data: the six arrays of `create_dataset`.
            epochs: int, default 50.

        Returns:
            `{name: history}` in the order of `optimizers`.

        Raises:
            ValueError: fewer than three optimizers; raised before anything is trained.
        """
        # TODO: refuse fewer than three optimizers, then train with each and collect the histories.
        raise NotImplementedError(
            "GradientDescentVisualizer.compare_optimizers: refuse fewer than three optimizers, "
            "then train with each and collect the histories."
        )

    def plot_dataset(self, data: Data) -> Any:
        """Draw the three parts side by side; returns the Matplotlib figure."""
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(
            1, 3, figsize=(10, 3.9), sharex=True, sharey=True, layout="constrained"
        )
        for axis, title, x, y in zip(
            axes, ("training", "validation", "test"), data[0::2], data[1::2]
        ):
            for label, marker in ((0, "o"), (1, "^")):
                rows = np.asarray(y) == label
                axis.scatter(
                    x[rows, 0],
                    x[rows, 1],
                    s=14,
                    alpha=0.7,
                    marker=marker,
                    color=COLORS[3 * label],
                    linewidths=0,
                    label=f"class {label}",
                )
            axis.set(title=f"{title}: {len(x)} rows", xlabel="feature 1 (scaled)")
        axes[0].set_ylabel("feature 2 (scaled)")
        axes[0].legend(loc="lower left", framealpha=0.9)
        _caption(
            figure,
            "See: two moons whose edges overlap. No network can separate them all, so training "
            "that reaches 100 % has learned noise.",
        )
        return figure

    def plot_training(self, histories: Dict[str, History]) -> Any:
        """Draw loss and accuracy on the validation part against the epoch; returns the figure."""
        import matplotlib.pyplot as plt
        from matplotlib.ticker import NullFormatter, ScalarFormatter

        figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.9), layout="constrained")
        for i, (name, history) in enumerate(histories.items()):
            style = {
                "color": COLORS[i % len(COLORS)],
                "linestyle": LINES[i % len(LINES)],
                "linewidth": 1.8,
            }
            epochs = np.arange(1, len(history["val_loss"]) + 1)
            left.plot(epochs, history["val_loss"], label=name, **style)
            right.plot(epochs, history["val_accuracy"], **style)
        left.set(
            yscale="log",
            xlabel="epoch",
            ylabel="validation cross-entropy (log scale)",
            title="How low, and how fast",
        )
        low, high = left.get_ylim()
        ticks = [t for t in (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 2) if low <= t <= high]
        if ticks:
            left.set_yticks(ticks)
            left.yaxis.set_major_formatter(ScalarFormatter())
            left.yaxis.set_minor_formatter(NullFormatter())
        right.set(xlabel="epoch", ylabel="validation accuracy", title="What it means for decisions")
        for axis in (left, right):
            axis.grid(True, which="both", color="0.9", linewidth=0.6)
            axis.set_axisbelow(True)
        figure.legend(loc="outside upper center", ncols=3, frameon=False)
        _caption(
            figure,
            "See: all start from the same weights and train on the same rows. Compare pairs: one "
            "optimizer at two rates, two optimizers at one. Then ask which differences another "
            "seed would leave.",
        )
        return figure

    def plot_trajectories(self, paths: Dict[str, np.ndarray], curvature: float = 25.0) -> Any:
        """Draw paths (steps+1, 2) on the bowl (x^2 + curvature y^2) / 2; returns the figure."""
        import matplotlib.pyplot as plt

        rows = -(-len(paths) // 3)
        figure, grid = plt.subplots(
            rows,
            3,
            figsize=(10, 2.5 * rows + 0.5),
            sharex=True,
            sharey=True,
            squeeze=False,
            layout="constrained",
        )
        x, y = np.meshgrid(np.linspace(-5, 2, 200), np.linspace(-2.2, 2.2, 200))
        bowl = (x**2 + curvature * y**2) / 2
        for axis, (i, (name, path)) in zip(grid.flat, enumerate(paths.items())):
            axis.contour(
                x, y, bowl, levels=np.geomspace(0.05, 80, 12), colors="0.8", linewidths=0.7
            )
            outside = np.flatnonzero(~(np.abs(path[:, 1]) < 2.2))
            if outside.size:
                path = path[: outside[0] + 1]
                name = f"{name}: leaves at step {outside[0]}"
            color = COLORS[i % len(COLORS)]
            axis.plot(path[:, 0], path[:, 1], marker=".", markersize=5, linewidth=1.2, color=color)
            axis.plot(*path[0], marker="s", color="k", markersize=5)
            axis.plot(0, 0, marker="*", color="k", markersize=10)
            axis.set(xlim=(-5, 2), ylim=(-2.2, 2.2), title=name)
        for axis in list(grid.flat)[len(paths) :]:
            axis.set_visible(False)
        for axis in grid[:, 0]:
            axis.set_ylabel("y (steep)")
        for axis in grid[-1]:
            axis.set_xlabel("x (flat)")
        steps = max(map(len, paths.values())) - 1
        _caption(
            figure,
            f"See: {steps} steps from the square to the star, in a valley {curvature:g} times "
            "steeper across than along. Who jumps from wall to wall, who swings through and comes "
            "back, who bends straight for the star?",
        )
        return figure


class GradientProblemsDemonstrator:
    """Watch gradients vanish and explode in deep networks, and what clipping does about it.

    Args:
        seed: int, seeds weights and data; default 42.

    Example:
        >>> demonstrator = GradientProblemsDemonstrator()
        >>> norms = demonstrator.demonstrate_vanishing_gradients()
        >>> norms["sigmoid"][0] < 1e-4 * norms["sigmoid"][-1]
        True
    """

    def __init__(self, seed: int = 42) -> None:
        self.seed = seed
        self.flow: Dict[str, List[float]] = {}
        self.clipping: Dict[str, List[float]] = {}
        self.clipping_losses: Dict[str, List[float]] = {}

    def create_inputs(self, n: int = 128) -> np.ndarray:
        """Standard normal inputs, float32 (n, 10), the same at each call."""
        rng = np.random.default_rng(self.seed)
        return rng.normal(size=(n, 10)).astype("float32")

    def create_regression_data(self, n: int = 128) -> Tuple[np.ndarray, np.ndarray]:
        """Inputs (n, 10) and a target (n, 1) to learn, the product of the first two features."""
        x = self.create_inputs(n)
        return x, x[:, :1] * x[:, 1:2]

    def create_deep_network(
        self,
        depth: int = 10,
        activation: str = "sigmoid",
        initialization: Any = "random_normal",
        batchnorm: bool = False,
        head: str = "linear",
    ) -> Any:
        """A narrow, deep network: 10 inputs, hidden layers of 64 units, one output.

        Args:
            depth: int >= 1, number of Dense layers in all, the head among them; default 10.
            activation: str, of the hidden layers; default `"sigmoid"`.
            initialization: name of a Keras initializer or such an object, for every kernel; default
                `"random_normal"` (standard deviation 0.05).
            batchnorm: bool, batch normalization in each hidden layer; default False.
            head: str, activation of the output; default `"linear"`. With a sigmoid head an
                exploding network saturates, and its gradient is exactly zero: nothing to see.

        Returns:
            An uncompiled Keras model with `depth` Dense layers.

        Raises:
            ValueError: depth below 1, or an activation or initializer that Keras does not know.
        """
        from tensorflow import keras

        # TODO: build depth-1 hidden Dense layers of 64 units and a head of one unit, every kernel
        # TODO: with its own draw from the initialization; refuse a depth below 1.
        raise NotImplementedError(
            "GradientProblemsDemonstrator.create_deep_network: build depth-1 hidden Dense layers "
            "of 64 units and a head of one unit, every kernel with its own draw from the "
            "initialization; refuse a depth below 1."
        )

    def analyze_gradient_flow(self, model: Any, x: np.ndarray) -> Tuple[List[float], List[str]]:
        """L2 norm of the gradient of each layer's kernel, from the input side to the output.

        The loss is mean((y - 1)^2) over the batch, y = model(x) in training mode, so that batch
        normalization uses the batch's own mean and variance as it does in a training step. Biases
        and the parameters of batch normalization do not count, and the model is left as it was.

        Args:
            model: a Keras model.
            x: float array (n, features).

        Returns:
            `(norms, layer_names)`: floats and strings, one for each layer with a kernel.
            A single linear Dense(1) without bias, kernel [[2.]], x = [[3.]]: y = 6, the gradient is
            2 (6 - 1) 3 = 30, so `([30.0], ["dense"])`.
        """
        import tensorflow as tf

        # TODO: take the gradient of mean((y - 1)^2) with respect to the kernels alone, return norms
        # TODO: and layer names in layer order; put back what training mode changed.
        raise NotImplementedError(
            "GradientProblemsDemonstrator.analyze_gradient_flow: take the gradient of mean((y - "
            "1)^2) with respect to the kernels alone, return norms and layer names in layer order; "
            "put back what training mode changed."
        )

    def demonstrate_vanishing_gradients(self) -> Dict[str, List[float]]:
        """The kernels' gradient norms of ten-layer networks that differ in one thing at a time.

        Returns:
            `{label: norms}`, ten floats each, also kept in `self.flow`. At least the labels
            `"sigmoid"` and `"ReLU"`, both with Keras's `"random_normal"`, and `"ReLU + He"`.
        """
        # TODO: analyze a network of depth 10 for "sigmoid", "ReLU" and "ReLU + He" (and more if you
        # TODO: are curious: tanh, Glorot, batch normalization) on the same inputs.
        raise NotImplementedError(
            "GradientProblemsDemonstrator.demonstrate_vanishing_gradients: analyze a network of "
            'depth 10 for "sigmoid", "ReLU" and "ReLU + He" (and more if you are curious: tanh, '
            "Glorot, batch normalization) on the same inputs."
        )

    def demonstrate_gradient_clipping(
        self, max_norm: float = 1.0, steps: int = 10
    ) -> Dict[str, List[float]]:
        """Train an unstable network twice from the same start, without and with clipping.

        The network is ten layers, ReLU with a linear head, and weights of standard deviation 0.25,
        more than He's 0.18; plain SGD at 0.01 on `create_regression_data`, mean squared error.
        Every step applies its gradients: a demonstration that only computes them shows nothing.

        Args:
            max_norm: float > 0, limit of the global norm, sqrt of the sum of squares over ALL
                gradients; default 1.0.
            steps: int >= 1, training steps, default 10.

        Returns:
            `{"without": [...], "with": [...]}`: the global norm at each step, for `"with"` after
            clipping; `steps` floats each (inf and NaN are kept), also kept in `self.clipping`.
            `self.clipping_losses` gets the losses under the same keys.

        Raises:
            ValueError: `max_norm` <= 0 or `steps` < 1.
        """
        import tensorflow as tf
        from tensorflow import keras

        # TODO: check the arguments; train twice from equal weights, once as it comes and once with
        # TODO: gradients clipped by their global norm; record the norm that each step applies.
        raise NotImplementedError(
            "GradientProblemsDemonstrator.demonstrate_gradient_clipping: check the arguments; "
            "train twice from equal weights, once as it comes and once with gradients clipped by "
            "their global norm; record the norm that each step applies."
        )

    def plot_gradient_flow(self) -> Any:
        """Draw the gradient norm of each layer; runs the demonstration first if it has not run."""
        import matplotlib.pyplot as plt

        flow = self.flow or self.demonstrate_vanishing_gradients()
        figure, axis = plt.subplots(figsize=(9, 5.4), layout="constrained")
        for i, (label, norms) in enumerate(flow.items()):
            layers = np.arange(1, len(norms) + 1)
            # A zero has no place on a log scale; NaN leaves a gap instead of a misleading line.
            heights = [n if n > 0 else float("nan") for n in norms]
            axis.plot(
                layers,
                heights,
                marker="osD^vP*"[i % 7],
                color=COLORS[i % len(COLORS)],
                linestyle=LINES[i % len(LINES)],
                label=f"{label}  (first/last {_ratio(norms):.1e})",
            )
        axis.axhspan(0, 1e-6, color="0.92", zorder=0)
        axis.text(0.99, 0.02, "below 1e-6: vanishing", transform=axis.transAxes, ha="right")
        axis.set(
            yscale="log",
            xlabel="Dense layer, 1 = next to the input",
            ylabel="L2 norm of the kernel's gradient (log scale)",
            title="Gradients travel from right to left",
        )
        axis.set_xticks(np.arange(1, max(len(norms) for norms in flow.values()) + 1))
        axis.grid(True, color="0.9", linewidth=0.6)
        axis.set_axisbelow(True)
        figure.legend(loc="outside upper center", ncols=2, frameon=False, title="network")
        _caption(
            figure,
            "See: how much of the gradient is left at each layer on its way from the output, on "
            "the right, to the input. Look at both: the ratio of first to last, and how large the "
            "gradients are at all.",
            width=132,
        )
        return figure

    def plot_clipping(self) -> Any:
        """Draw norms (and losses, if kept); runs the demonstration first if it has not run."""
        import matplotlib.pyplot as plt

        norms = self.clipping or self.demonstrate_gradient_clipping()
        panels = [("global norm of the gradients applied (log scale)", norms)]
        if self.clipping_losses:
            panels.append(("loss, mean squared error (log scale)", self.clipping_losses))
        figure, axes = plt.subplots(
            1, len(panels), figsize=(5 * len(panels), 4.6), squeeze=False, layout="constrained"
        )
        for axis, (ylabel, series) in zip(axes[0], panels):
            for key, color, marker in (("without", COLORS[3], "X"), ("with", COLORS[0], "o")):
                values = np.asarray(series[key], dtype=float)
                steps = np.arange(1, len(values) + 1)
                shown = np.where(np.isfinite(values) & (values > 0), values, np.nan)
                axis.plot(steps, shown, marker=marker, color=color, label=f"{key} clipping")
                lost = np.flatnonzero(~np.isfinite(values))
                if lost.size:
                    axis.axvspan(
                        steps[lost[0]] - 0.5, steps[-1] + 0.5, color=color, alpha=0.12, lw=0
                    )
                    axis.text(
                        (steps[lost[0]] + steps[-1]) / 2,
                        0.9,
                        f"{key} clipping: inf or NaN\nfrom step {steps[lost[0]]} on",
                        ha="center",
                        va="top",
                        color="0.25",
                        transform=axis.get_xaxis_transform(),
                    )
            axis.set(yscale="log", xlabel="training step", ylabel=ylabel)
            axis.set_xticks(np.arange(1, len(norms["with"]) + 1, max(1, len(norms["with"]) // 10)))
            axis.grid(True, color="0.9", linewidth=0.6)
            axis.set_axisbelow(True)
        figure.legend(
            *axes[0][0].get_legend_handles_labels(),
            loc="outside upper center",
            ncols=2,
            frameon=False,
        )
        _caption(
            figure,
            "See: both start from the same weights and take the same steps, but for their "
            "length. Compare the first two, and how the loss goes on.",
            width=73 * len(panels),
        )
        return figure


def _ratio(norms: Sequence[float]) -> float:
    return norms[0] / norms[-1] if norms[-1] else float("nan")


# Settings of the comparison, and gentler or bolder ones that suit the bowl of the trajectories.
COMPARED = {
    "SGD 0.01": ("SGD", {"learning_rate": 0.01}),
    "SGD 0.1": ("SGD", {"learning_rate": 0.1}),
    "Momentum 0.01": ("Momentum", {"learning_rate": 0.01, "momentum": 0.9}),
    "Adagrad 0.1": ("Adagrad", {"learning_rate": 0.1}),
    "RMSprop 0.01": ("RMSprop", {"learning_rate": 0.01}),
    "Adam 0.01": ("Adam", {"learning_rate": 0.01}),
}
ON_THE_BOWL = {
    "SGD 0.07": ("SGD", {"learning_rate": 0.07}),
    "SGD 0.081": ("SGD", {"learning_rate": 0.081}),
    "Momentum 0.02": ("Momentum", {"learning_rate": 0.02, "momentum": 0.8}),
    "Adagrad 1.0": ("Adagrad", {"learning_rate": 1.0}),
    "RMSprop 0.1": ("RMSprop", {"learning_rate": 0.1}),
    "Adam 0.3": ("Adam", {"learning_rate": 0.3}),
}


def make_own_optimizer(kind: str, settings: Dict[str, float]) -> Any:
    """An optimizer of your `optimizers.py`, tried on two steps of a small problem.

    Raises:
        RuntimeError: it is missing, not finished, or its step does not return usable arrays; the
            message says which.
    """
    try:
        optimizer = getattr(importlib.import_module("optimizers"), kind)(**settings)
        params = {"w": np.array([1.0, -2.0]), "b": np.array([0.5])}
        for _ in range(2):
            params = optimizer.step(params, {"w": np.array([0.5, -1.0]), "b": np.array([0.1])})
            if params["w"].shape != (2,) or not np.all(np.isfinite(params["w"])):
                raise ValueError(f"step returned {params['w']!r} for a parameter of shape (2,)")
        optimizer.reset()
    except Exception as error:  # Whatever a half-written class does, the lab goes on with Keras's.
        raise RuntimeError(f"{type(error).__name__}: {error}") from error
    return optimizer


def make_keras_optimizer(kind: str, settings: Dict[str, float]) -> Any:
    """The Keras optimizer of the same name; `Momentum` is Keras's SGD with `momentum`."""
    from tensorflow import keras

    return getattr(keras.optimizers, "SGD" if kind == "Momentum" else kind)(**settings)


def choose_optimizers() -> Dict[str, Any]:
    """Your own optimizer for each entry of `COMPARED`, or Keras's with a note why."""
    chosen = {}
    for name, (kind, settings) in COMPARED.items():
        try:
            chosen[f"{name} (yours)"] = make_own_optimizer(kind, settings)
        except RuntimeError as error:
            print(f"  {name}: Keras's {kind} is used, yours is not ready ({error})")
            chosen[f"{name} (Keras)"] = make_keras_optimizer(kind, settings)
    return chosen


def follow_the_bowl(steps: int = 60, curvature: float = 25.0) -> Dict[str, np.ndarray]:
    """Paths of your own optimizers down an ill-conditioned bowl; those that work, maybe none."""
    paths = {}
    for name, (kind, settings) in ON_THE_BOWL.items():
        try:
            optimizer = make_own_optimizer(kind, settings)
        except RuntimeError:
            continue
        paths[name] = importlib.import_module("optimizers").run_trajectory(
            lambda x: np.array([1.0, curvature]) * x, np.array([-4.5, 1.8]), optimizer, steps
        )
    return paths


def print_table(histories: Dict[str, History], seconds: Dict[str, float]) -> None:
    """Print the last epoch's losses and accuracies and the training time of each optimizer."""
    print(f"\n{'optimizer':26s}{'loss':>9s}{'val loss':>10s}{'acc':>8s}{'val acc':>9s}{'time':>9s}")
    for name, history in histories.items():
        loss, val_loss, accuracy, val_accuracy = (history[key][-1] for key in HISTORY_KEYS)
        print(
            f"{name:26s}{loss:9.4f}{val_loss:10.4f}{accuracy:8.3f}{val_accuracy:9.3f}"
            f"{seconds.get(name, float('nan')):7.1f} s"
        )


def _compare(save: Callable[[Any, str], None], epochs: int, n_samples: int) -> None:
    print("1. The same network, six optimizers")
    visualizer = GradientDescentVisualizer()
    data = visualizer.create_dataset(n_samples)
    save(visualizer.plot_dataset(data), "dataset.png")
    paths = follow_the_bowl()
    if paths:
        save(visualizer.plot_trajectories(paths), "trajectories.png")
    histories = visualizer.compare_optimizers(choose_optimizers(), data, epochs=epochs)
    save(visualizer.plot_training(histories), "optimizers.png")
    print_table(histories, visualizer.seconds)


def _vanish(save: Callable[[Any, str], None]) -> None:
    print("\n2. Ten layers deep: how much gradient reaches the first layer")
    demonstrator = GradientProblemsDemonstrator()
    flow = demonstrator.demonstrate_vanishing_gradients()
    print(f"\n{'network':26s}{'first layer':>13s}{'last layer':>13s}{'first/last':>13s}")
    for label, norms in flow.items():
        print(f"{label:26s}{norms[0]:13.1e}{norms[-1]:13.1e}{_ratio(norms):13.1e}")
    save(demonstrator.plot_gradient_flow(), "gradient_flow.png")


def _clip(save: Callable[[Any, str], None]) -> None:
    print("\n3. An unstable network, with and without clipping")
    demonstrator = GradientProblemsDemonstrator()
    norms = demonstrator.demonstrate_gradient_clipping()
    print(f"\n{'step':>6s}{'norm without':>15s}{'norm with':>12s}")
    for step, (without, clipped) in enumerate(zip(norms["without"], norms["with"]), start=1):
        print(f"{step:6d}{without:15.3g}{clipped:12.3g}")
    save(demonstrator.plot_clipping(), "clipping.png")


def main(epochs: int = 50, n_samples: int = 1000, folder: str = "figures") -> None:
    """Run the whole lab: print its tables and write its figures to `folder`, in under a minute.

    What you have not written yet is named and passed over, so it can be run from the first day.

    Args:
        epochs: int, of each training in the comparison, default 50.
        n_samples: int, rows of the data set, default 1000.
        folder: str, where the figures go; made if it does not exist.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        plt, *_ = map(importlib.import_module, ("matplotlib.pyplot", "sklearn", "tensorflow"))
    except ModuleNotFoundError as missing:
        how = "in this folder: python -m pip install -r requirements.txt"
        raise SystemExit(f"{missing.name} is not installed: {how}") from None

    os.makedirs(folder, exist_ok=True)
    written: List[str] = []

    def save(figure: Any, name: str) -> None:
        figure.savefig(os.path.join(folder, name), dpi=120)
        plt.close(figure)
        written.append(name)

    start = time.perf_counter()
    parts = (lambda: _compare(save, epochs, n_samples), lambda: _vanish(save), lambda: _clip(save))
    for part in parts:
        try:
            part()
        except NotImplementedError as missing:
            print(f"  not written yet: {missing}")
    figures = ", ".join(written) if written else "none"
    print(f"\n{time.perf_counter() - start:.0f} s; figures in {folder}: {figures}")


if __name__ == "__main__":
    main()
