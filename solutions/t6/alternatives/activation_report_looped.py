"""Counts entry by entry."""

EXERCISE = "activation_report"


def activation_report(activations, kind):
    if kind not in ("relu", "sigmoid", "tanh"):
        raise ValueError("kind")
    rows, units = activations.shape
    zeros = saturated = dead = 0
    for unit in range(units):
        column = [float(activations[row, unit]) for row in range(rows)]
        zeros += sum(value == 0 for value in column)
        dead += all(value == 0 for value in column)
        if kind == "sigmoid":
            saturated += sum(not 0.03 < value < 0.97 for value in column)
        elif kind == "tanh":
            saturated += sum(abs(value) > 0.97 for value in column)
    size = rows * units
    return {
        "zero_fraction": zeros / size,
        "dead_units": dead,
        "saturated_fraction": saturated / size,
    }
