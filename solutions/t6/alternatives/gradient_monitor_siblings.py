"""Two small functions beside the class, as one would reuse the sibling exercises."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

EXERCISE = "GradientMonitor"


def kernel_gradients(model, x, y, loss_fn):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=False)) + sum(model.losses)
    layers = [layer for layer in model.layers if hasattr(layer, "kernel")]
    grads = tape.gradient(loss, [layer.kernel for layer in layers])
    return {layer.name: g.numpy() for layer, g in zip(layers, grads)}


def report(named, vanishing, exploding):
    norms = {k: float(np.linalg.norm(g.astype("float64").ravel())) for k, g in named.items()}

    def status(n):
        if np.isnan(n) or np.isinf(n):
            return "nonfinite"
        if n > exploding:
            return "exploding"
        return "vanishing" if n < vanishing else "ok"

    layers = {k: {"norm": n, "status": status(n)} for k, n in norms.items()}
    values = list(norms.values())
    if len(values) < 2 or values[0] == values[-1] == 0:
        ratio = 1.0
    elif values[-1] == 0:
        ratio = float("inf")
    else:
        ratio = values[0] / values[-1]
    seen = [entry["status"] for entry in layers.values()]
    whole = "ok"
    if "vanishing" in seen or ratio < 1e-4:
        whole = "vanishing"
    if "exploding" in seen:
        whole = "exploding"
    if "nonfinite" in seen:
        whole = "nonfinite"
    total = float(np.sqrt(np.sum(np.square(values))))
    return {"layers": layers, "global_norm": total, "ratio": ratio, "status": whole}


class GradientMonitor(keras.callbacks.Callback):
    def __init__(self, x, y, loss_fn, vanishing=1e-6, exploding=1e2):
        super().__init__()
        self.batch = (x, y)
        self.loss_fn = loss_fn
        self.limits = (vanishing, exploding)
        self.history, self.events = [], []

    def on_epoch_end(self, epoch, logs=None):
        made = report(kernel_gradients(self.model, *self.batch, self.loss_fn), *self.limits)
        self.history.append(made)
        self.events.extend(
            (epoch, name, entry["status"])
            for name, entry in made["layers"].items()
            if entry["status"] != "ok"
        )
