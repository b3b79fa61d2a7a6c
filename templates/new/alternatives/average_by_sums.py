"""Differences of a cumulative sum, for the windows that are given."""

import numpy as np

EXERCISE = "moving_average"


def moving_average(values, width):
    if width < 1:
        raise ValueError("no window")
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return np.array([(sums[b + 1] - sums[a]) / (b + 1 - a) for a, b in windows(len(values), width)])
