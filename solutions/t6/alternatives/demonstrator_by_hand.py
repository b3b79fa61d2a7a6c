"""Batch norm before the activation, clipping and updates written out with NumPy arrays."""

import math

import numpy as np

EXERCISE = "GradientProblemsDemonstrator"


class GradientProblemsDemonstrator:
    def __init__(self, seed=42):
        self.seed = seed
        rng = np.random.RandomState(seed)
        self.x = rng.randn(128, 10).astype(np.float32)

    def create_deep_network(
        self,
        depth=10,
        activation="sigmoid",
        initialization="random_normal",
        batchnorm=False,
        head="linear",
    ):
        from tensorflow import keras

        keras.activations.get(activation)
        model = keras.Sequential()
        model.add(keras.Input(shape=(10,)))
        for _ in range(depth - 1):
            model.add(keras.layers.Dense(64, kernel_initializer=self._fresh(initialization)))
            if batchnorm:
                model.add(keras.layers.BatchNormalization())
            model.add(keras.layers.Activation(activation))
        model.add(keras.layers.Dense(1, kernel_initializer=self._fresh(initialization)))
        model.add(keras.layers.Activation(head))
        return model

    def _fresh(self, initialization):
        from tensorflow import keras

        if isinstance(initialization, str):
            return keras.initializers.get(initialization)
        config = initialization.get_config()
        config.pop("seed", None)
        return type(initialization).from_config(config)

    def _gradients(self, model, x, y, training):
        import tensorflow as tf

        variables = model.trainable_variables
        with tf.GradientTape() as tape:
            loss = tf.math.reduce_mean(tf.math.squared_difference(model(x, training=training), y))
        return [np.asarray(g, dtype=np.float64) for g in tape.gradient(loss, variables)]

    def analyze_gradient_flow(self, model, x):
        saved = [w.copy() for w in model.get_weights()]
        grads = self._gradients(model, x, np.ones((len(x), 1), np.float32), True)
        model.set_weights(saved)
        by_id = {id(v): g for v, g in zip(model.trainable_variables, grads)}
        norms, names = [], []
        for layer in model.layers:
            if getattr(layer, "kernel", None) is not None:
                norms.append(math.sqrt((by_id[id(layer.kernel)] ** 2).sum()))
                names.append(layer.name)
        return norms, names

    def demonstrate_vanishing_gradients(self):
        results = {}
        for activation in ("sigmoid", "relu"):
            for start in ("random_normal", "he_normal", "glorot_uniform"):
                model = self.create_deep_network(10, activation, start)
                results[activation + "_" + start] = self.analyze_gradient_flow(model, self.x)[0]
        return results

    def demonstrate_gradient_clipping(self, max_norm=1.0, steps=10):
        if not max_norm > 0:
            raise ValueError("max_norm has to be positive, not %r" % max_norm)
        from tensorflow import keras

        y = np.sin(self.x[:, :1])
        wild = keras.initializers.RandomNormal(stddev=5.0)
        model = self.create_deep_network(10, "relu", wild)
        start = model.get_weights()
        norms = {"with": [], "without": []}
        for label in norms:
            model.set_weights(start)
            for _ in range(steps):
                grads = self._gradients(model, self.x, y, True)
                with np.errstate(all="ignore"):
                    norm = np.sqrt(sum((g**2).sum() for g in grads))
                    if label == "with" and norm > max_norm:
                        grads = [g * (max_norm / norm) for g in grads]
                        norm = np.sqrt(sum((g**2).sum() for g in grads))
                    norms[label].append(float(norm))
                    weights = zip(model.get_weights(), grads)
                    model.set_weights([w - np.float32(0.1) * g for w, g in weights])
        return norms
