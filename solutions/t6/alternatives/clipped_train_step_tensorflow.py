"""Everything in TensorFlow, with tf.clip_by_global_norm."""

import tensorflow as tf

EXERCISE = "clipped_train_step"


def clipped_train_step(model, optimizer, x, y, loss_fn, max_norm):
    if max_norm <= 0:
        raise ValueError("max_norm must be positive")
    with tf.GradientTape() as tape:
        predictions = model(x, training=True)
        loss = loss_fn(y, predictions) + sum(model.losses)
    grads = tape.gradient(loss, model.trainable_variables)
    norm = tf.linalg.global_norm(grads)
    if not tf.math.is_finite(norm):
        raise ValueError("gradients are not finite")
    clipped, _ = tf.clip_by_global_norm(grads, max_norm, use_norm=norm)
    optimizer.apply_gradients(zip(clipped, model.trainable_variables))
    return {"loss": loss, "norm_before": norm, "norm_after": tf.linalg.global_norm(clipped)}
