"""An ordered dictionary, NumPy scalars, and division with errstate."""

from collections import OrderedDict

import numpy as np

EXERCISE = "gradient_report"


def gradient_report(named_grads, vanishing=1e-6, exploding=1e2):
    layers = OrderedDict()
    squares = []
    for name, g in named_grads.items():
        if g is None:
            continue
        squares.append(np.vdot(np.float64(g), np.float64(g)))
        norm = np.sqrt(squares[-1])
        status = np.select(
            [~np.isfinite(norm), norm > exploding, norm < vanishing],
            ["nonfinite", "exploding", "vanishing"],
            "ok",
        )
        layers[name] = {"norm": norm, "status": str(status)}
    ratio = np.float64(1.0)
    if len(squares) > 1:
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.sqrt(np.float64(squares[0])) / np.sqrt(squares[-1])
        if squares[0] == 0 and squares[-1] == 0:
            ratio = np.float64(1.0)
    seen = {layer["status"] for layer in layers.values()}
    seen |= {"vanishing"} if ratio < 1e-4 else set()
    whole = [s for s in ("nonfinite", "exploding", "vanishing") if s in seen] + ["ok"]
    return {
        "layers": layers,
        "global_norm": np.sqrt(np.sum(squares)),
        "ratio": ratio,
        "status": whole[0],
    }
