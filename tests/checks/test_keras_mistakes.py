"""Wrong answers to T6's Keras exercises lose points, and never the grader's composure.

Each is a right answer from `alternatives/` with one thing changed that people really get wrong.
"""

from __future__ import annotations

import textwrap

import pytest

from .keras_submissions import ALTERNATIVES, namespace, verdicts

pytestmark = pytest.mark.nightly

# name, the right answer it starts from, and pairs of (text that stands there once, text instead).
MISTAKES = [
    # ---- clipped_train_step
    (
        "gradients never applied",
        "clipped_train_step_tensorflow",
        [("    optimizer.apply_gradients(zip(clipped, model.trainable_variables))\n", "")],
    ),
    (
        "clipped after the step",
        "clipped_train_step_tensorflow",
        [("apply_gradients(zip(clipped,", "apply_gradients(zip(grads,")],
    ),
    (
        "applied twice",
        "clipped_train_step_tensorflow",
        [
            (
                "    return {",
                "    optimizer.apply_gradients(zip(clipped, model.trainable_variables))\n"
                "    return {",
            )
        ],
    ),
    (
        "clipped per tensor",
        "clipped_train_step_tensorflow",
        [
            (
                "clipped, _ = tf.clip_by_global_norm(grads, max_norm, use_norm=norm)",
                "clipped = [tf.clip_by_norm(g, max_norm) for g in grads]",
            )
        ],
    ),
    (
        "clipped by value",
        "clipped_train_step_tensorflow",
        [
            (
                "clipped, _ = tf.clip_by_global_norm(grads, max_norm, use_norm=norm)",
                "clipped = [tf.clip_by_value(g, -max_norm, max_norm) for g in grads]",
            )
        ],
    ),
    (
        "sum of norms",
        "clipped_train_step_tensorflow",
        [("norm = tf.linalg.global_norm(grads)", "norm = sum(tf.norm(g) for g in grads)")],
    ),
    (
        "squared norm",
        "clipped_train_step_function",
        [("before = float(tf.sqrt(sum(", "before = float(tf.identity(sum(")],
    ),
    (
        "always scaled to the limit",
        "clipped_train_step_function",
        [("min(1.0, max_norm / before) if before > 0 else 1.0", "max_norm / before")],
    ),
    (
        "penalties forgotten",
        "clipped_train_step_tensorflow",
        [(" + sum(model.losses)", "")],
    ),
    (
        "penalties in the reported loss only",
        "clipped_train_step_tensorflow",
        [(" + sum(model.losses)", ""), ('"loss": loss', '"loss": loss + sum(model.losses)')],
    ),
    (
        "inference mode",
        "clipped_train_step_tensorflow",
        [("training=True", "training=False")],
    ),
    (
        "mode left to Keras",
        "clipped_train_step_tensorflow",
        [("model(x, training=True)", "model(x)")],
    ),
    (
        "loss after the update",
        "clipped_train_step_tensorflow",
        [
            (
                '"loss": loss',
                '"loss": loss_fn(y, model(x, training=True)) + sum(model.losses)',
            )
        ],
    ),
    (
        "arguments of the loss swapped",
        "clipped_train_step_tensorflow",
        [("loss_fn(y, predictions)", "loss_fn(predictions, y)")],
    ),
    (
        "non-finite gradients applied",
        "clipped_train_step_tensorflow",
        [
            (
                "    if not tf.math.is_finite(norm):\n"
                '        raise ValueError("gradients are not finite")\n',
                "",
            )
        ],
    ),
    (
        "non-finite gradients noticed too late",
        "clipped_train_step_tensorflow",
        [
            (
                "    if not tf.math.is_finite(norm):\n"
                '        raise ValueError("gradients are not finite")\n',
                "",
            ),
            (
                "    return {",
                "    if not tf.math.is_finite(norm):\n"
                '        raise ValueError("gradients are not finite")\n'
                "    return {",
            ),
        ],
    ),
    (
        "NaN noticed, inf not",
        "clipped_train_step_numpy_flat",
        [("np.isnan(flat).any() or np.isinf(flat).any()", "np.isnan(flat).any()")],
    ),
    (
        "any limit accepted",
        "clipped_train_step_numpy_flat",
        [('    if max_norm <= 0:\n        raise ValueError("max_norm: " + str(max_norm))\n', "")],
    ),
    (
        "a limit of 0 accepted",
        "clipped_train_step_numpy_flat",
        [("if max_norm <= 0:", "if max_norm < 0:")],
    ),
    (
        "an optimizer of its own",
        "clipped_train_step_tensorflow",
        [
            (
                "    optimizer.apply_gradients(",
                "    tf.keras.optimizers.SGD(rate).apply_gradients(",
            ),
            ("    norm = tf", "    rate = float(optimizer.learning_rate)\n    norm = tf"),
        ],
    ),
    (
        "plain SGD by hand",
        "clipped_train_step_tensorflow",
        [
            (
                "    optimizer.apply_gradients(zip(clipped, model.trainable_variables))\n",
                "    for v, g in zip(model.trainable_variables, clipped):\n"
                "        v.assign_sub(optimizer.learning_rate * g)\n",
            )
        ],
    ),
    (
        "norms swapped",
        "clipped_train_step_function",
        [
            ('"norm_before": before', '"norm_before": min(before, max_norm)'),
            ('"norm_after": min(before, max_norm)}', '"norm_after": before}'),
        ],
    ),
    # ---- layer_gradient_norms
    (
        "norms of the weights",
        "layer_gradient_norms_tf_norm",
        [("tf.norm(g) for layer, g", "tf.norm(layer.kernel) for layer, g")],
    ),
    (
        "biases counted",
        "layer_gradient_norms_all_variables",
        [
            (
                "norms[layer.name] = float(np.sqrt((found[id(kernel)].numpy() ** 2).sum()))",
                "squares = [found[id(w)].numpy() ** 2 for w in layer.trainable_weights]\n"
                "            norms[layer.name] = float(np.sqrt(sum(s.sum() for s in squares)))",
            )
        ],
    ),
    (
        "layers with any weight counted",
        "layer_gradient_norms_tf_norm",
        [
            ('if hasattr(layer, "kernel")', "if layer.trainable_weights"),
            ("[layer.kernel for layer in layers]", "[layer.weights[0] for layer in layers]"),
        ],
    ),
    (
        "layer index by parity",
        "layer_gradient_norms_tf_norm",
        [
            (
                "    grads = tape.gradient(loss, [layer.kernel for layer in layers])\n",
                "    grads = tape.gradient(loss, model.trainable_variables)[::2]\n",
            )
        ],
    ),
    (
        "penalties forgotten",
        "layer_gradient_norms_tf_norm",
        [(" + sum(model.losses)", "")],
    ),
    (
        "training mode",
        "layer_gradient_norms_tf_norm",
        [("training=False", "training=True")],
    ),
    (
        "squared norms",
        "layer_gradient_norms_persistent",
        [("math.sqrt(float(np.vdot(gradient, gradient)))", "float(np.vdot(gradient, gradient))")],
    ),
    (
        "mean of magnitudes",
        "layer_gradient_norms_tf_norm",
        [("tf.norm(g) for", "tf.reduce_mean(tf.abs(g)) for")],
    ),
    (
        "root of the mean square",
        "layer_gradient_norms_function",
        [("tf.reduce_sum(tf.square(g))", "tf.reduce_mean(tf.square(g))")],
    ),
    (
        "L1 norms",
        "layer_gradient_norms_tf_norm",
        [("tf.norm(g) for", "tf.norm(g, ord=1) for")],
    ),
    (
        "largest singular values",
        "layer_gradient_norms_persistent",
        [
            (
                "math.sqrt(float(np.vdot(gradient, gradient)))",
                "float(np.linalg.norm(gradient.reshape(-1, gradient.shape[-1]), 2))",
            )
        ],
    ),
    (
        "last layer first",
        "layer_gradient_norms_tf_norm",
        [
            (
                "for layer, g in zip(layers, grads)}",
                "for layer, g in reversed(list(zip(layers, grads)))}",
            )
        ],
    ),
    (
        "sorted by name",
        "layer_gradient_norms_tf_norm",
        [
            (
                "for layer, g in zip(layers, grads)}",
                "for layer, g in sorted(zip(layers, grads), key=lambda p: p[0].name)}",
            )
        ],
    ),
    (
        "convolutions left out",
        "layer_gradient_norms_persistent",
        [("(keras.layers.Dense, keras.layers.Conv2D)", "keras.layers.Dense")],
    ),
    (
        "a list in place of a dict",
        "layer_gradient_norms_tf_norm",
        [
            (
                "{layer.name: tf.norm(g) for layer, g in zip(layers, grads)}",
                "list(map(tf.norm, grads))",
            )
        ],
    ),
    (
        "weights updated",
        "layer_gradient_norms_tf_norm",
        [
            (
                "    return {",
                "    for layer, g in zip(layers, grads):\n"
                "        layer.kernel.assign_sub(0.01 * g)\n"
                "    return {",
            )
        ],
    ),
    # ---- GradientMonitor
    (
        "reports of the first epoch only",
        "gradient_monitor_siblings",
        [
            (
                "        self.history.append(made)\n",
                "        self.history = self.history or [made]\n",
            )
        ],
    ),
    (
        "epochs counted from 1",
        "gradient_monitor_siblings",
        [("(epoch, name,", "(epoch + 1, name,")],
    ),
    (
        "events of the layers that are ok",
        "gradient_monitor_siblings",
        [('if entry["status"] != "ok"\n        )', 'if entry["status"] == "ok"\n        )')],
    ),
    (
        "an event for every layer",
        "gradient_monitor_siblings",
        [('            if entry["status"] != "ok"\n', "")],
    ),
    (
        "limits ignored",
        "gradient_monitor_siblings",
        [("self.limits = (vanishing, exploding)", "self.limits = (1e-6, 1e2)")],
    ),
    (
        "other default limits",
        "gradient_monitor_siblings",
        [("loss_fn, vanishing=1e-6, exploding=1e2", "loss_fn, vanishing=1e-7, exploding=1e3")],
    ),
    (
        "before the epoch",
        "gradient_monitor_siblings",
        [("def on_epoch_end", "def on_epoch_begin")],
    ),
    (
        "after every batch",
        "gradient_monitor_siblings",
        [("def on_epoch_end(self, epoch, ", "def on_train_batch_end(self, epoch, ")],
    ),
    (
        "penalties forgotten",
        "gradient_monitor_siblings",
        [(" + sum(model.losses)", "")],
    ),
    (
        "training mode",
        "gradient_monitor_siblings",
        [("training=False", "training=True")],
    ),
    (
        "the compiled loss in place of its own",
        "gradient_monitor_siblings",
        [("loss_fn(y, model(x, training=False))", "tf.reduce_mean((model(x) - y) ** 2)")],
    ),
    (
        "a step of its own",
        "gradient_monitor_siblings",
        [
            (
                "        made = report(",
                "        self.model.train_on_batch(*self.batch)\n        made = report(",
            )
        ],
    ),
    (
        "optimizer driven",
        "gradient_monitor_siblings",
        [
            (
                "        made = report(",
                "        variables = self.model.trainable_variables\n"
                "        pairs = [(tf.convert_to_tensor(v * 0.0), v) for v in variables]\n"
                "        self.model.optimizer.apply_gradients(pairs)\n"
                "        made = report(",
            )
        ],
    ),
    (
        "NaN is healthy",
        "gradient_monitor_siblings",
        [('        if np.isnan(n) or np.isinf(n):\n            return "nonfinite"\n', "")],
    ),
    (
        "inf is exploding",
        "gradient_monitor_siblings",
        [("np.isnan(n) or np.isinf(n)", "np.isnan(n)")],
    ),
    (
        "no ratio rule",
        "gradient_monitor_siblings",
        [('"vanishing" in seen or ratio < 1e-4', '"vanishing" in seen')],
    ),
    (
        "ratio upside down",
        "gradient_monitor_siblings",
        [("ratio = values[0] / values[-1]", "ratio = values[-1] / values[0]")],
    ),
    (
        "ratio 0 for 0/0",
        "gradient_monitor_siblings",
        [
            (
                "len(values) < 2 or values[0] == values[-1] == 0:\n        ratio = 1.0",
                "values[0] == 0:\n        ratio = 0.0",
            )
        ],
    ),
    (
        "global norm as a sum",
        "gradient_monitor_siblings",
        [("float(np.sqrt(np.sum(np.square(values))))", "float(np.sum(values))")],
    ),
    (
        "the mildest status wins",
        "gradient_monitor_siblings",
        [
            (
                '    if "exploding" in seen:\n        whole = "exploding"\n',
                '    if "exploding" in seen and whole == "ok":\n        whole = "exploding"\n',
            )
        ],
    ),
    # ---- build_regularized_model
    (
        "dropout on the head",
        "build_regularized_model_built_later",
        [
            (
                "    model.build(",
                "    model.add(keras.layers.Dropout(dropout))\n    model.build(",
            )
        ],
    ),
    (
        "no dropout after the last hidden layer",
        "build_regularized_model_built_later",
        [("        if dropout:", "        if dropout and number < len(hidden) - 1:")],
    ),
    (
        "bias regularized",
        "build_regularized_model_built_later",
        [
            (
                'name="hidden_%d"',
                'bias_regularizer=keras.regularizers.l1_l2(l1, l2), name="hidden_%d"',
            )
        ],
    ),
    (
        "head regularized",
        "build_regularized_model_built_later",
        [
            (
                'name="probability"',
                'name="probability", kernel_regularizer=keras.regularizers.l1_l2(l1, l2)',
            )
        ],
    ),
    (
        "activity regularized",
        "build_regularized_model_built_later",
        [("kernel_regularizer=", "activity_regularizer=")],
    ),
    (
        "penalties swapped",
        "build_regularized_model_built_later",
        [("l1_l2(l1, l2)", "l1_l2(l2, l1)")],
    ),
    (
        "half in L2",
        "build_regularized_model_built_later",
        [("l1_l2(l1, l2)", "l1_l2(l1, l2 / 2)")],
    ),
    (
        "no penalty",
        "build_regularized_model_built_later",
        [("kernel_regularizer=keras.regularizers.l1_l2(l1, l2),\n", "\n")],
    ),
    (
        "Glorot in place of He",
        "build_regularized_model_built_later",
        [("he_normal()", "glorot_normal()")],
    ),
    (
        "LeCun in place of He",
        "build_regularized_model_built_later",
        [("he_normal()", "lecun_normal()")],
    ),
    (
        "tanh in place of ReLU",
        "build_regularized_model_built_later",
        [("keras.activations.relu", "keras.activations.tanh")],
    ),
    (
        "no clipping",
        "build_regularized_model_built_later",
        [("clipnorm=clipnorm, epsilon", "epsilon")],
    ),
    (
        "clipping by value",
        "build_regularized_model_built_later",
        [("clipnorm=clipnorm, epsilon", "clipvalue=clipnorm, epsilon")],
    ),
    (
        "the limit fixed at 1",
        "build_regularized_model_built_later",
        [("clipnorm=clipnorm, epsilon", "clipnorm=1.0, epsilon")],
    ),
    (
        "always clipping",
        "build_regularized_model_built_later",
        [
            ("    if clipnorm:\n        adam = keras", "    if True:\n        adam = keras"),
            ("clipnorm=clipnorm, epsilon", "clipnorm=clipnorm or 1.0, epsilon"),
        ],
    ),
    (
        "learning rate ignored",
        "build_regularized_model_built_later",
        [
            ("Adam(learning_rate)", "Adam()"),
            ("Adam(learning_rate, clipnorm", "Adam(clipnorm"),
        ],
    ),
    (
        "RMSprop",
        "build_regularized_model_built_later",
        [
            ("keras.optimizers.Adam(learning_rate)", "keras.optimizers.RMSprop(learning_rate)"),
            ("keras.optimizers.Adam(learning_rate, ", "keras.optimizers.RMSprop(learning_rate, "),
        ],
    ),
    (
        "compile forgotten",
        "build_regularized_model_built_later",
        [
            (
                '    model.compile(loss="binary_crossentropy", optimizer=adam, '
                'metrics=["binary_accuracy"])\n',
                "",
            )
        ],
    ),
    (
        "mean squared error",
        "build_regularized_model_built_later",
        [('loss="binary_crossentropy"', 'loss="mse"')],
    ),
    (
        "no accuracy",
        "build_regularized_model_built_later",
        [(', metrics=["binary_accuracy"]', "")],
    ),
    (
        "logits that are probabilities",
        "build_regularized_model_layer_list",
        [
            (
                "loss=keras.losses.binary_crossentropy",
                "loss=lambda y, p: keras.losses.binary_crossentropy(y, p, from_logits=True)",
            )
        ],
    ),
    (
        "linear head",
        "build_regularized_model_built_later",
        [('activation="sigmoid", name', 'activation="linear", name')],
    ),
    (
        "batch norm always",
        "build_regularized_model_built_later",
        [("        if batchnorm:", "        if True:")],
    ),
    (
        "batch norm never",
        "build_regularized_model_built_later",
        [("        if batchnorm:", "        if False:")],
    ),
    (
        "keep probability for the rate",
        "build_regularized_model_built_later",
        [("Dropout(dropout)", "Dropout(1 - dropout)")],
    ),
    (
        "dropout of 0 kept as a layer",
        "build_regularized_model_built_later",
        [("        if dropout:", "        if True:")],
    ),
    (
        "seed ignored",
        "build_regularized_model_built_later",
        [("    keras.utils.set_random_seed(seed)\n", "")],
    ),
    (
        "seed fixed",
        "build_regularized_model_built_later",
        [("set_random_seed(seed)", "set_random_seed(42)")],
    ),
    (
        "hidden sizes ignored",
        "build_regularized_model_built_later",
        [("enumerate(hidden)", "enumerate((64, 32))")],
    ),
    (
        "other default for L2",
        "build_regularized_model_built_later",
        [("l2=0.01", "l2=0.001")],
    ),
    (
        "a bad dropout rate accepted",
        "build_regularized_model_built_later",
        [('            ("dropout", not 0 <= dropout < 1),\n', "")],
    ),
    (
        "a bad learning rate accepted",
        "build_regularized_model_built_later",
        [('            ("learning_rate", learning_rate <= 0),\n', "")],
    ),
    (
        "a bad limit accepted",
        "build_regularized_model_built_later",
        [('            ("clipnorm", clipnorm is not None and clipnorm <= 0),\n', "")],
    ),
    # ---- GradientDescentVisualizer
    (
        "other weights at each call",
        "visualizer_apply_gradients",
        [("        tf.keras.utils.set_random_seed(self.random_seed)\n", "")],
    ),
    (
        "seed set once, when the object is made",
        "visualizer_apply_gradients",
        [
            ("        tf.keras.utils.set_random_seed(self.random_seed)\n", ""),
            (
                "        self.history = {}\n",
                "        self.history = {}\n        tf.keras.utils.set_random_seed(random_seed)\n",
            ),
        ],
    ),
    (
        "number of features ignored",
        "visualizer_apply_gradients",
        [("shape=(input_dim,)", "shape=(2,)")],
    ),
    (
        "sizes in another order",
        "visualizer_apply_gradients",
        [("dense(8, tf.nn.relu)(dense(16", "dense(16, tf.nn.relu)(dense(8")],
    ),
    (
        "sigmoid hidden units",
        "visualizer_own_loop",
        [('units, "relu"', 'units, "sigmoid"')],
    ),
    (
        "no sigmoid on the head",
        "visualizer_own_loop",
        [('        model.add(keras.layers.Activation("sigmoid"))\n', "")],
    ),
    (
        "base model compiled",
        "visualizer_own_loop",
        [
            (
                "        return model\n",
                '        model.compile("adam", "mse")\n        return model\n',
            )
        ],
    ),
    (
        "optimizer used as it is",
        "visualizer_remembered_weights",
        [("optimizer.__class__.from_config(optimizer.get_config())", "optimizer")],
    ),
    (
        "a fresh optimizer without its settings",
        "visualizer_remembered_weights",
        [("optimizer.__class__.from_config(optimizer.get_config())", "optimizer.__class__()")],
    ),
    (
        "one model for all",
        "visualizer_remembered_weights",
        [
            (
                "        model = self.create_base_model(data[0].shape[1])\n",
                "        self.model = getattr(self, 'model', None) or self.create_base_model()\n"
                "        model = self.model\n",
            )
        ],
    ),
    (
        "history not kept",
        "visualizer_remembered_weights",
        [("        self.history[name] = found\n", "")],
    ),
    (
        "history of the test part",
        "visualizer_remembered_weights",
        [("validation_data=data[2:4]", "validation_data=data[4:6]")],
    ),
    (
        "validated on the training part",
        "visualizer_remembered_weights",
        [("validation_data=data[2:4]", "validation_data=data[:2]")],
    ),
    (
        "validated on the last training rows",
        "visualizer_remembered_weights",
        [("validation_data=data[2:4]", "validation_split=0.25")],
    ),
    (
        "one epoch only",
        "visualizer_remembered_weights",
        [('"epochs": epochs', '"epochs": 1')],
    ),
    (
        "mean squared error",
        "visualizer_remembered_weights",
        [("keras.losses.BinaryCrossentropy()", '"mse"')],
    ),
    (
        "no accuracy",
        "visualizer_remembered_weights",
        [(', metrics=["accuracy"]', "")],
    ),
    (
        "own optimizers replaced by Adam",
        "visualizer_remembered_weights",
        [
            (
                "            found = train_with_own_optimizer(model, optimizer, data, epochs, "
                "batch_size)\n",
                "            return self.train_with_optimizer(\n"
                "                name, keras.optimizers.Adam(), data, epochs, batch_size\n"
                "            )\n",
            )
        ],
    ),
    (
        "two are enough",
        "visualizer_remembered_weights",
        [("len(optimizers) < 3", "len(optimizers) < 2")],
    ),
    (
        "refused after training",
        "visualizer_own_loop",
        [
            (
                "        if not len(optimizers) >= 3:\n            raise",
                "        if not len(optimizers) >= 0:\n            raise",
            ),
            (
                "        return {name: self.history[name] for name in optimizers}",
                "        if not len(optimizers) >= 3:\n"
                "            raise ValueError(len(optimizers))\n"
                "        return {name: self.history[name] for name in optimizers}",
            ),
        ],
    ),
    (
        "the last history under every name",
        "visualizer_remembered_weights",
        [("        return results\n", "        return dict.fromkeys(results, results[name])\n")],
    ),
    # ---- GradientProblemsDemonstrator
    (
        "depth counts hidden layers",
        "demonstrator_functional",
        [("range(depth - 1)", "range(depth)")],
    ),
    (
        "32 wide",
        "demonstrator_functional",
        [("keras.layers.Dense(64", "keras.layers.Dense(32")],
    ),
    (
        "sigmoid head",
        "demonstrator_functional",
        [("activation=head", 'activation="sigmoid"')],
    ),
    (
        "activation ignored",
        "demonstrator_functional",
        [("64, activation=activation", '64, activation="sigmoid"')],
    ),
    (
        "initialization ignored",
        "demonstrator_functional",
        [
            (
                "activation=activation, kernel_initializer=initialization",
                'activation=activation, kernel_initializer="random_normal"',
            )
        ],
    ),
    (
        "batch norm ignored",
        "demonstrator_functional",
        [("            if batchnorm:", "            if False:")],
    ),
    (
        "batch norm always",
        "demonstrator_functional",
        [("            if batchnorm:", "            if True:")],
    ),
    (
        "flow of biases too",
        "demonstrator_fused_blocks",
        [
            (
                "        return np.array([np.linalg.norm(g.numpy()) for g in grads]).tolist(), "
                "list(kernels)",
                "        with tf.GradientTape() as tape:\n"
                "            loss = tf.reduce_mean(tf.square(1.0 - model(x)))\n"
                "        variables = model.trainable_variables\n"
                "        grads = tape.gradient(loss, variables)\n"
                "        return [float(tf.norm(g)) for g in grads], [v.name for v in variables]",
            )
        ],
    ),
    (
        "target 0",
        "demonstrator_functional",
        [("(model(x, training=False) - 1.0) ** 2", "model(x, training=False) ** 2")],
    ),
    (
        "summed loss",
        "demonstrator_functional",
        [
            (
                "loss = tf.reduce_mean((model(x, training=False)",
                "loss = tf.reduce_sum((model(x, training=False)",
            )
        ],
    ),
    (
        "flow from the output backwards",
        "demonstrator_functional",
        [("for layer in model.layers if", "for layer in model.layers[::-1] if")],
    ),
    (
        "flow as mean magnitudes",
        "demonstrator_functional",
        [("tf.norm(tf.cast(g, tf.float64))", "tf.reduce_mean(tf.abs(g))")],
    ),
    (
        "moving averages changed",
        "demonstrator_by_hand",
        [("        model.set_weights(saved)\n", "")],
    ),
    (
        "no vanishing: He for sigmoid, random normal for ReLU with He",
        "demonstrator_functional",
        [('"relu", "he_uniform"', '"sigmoid", "he_uniform"')],
    ),
    (
        "sigmoid left out",
        "demonstrator_functional",
        [('            "Sigmoid (random normal)": ("sigmoid", "random_normal"),\n', "")],
    ),
    (
        "nine layers",
        "demonstrator_functional",
        [("self.create_deep_network(activation=", "self.create_deep_network(9, activation=")],
    ),
    (
        "clipping demo computes and never applies",
        "demonstrator_fused_blocks",
        [
            (
                "                optimizer.apply_gradients(",
                "                list(",
            )
        ],
    ),
    (
        "with clipping nothing is applied",
        "demonstrator_fused_blocks",
        [
            (
                "                optimizer.apply_gradients(",
                "                clip or optimizer.apply_gradients(",
            )
        ],
    ),
    (
        "norms before clipping",
        "demonstrator_fused_blocks",
        [("                    norm = norm * (max_norm / norm)\n", "")],
    ),
    (
        "clipping demo per tensor",
        "demonstrator_functional",
        [
            (
                "grads, _ = tf.clip_by_global_norm(grads, max_norm)",
                "grads = [tf.clip_by_norm(g, max_norm) for g in grads]",
            )
        ],
    ),
    (
        "another start for each run",
        "demonstrator_fused_blocks",
        [
            (
                "            model.set_weights(start)\n",
                "            model.set_weights([w * (0.9 if clip else 1.0) for w in start])\n",
            )
        ],
    ),
    (
        "second run goes on where the first ended",
        "demonstrator_fused_blocks",
        [("            model.set_weights(start)\n", "")],
    ),
    (
        "a stable network",
        "demonstrator_fused_blocks",
        [("stddev=0.5", "stddev=0.02")],
    ),
    (
        "sigmoid head saturates: all norms zero",
        "demonstrator_by_hand",
        [
            (
                'self.create_deep_network(10, "relu", wild)',
                'self.create_deep_network(10, "relu", wild, head="sigmoid")',
            )
        ],
    ),
    (
        "limit ignored",
        "demonstrator_fused_blocks",
        [("        def run(clip):\n", "        max_norm = 1.0\n\n        def run(clip):\n")],
    ),
    (
        "any limit accepted",
        "demonstrator_fused_blocks",
        [("        if max_norm <= 0:\n            raise ValueError(max_norm)\n", "")],
    ),
]


@pytest.mark.parametrize(
    ("start", "changes"),
    [mistake[1:] for mistake in MISTAKES],
    ids=[f"{start.rsplit('_', 2)[0]}: {name}" for name, start, _ in MISTAKES],
)
def test_a_mistake_loses_points(start: str, changes: list[tuple[str, str]]) -> None:
    source = (ALTERNATIVES / f"{start}.py").read_text(encoding="utf-8")
    for old, new in changes:
        assert source.count(old) == 1, (
            f"{start}.py: expected once, found {source.count(old)}: {old}"
        )
        source = source.replace(old, new)
    names = namespace(source, f"{start}.py")
    for _, verdict, public in verdicts(names["EXERCISE"], names, seed=1):
        assert verdict.outcome != "infrastructure", verdict.public
        if not verdict.passed:
            assert public or not _shows_a_value(verdict.hidden), verdict.hidden
            return
    pytest.fail("every check passed:\n" + textwrap.indent(source, "    "))


def _shows_a_value(message: str) -> bool:
    """Whether a hidden message says what came back."""
    return "came back as" in message or "got [" in message
