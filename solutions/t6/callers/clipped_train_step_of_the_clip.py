"""The clip and the norm afterwards are asked of the sibling exercises."""

EXERCISE = "clipped_train_step"
CALLS = "clip_by_global_norm global_norm"


def clipped_train_step(model, optimizer, x, y, loss_fn, max_norm):
    import tensorflow as tf

    if max_norm <= 0:
        raise ValueError("max_norm must be greater than 0")
    variables = model.trainable_variables
    with tf.GradientTape() as tape:
        loss = loss_fn(tf.convert_to_tensor(y), model(x, training=True))
        for extra in model.losses:
            loss = loss + extra
    grads = [g.numpy() for g in tape.gradient(loss, variables)]
    clipped, before = clip_by_global_norm(grads, max_norm)
    optimizer.apply_gradients(zip(map(tf.constant, clipped), variables))
    return {"loss": float(loss), "norm_before": before, "norm_after": global_norm(clipped)}
