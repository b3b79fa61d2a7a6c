"""The math module only, with one early return for an empty report."""

import math

EXERCISE = "gradient_report"


def _status(norm, vanishing, exploding):
    if math.isnan(norm) or math.isinf(norm):
        return "nonfinite"
    if norm > exploding:
        return "exploding"
    if norm < vanishing:
        return "vanishing"
    return "ok"


def gradient_report(named_grads, vanishing=1e-6, exploding=1e2):
    layers = {}
    for name in named_grads:
        if named_grads[name] is not None:
            norm = math.sqrt(sum(float(v) * float(v) for v in named_grads[name].flat))
            layers[name] = {"norm": norm, "status": _status(norm, vanishing, exploding)}
    if len(layers) == 0:
        return {"layers": {}, "global_norm": 0.0, "ratio": 1.0, "status": "ok"}
    norms = [layer["norm"] for layer in layers.values()]
    first, last = norms[0], norms[-1]
    ratio = (1.0 if first == 0.0 else math.inf) if last == 0.0 else first / last
    statuses = [layer["status"] for layer in layers.values()]
    if "nonfinite" in statuses:
        status = "nonfinite"
    elif "exploding" in statuses:
        status = "exploding"
    elif "vanishing" in statuses or ratio < 1e-4:
        status = "vanishing"
    else:
        status = "ok"
    total = math.sqrt(sum(norm * norm for norm in norms))
    return {"layers": layers, "global_norm": total, "ratio": ratio, "status": status}
