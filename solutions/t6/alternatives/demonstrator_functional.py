"""Functional network, activation inside Dense, inference mode for the flow, Adam in the demo."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

EXERCISE = "GradientProblemsDemonstrator"


class GradientProblemsDemonstrator:
    def __init__(self, seed=42):
        self.seed = seed

    def create_deep_network(
        self,
        depth=10,
        activation="sigmoid",
        initialization="random_normal",
        batchnorm=False,
        head="linear",
    ):
        if depth < 1:
            raise ValueError("depth")
        keras.utils.set_random_seed(self.seed)
        inputs = keras.Input(shape=(10,))
        h = inputs
        for _ in range(depth - 1):
            h = keras.layers.Dense(64, activation=activation, kernel_initializer=initialization)(h)
            if batchnorm:
                h = keras.layers.BatchNormalization()(h)
        out = keras.layers.Dense(1, activation=head, kernel_initializer=initialization)(h)
        return keras.Model(inputs, out)

    def analyze_gradient_flow(self, model, x):
        layers = [layer for layer in model.layers if hasattr(layer, "kernel")]
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=False) - 1.0) ** 2)
        grads = tape.gradient(loss, [layer.kernel for layer in layers])
        return [float(tf.norm(tf.cast(g, tf.float64))) for g in grads], [e.name for e in layers]

    def demonstrate_vanishing_gradients(self):
        x = np.random.default_rng(self.seed).normal(size=(100, 10)).astype("float32")
        settings = {
            "Sigmoid (random normal)": ("sigmoid", "random_normal"),
            "ReLU (random normal)": ("relu", "random_normal"),
            "ReLU with He": ("relu", "he_uniform"),
        }
        return {
            label: self.analyze_gradient_flow(
                self.create_deep_network(activation=activation, initialization=start), x
            )[0]
            for label, (activation, start) in settings.items()
        }

    def demonstrate_gradient_clipping(self, max_norm=1.0, steps=10):
        if max_norm <= 0:
            raise ValueError("max_norm")
        rng = np.random.default_rng(self.seed)
        x = rng.normal(size=(64, 10)).astype("float32")
        y = x.sum(axis=1, keepdims=True)
        start = keras.initializers.RandomNormal(stddev=1.0, seed=self.seed)
        result = {}
        for label, clip in (("without", False), ("with", True)):
            model = self.create_deep_network(10, "relu", start)
            optimizer = keras.optimizers.Adam(0.01)
            result[label] = []
            for _ in range(steps):
                with tf.GradientTape() as tape:
                    loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
                grads = tape.gradient(loss, model.trainable_variables)
                if clip:
                    grads, _ = tf.clip_by_global_norm(grads, max_norm)
                optimizer.apply_gradients(zip(grads, model.trainable_variables))
                result[label].append(tf.linalg.global_norm(grads).numpy())
        return result
