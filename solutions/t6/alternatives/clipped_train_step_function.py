"""The forward and backward pass inside a tf.function, tensors for all inputs."""

import tensorflow as tf

EXERCISE = "clipped_train_step"


def clipped_train_step(model, optimizer, x, y, loss_fn, max_norm):
    if not max_norm > 0:
        raise ValueError(f"max_norm must be > 0, got {max_norm}")

    @tf.function
    def forward_backward(inputs, targets):
        with tf.GradientTape() as tape:
            loss = loss_fn(targets, model(inputs, training=True))
            if model.losses:
                loss = loss + tf.add_n(model.losses)
        return loss, tape.gradient(loss, model.trainable_weights)

    loss, grads = forward_backward(tf.constant(x), tf.constant(y))
    for g in grads:
        if not bool(tf.reduce_all(tf.math.is_finite(g))):
            raise ValueError("a gradient is not finite, nothing was applied")
    before = float(tf.sqrt(sum(tf.reduce_sum(g * g) for g in grads)))
    scale = min(1.0, max_norm / before) if before > 0 else 1.0
    clipped = [g * scale for g in grads]
    optimizer.apply_gradients(list(zip(clipped, model.trainable_weights)))
    return {"loss": float(loss), "norm_before": before, "norm_after": min(before, max_norm)}
