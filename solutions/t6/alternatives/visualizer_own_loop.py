"""A loop of train_on_batch for Keras's optimizers, both parts evaluated after each epoch."""

import copy

import numpy as np

EXERCISE = "GradientDescentVisualizer"


class GradientDescentVisualizer:
    def __init__(self, random_seed=42):
        self.random_seed = random_seed
        self.history = dict()

    def create_base_model(self, input_dim=2):
        from tensorflow import keras

        def start(number):
            return keras.initializers.HeNormal(seed=self.random_seed + number)

        model = keras.Sequential([keras.Input(shape=(input_dim,))])
        for number, units in enumerate([32, 16, 8]):
            model.add(keras.layers.Dense(units, "relu", kernel_initializer=start(number)))
        model.add(keras.layers.Dense(1, kernel_initializer=start(3)))
        model.add(keras.layers.Activation("sigmoid"))
        return model

    def _measure(self, model, x, y):
        from tensorflow import keras

        p = np.asarray(model(x), dtype=np.float64).reshape(-1)
        loss = np.asarray(keras.losses.binary_crossentropy(y.reshape(-1, 1), p.reshape(-1, 1)))
        return float(loss.mean()), float(((p > 0.5) == (y > 0.5)).mean())

    def train_with_optimizer(self, name, optimizer, data, epochs=50, batch_size=32):
        import tensorflow as tf
        from tensorflow import keras

        x, y, x_val, y_val, _, _ = data
        model = self.create_base_model(input_dim=x.shape[-1])
        own = not hasattr(optimizer, "get_config")
        if own:
            optimizer.reset()
        else:
            config = copy.deepcopy(optimizer.get_config())
            model.compile(type(optimizer).from_config(config), "binary_crossentropy")
        rng = np.random.default_rng(self.random_seed)
        keys = ("loss", "accuracy", "val_loss", "val_accuracy")
        rows = []
        for _ in range(epochs):
            order = rng.permutation(len(x))
            for begin in range(0, len(x), batch_size):
                part = order[begin : begin + batch_size]
                target = y[part].reshape(-1, 1)
                if not own:
                    model.train_on_batch(x[part], target)
                    continue
                with tf.GradientTape() as tape:
                    out = model(x[part], training=True)
                    loss = tf.reduce_mean(keras.losses.binary_crossentropy(target, out))
                grads = tape.gradient(loss, model.trainable_variables)
                params = {str(i): w for i, w in enumerate(model.get_weights())}
                moved = optimizer.step(params, {str(i): g.numpy() for i, g in enumerate(grads)})
                model.set_weights([moved[str(i)] for i in range(len(params))])
            rows.append(self._measure(model, x, y) + self._measure(model, x_val, y_val))
        columns = np.array(rows).T
        self.history[name] = {key: column.tolist() for key, column in zip(keys, columns)}
        return self.history[name]

    def compare_optimizers(self, optimizers, data, epochs=50):
        if not len(optimizers) >= 3:
            raise ValueError(f"need three optimizers, got {sorted(optimizers)}")
        for name, optimizer in optimizers.items():
            self.train_with_optimizer(name, optimizer, data, epochs=epochs)
        return {name: self.history[name] for name in optimizers}
