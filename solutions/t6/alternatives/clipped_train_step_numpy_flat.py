"""Gradients flattened into one NumPy vector, optimizer.apply where Keras 3 has it."""

import numpy as np

EXERCISE = "clipped_train_step"


def clipped_train_step(model, optimizer, x, y, loss_fn, max_norm):
    import tensorflow as tf

    if max_norm <= 0:
        raise ValueError("max_norm: " + str(max_norm))
    variables = model.trainable_variables
    with tf.GradientTape() as tape:
        loss = loss_fn(y_true=tf.convert_to_tensor(y), y_pred=model(x, training=True))
        for extra in model.losses:
            loss = loss + extra
    grads = [g.numpy() for g in tape.gradient(loss, variables)]
    flat = np.concatenate([g.ravel() for g in grads])
    if np.isnan(flat).any() or np.isinf(flat).any():
        raise ValueError("NaN or inf in the gradients")
    norm = np.linalg.norm(flat)
    if norm > max_norm:
        flat = flat * (max_norm / norm)
    pieces = np.split(flat, np.cumsum([g.size for g in grads])[:-1])
    new = [tf.constant(p.reshape(g.shape), dtype=tf.float32) for p, g in zip(pieces, grads)]
    if hasattr(optimizer, "apply"):
        optimizer.apply(new, variables)
    else:
        optimizer.apply_gradients(zip(new, variables))
    return {"loss": loss.numpy(), "norm_before": norm, "norm_after": np.linalg.norm(flat)}
