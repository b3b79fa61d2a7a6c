"""Sequential from a list, batch norm after the activation, clipping by the optimizer's own rule."""

import numpy as np
import tensorflow as tf

EXERCISE = "GradientProblemsDemonstrator"


class GradientProblemsDemonstrator:
    def __init__(self, seed=42):
        self.seed = seed

    def _data(self, rows=100):
        return np.random.default_rng(self.seed).standard_normal((rows, 10), dtype=np.float32)

    def create_deep_network(
        self,
        depth=10,
        activation="sigmoid",
        initialization="random_normal",
        batchnorm=False,
        head="linear",
    ):
        layers = tf.keras.layers
        tf.random.set_seed(self.seed)
        stack = [layers.Input(shape=(10,))]
        for index in range(1, depth):
            start = tf.keras.initializers.get(initialization)
            name = "hidden_%d" % index
            stack.append(layers.Dense(64, activation, kernel_initializer=start, name=name))
            if batchnorm:
                stack.append(layers.BatchNormalization(name="norm_%d" % index))
        stack.append(layers.Dense(1, activation=head, kernel_initializer=initialization))
        return tf.keras.Sequential(stack)

    def analyze_gradient_flow(self, model, x):
        kernels = {layer.name: layer.kernel for layer in model.layers if hasattr(layer, "kernel")}
        with tf.GradientTape() as tape:
            out = model(tf.convert_to_tensor(x))
            loss = tf.reduce_mean(tf.square(1.0 - out))
        grads = tape.gradient(loss, list(kernels.values()))
        return np.array([np.linalg.norm(g.numpy()) for g in grads]).tolist(), list(kernels)

    def demonstrate_vanishing_gradients(self):
        x = self._data()
        found = {}
        for label, activation, start in [
            ("sigmoid", "sigmoid", "random_normal"),
            ("relu", "relu", "random_normal"),
            ("he relu", "relu", "he_normal"),
            ("sigmoid batchnorm", "sigmoid", "glorot_normal"),
        ]:
            model = self.create_deep_network(10, activation, start, "batchnorm" in label)
            found[label], _ = self.analyze_gradient_flow(model, x)
        return found

    def demonstrate_gradient_clipping(self, max_norm=1.0, steps=10):
        if max_norm <= 0:
            raise ValueError(max_norm)
        x = self._data()
        y = x[:, :1] - x[:, 1:2]
        wild = tf.keras.initializers.RandomNormal(stddev=0.5, seed=self.seed)
        model = self.create_deep_network(8, "relu", wild)
        start = model.get_weights()

        def run(clip):
            model.set_weights(start)
            optimizer = tf.keras.optimizers.SGD(0.001)
            norms = []
            for _ in range(steps):
                with tf.GradientTape() as tape:
                    loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
                grads = tape.gradient(loss, model.trainable_variables)
                norm = tf.linalg.global_norm(grads)
                if clip and norm > max_norm:
                    grads = [g * (max_norm / norm) for g in grads]
                    norm = norm * (max_norm / norm)
                optimizer.apply_gradients(zip(grads, model.trainable_variables))
                norms.append(float(norm))
            return norms

        return {"without": run(False), "with": run(True)}
