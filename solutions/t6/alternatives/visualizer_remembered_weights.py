"""Initial weights drawn once and set on a clone of a functional model; fit's history as it is."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

EXERCISE = "GradientDescentVisualizer"


def train_with_own_optimizer(model, optimizer, data, epochs, batch_size):
    x_train, y_train, x_val, y_val = data[:4]
    optimizer.reset()
    history = {"loss": [], "val_loss": [], "accuracy": [], "val_accuracy": []}

    def measure(x, y):
        p = model(x)[:, 0]
        loss = tf.reduce_mean(keras.losses.binary_crossentropy(y[:, None], p[:, None]))
        return loss, float(np.mean((p.numpy() > 0.5) == (y > 0.5)))

    for _ in range(epochs):
        order = np.random.permutation(len(x_train))
        sums = np.zeros(2)
        for rows in np.split(order, range(batch_size, len(order), batch_size)):
            with tf.GradientTape() as tape:
                loss, hits = measure(x_train[rows], y_train[rows])
            grads = tape.gradient(loss, model.trainable_variables)
            numbered = {str(i): v for i, v in enumerate(model.trainable_variables)}
            params = {i: v.numpy() for i, v in numbered.items()}
            new = optimizer.step(params, {str(i): g.numpy() for i, g in enumerate(grads)})
            for i, v in numbered.items():
                v.assign(new[i].astype("float32"))
            sums += np.array([float(loss), hits]) * len(rows)
        val_loss, val_hits = measure(x_val, y_val)
        for key, value in zip(history, (sums[0] / len(order), float(val_loss), 0, val_hits)):
            history[key].append(value)
        history["accuracy"][-1] = sums[1] / len(order)
    return history


class GradientDescentVisualizer:
    def __init__(self, random_seed=42):
        self.random_seed = random_seed
        self.history = {}
        self._starts = {}

    def create_base_model(self, input_dim=2):
        inputs = keras.Input((input_dim,))
        h = inputs
        for units in (32, 16, 8):
            h = keras.layers.Dense(units, activation="relu")(h)
        model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(h))
        if input_dim not in self._starts:
            rng = np.random.default_rng(self.random_seed)
            self._starts[input_dim] = [
                rng.normal(0, np.sqrt(2 / w.shape[0]), w.shape) if w.ndim == 2 else w
                for w in model.get_weights()
            ]
        model.set_weights(self._starts[input_dim])
        return model

    def train_with_optimizer(self, name, optimizer, data, epochs=50, batch_size=32):
        model = self.create_base_model(data[0].shape[1])
        if hasattr(optimizer, "step") and not isinstance(optimizer, keras.optimizers.Optimizer):
            found = train_with_own_optimizer(model, optimizer, data, epochs, batch_size)
        else:
            fresh = optimizer.__class__.from_config(optimizer.get_config())
            model.compile(
                optimizer=fresh, loss=keras.losses.BinaryCrossentropy(), metrics=["accuracy"]
            )
            settings = {"epochs": epochs, "batch_size": batch_size, "verbose": 0}
            fitted = model.fit(data[0], data[1], validation_data=data[2:4], **settings)
            found = fitted.history
        self.history[name] = found
        return found

    def compare_optimizers(self, optimizers, data, epochs=50):
        if len(optimizers) < 3:
            raise ValueError("three optimizers or more, please")
        results = {}
        for name in optimizers:
            results[name] = self.train_with_optimizer(name, optimizers[name], data, epochs)
        return results
