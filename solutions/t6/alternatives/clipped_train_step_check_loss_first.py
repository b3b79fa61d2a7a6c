"""Float64 throughout the clipping, a dict of NumPy scalars, the loss looked at as well."""

import math

import numpy as np
import tensorflow as tf

EXERCISE = "clipped_train_step"


def _norm(arrays):
    return math.sqrt(math.fsum(float(np.square(a).sum()) for a in arrays))


def clipped_train_step(model, optimizer, x, y, loss_fn, max_norm):
    if max_norm <= 0.0:
        raise ValueError("max_norm must be greater than zero")
    tape = tf.GradientTape()
    with tape:
        total = tf.add_n([loss_fn(y, model(tf.cast(x, tf.float32), training=True)), *model.losses])
    gradients = tape.gradient(total, model.trainable_variables)
    wide = [np.asarray(g, dtype=np.float64) for g in gradients]
    before = _norm(wide)
    if not (math.isfinite(before) and math.isfinite(float(total))):
        raise ValueError("loss or gradients are not finite")
    wide = [g * (max_norm / max(before, max_norm)) for g in wide]
    for_keras = [tf.convert_to_tensor(g, dtype=v.dtype) for g, v in zip(wide, gradients)]
    optimizer.apply_gradients(zip(for_keras, model.trainable_variables))
    return dict(loss=np.float64(total), norm_before=np.float64(before), norm_after=_norm(wide))
