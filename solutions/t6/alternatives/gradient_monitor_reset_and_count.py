"""Its own epoch counter, history reset when training begins, tuples as lists."""

import math

import tensorflow as tf

EXERCISE = "GradientMonitor"


class GradientMonitor(tf.keras.callbacks.Callback):
    def __init__(self, x, y, loss_fn, vanishing=1e-6, exploding=100.0):
        super(GradientMonitor, self).__init__()
        self.x, self.y = tf.constant(x), tf.constant(y)
        self.loss_fn = loss_fn
        self.vanishing, self.exploding = vanishing, exploding
        self.history = []
        self.events = []

    def on_train_begin(self, logs=None):
        self.history, self.events, self.count = [], [], 0

    def _status(self, norm):
        if not math.isfinite(norm):
            return "nonfinite"
        if norm > self.exploding:
            return "exploding"
        if norm < self.vanishing:
            return "vanishing"
        return "ok"

    def on_epoch_end(self, epoch, logs=None):
        layers = [
            layer for layer in self.model.layers if getattr(layer, "kernel", None) is not None
        ]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            for layer in layers:
                tape.watch(_variable(layer.kernel))
            loss = self.loss_fn(self.y, self.model(self.x, training=False))
            loss += sum(self.model.losses)
        grads = tape.gradient(loss, [_variable(layer.kernel) for layer in layers])
        entries, total = {}, 0.0
        for layer, g in zip(layers, grads):
            square = float(tf.reduce_sum(tf.cast(g, tf.float64) ** 2))
            total += square
            status = self._status(math.sqrt(square) if square >= 0 else square)
            norm = math.sqrt(square) if square >= 0 else float("nan")
            entries[layer.name] = {"norm": norm, "status": status}
            if status != "ok":
                self.events.append([self.count, layer.name, status])
        norms = [entry["norm"] for entry in entries.values()]
        first, last = norms[0], norms[-1]
        ratio = first / last if last != 0 else (1.0 if first == 0 else math.inf)
        order = ["ok", "vanishing", "exploding", "nonfinite"]
        worst = max(order.index(entry["status"]) for entry in entries.values())
        if ratio < 1e-4:
            worst = max(worst, 1)
        self.history.append(
            {
                "status": order[worst],
                "ratio": ratio,
                "global_norm": math.sqrt(total) if total >= 0 else float("nan"),
                "layers": entries,
            }
        )
        self.count += 1


def _variable(kernel):
    """The tf.Variable in a Keras 3 variable; Keras 2 has it as it is."""
    return getattr(kernel, "value", kernel) if not isinstance(kernel, tf.Variable) else kernel
