"""GradientTape and apply_gradients for Keras's optimizers, NumPy floats in the lists."""

import numpy as np
import tensorflow as tf

EXERCISE = "GradientDescentVisualizer"


class GradientDescentVisualizer(object):
    def __init__(self, random_seed=42):
        self.random_seed = random_seed
        self.history = {}

    def create_base_model(self, input_dim=2):
        tf.keras.utils.set_random_seed(self.random_seed)
        dense = tf.keras.layers.Dense
        inputs = tf.keras.layers.Input(shape=(input_dim,), name="features")
        hidden = dense(8, tf.nn.relu)(dense(16, tf.nn.relu)(dense(32, tf.nn.relu)(inputs)))
        return tf.keras.Model(inputs, dense(1, "sigmoid")(hidden), name="base")

    def train_with_optimizer(self, name, optimizer, data, epochs=50, batch_size=32):
        x, y, x_val, y_val = (tf.convert_to_tensor(part) for part in data[:4])
        y, y_val = y[:, tf.newaxis], y_val[:, tf.newaxis]
        model = self.create_base_model(int(x.shape[1]))
        weights = model.trainable_variables
        cross_entropy = tf.keras.losses.BinaryCrossentropy()
        if hasattr(optimizer, "reset"):
            optimizer.reset()

            def apply(grads):
                names = ["w%d" % i for i in range(len(grads))]
                old = {n: w.numpy() for n, w in zip(names, weights)}
                new = optimizer.step(old, {n: g.numpy() for n, g in zip(names, grads)})
                [w.assign(new[n]) for n, w in zip(names, weights)]
        else:
            mine = type(optimizer).from_config(optimizer.get_config())

            def apply(grads):
                mine.apply_gradients(zip(grads, weights))

        def right(p, t):
            return tf.reduce_mean(tf.cast((p > 0.5) == (t > 0.5), tf.float32))

        out = {k: [] for k in ("loss", "val_loss", "accuracy", "val_accuracy")}
        for epoch in range(epochs):
            order = np.random.RandomState(epoch).permutation(len(x))
            losses, hits, counts = [], [], []
            for part in np.array_split(order, -(-len(order) // batch_size)):
                rows, labels = tf.gather(x, part), tf.gather(y, part)
                with tf.GradientTape() as tape:
                    p = model(rows, training=True)
                    loss = cross_entropy(labels, p)
                losses.append(loss.numpy())
                hits.append(right(p, labels).numpy())
                counts.append(len(part))
                apply(tape.gradient(loss, weights))
            p = model(x_val, training=False)
            out["loss"].append(np.average(losses, weights=counts))
            out["accuracy"].append(np.average(hits, weights=counts))
            out["val_loss"].append(cross_entropy(y_val, p).numpy())
            out["val_accuracy"].append(right(p, y_val).numpy())
        self.history[name] = out
        return out

    def compare_optimizers(self, optimizers, data, epochs=50):
        names = list(optimizers)
        if len(names) <= 2:
            raise ValueError("optimizers: at least three are needed")
        return {n: self.train_with_optimizer(n, optimizers[n], data, epochs) for n in names}
