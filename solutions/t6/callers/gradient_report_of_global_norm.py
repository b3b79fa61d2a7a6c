"""The norms of the layers and of the whole are asked of the sibling exercise."""

import math

from clipping import global_norm

EXERCISE = "gradient_report"
CALLS = "global_norm"


def gradient_report(named_grads, vanishing=1e-6, exploding=1e2):
    there = {name: g for name, g in named_grads.items() if g is not None}
    norms = {name: global_norm([g]) for name, g in there.items()}

    def status(norm):
        if not math.isfinite(norm):
            return "nonfinite"
        return "exploding" if norm > exploding else "vanishing" if norm < vanishing else "ok"

    layers = {name: {"norm": norm, "status": status(norm)} for name, norm in norms.items()}
    values = list(norms.values())
    ratio = 1.0
    if len(values) > 1 and values[-1] != 0:
        ratio = values[0] / values[-1]
    elif len(values) > 1 and values[0] != 0:
        ratio = math.inf
    seen = [layer["status"] for layer in layers.values()]
    whole = "vanishing" if "vanishing" in seen or ratio < 1e-4 else "ok"
    for worse in ("exploding", "nonfinite"):
        whole = worse if worse in seen else whole
    total = global_norm(list(there.values()))
    return {"layers": layers, "global_norm": total, "ratio": ratio, "status": whole}
