"""float32 throughout, state in one dictionary of dictionaries."""

import numpy as np

EXERCISE = "Adam"


class Adam:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        if learning_rate <= 0:
            raise ValueError("learning_rate")
        if not (0 <= beta_1 < 1):
            raise ValueError("beta_1")
        if not (0 <= beta_2 < 1):
            raise ValueError("beta_2")
        if epsilon < 0:
            raise ValueError("epsilon")
        self.learning_rate, self.epsilon = learning_rate, epsilon
        self.beta_1, self.beta_2 = beta_1, beta_2
        self.iterations, self.state = 0, {}

    def reset(self):
        self.iterations, self.state = 0, {}

    def step(self, params, grads):
        f32 = np.float32
        for name in params:
            if grads.get(name) is not None and grads[name].shape != params[name].shape:
                raise ValueError(name)
        self.iterations += 1
        out = {}
        for name, w in params.items():
            dtype = w.dtype if w.dtype.kind == "f" else np.dtype(np.float64)
            if grads.get(name) is None:
                out[name] = w.astype(dtype)
                continue
            g = grads[name].astype(f32)
            slot = self.state.setdefault(
                name, {"m": np.zeros(g.shape, f32), "v": np.zeros(g.shape, f32)}
            )
            slot["m"] = f32(self.beta_1) * slot["m"] + f32(1 - self.beta_1) * g
            slot["v"] = f32(self.beta_2) * slot["v"] + f32(1 - self.beta_2) * g * g
            m_hat = slot["m"] / f32(1 - self.beta_1**self.iterations)
            v_hat = slot["v"] / f32(1 - self.beta_2**self.iterations)
            change = f32(self.learning_rate) * m_hat / (np.sqrt(v_hat) + f32(self.epsilon))
            out[name] = (w.astype(f32) - change).astype(dtype)
        return out
