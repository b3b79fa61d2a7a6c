"""Statuses as numbers, the worst of which is the whole's."""

import numpy as np

EXERCISE = "gradient_report"

NAMES = ["ok", "vanishing", "exploding", "nonfinite"]


def gradient_report(named_grads, vanishing=1e-6, exploding=1e2):
    def severity(norm):
        if not np.isfinite(norm):
            return 3
        return 2 if norm > exploding else int(norm < vanishing)

    norms = {
        k: np.linalg.norm(np.ravel(np.float64(g))) for k, g in named_grads.items() if g is not None
    }
    levels = {k: severity(norm) for k, norm in norms.items()}
    values = list(norms.values())
    if len(values) < 2 or values[0] == values[-1] == 0:
        ratio = 1.0
    elif values[-1] == 0:
        ratio = np.inf
    else:
        ratio = values[0] / values[-1]
    worst = max([*list(levels.values()), int(ratio < 0.0001)])
    return {
        "status": NAMES[worst],
        "ratio": ratio,
        "global_norm": np.linalg.norm(values) if values else 0.0,
        "layers": {k: {"norm": norms[k], "status": NAMES[levels[k]]} for k in norms},
    }
