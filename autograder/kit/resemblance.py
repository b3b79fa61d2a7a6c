"""Compare the transcripts of two answers: whether they are alike, and how much that proves."""

from __future__ import annotations

from typing import Any, Set

import numpy as np

from .plain import Ref

# Answers of one formula differ by the noise of float32 and by the order of sums.
_RTOL, _ATOL = 1e-4, 1e-6
# Observables of random draws are rounded by who observes them, to what does not differ by the draw.
_OBSERVED_RTOL = 0.015

# What it is worth as evidence that a value is shared with a mistake and not with right answers: a
# number of four digits is shared by chance once in ten thousand, a word or a truth value often.
NUMBER, WORD, TRUTH = 10, 3, 1
PROOF = 3 * NUMBER
HINT = 2 * WORD


# Exceptions that are slips of the pen: no mistake about the subject has them in common.
_SLIPS = {
    "NameError",
    "UnboundLocalError",
    "ImportError",
    "ModuleNotFoundError",
    "NotImplementedError",
}

_NUMBERS = (bool, int, float, np.ndarray, np.generic)


def alike(left: Any, right: Any, rtol: float = _RTOL) -> bool:
    """Whether two values of transcripts are equal within tolerance."""
    if isinstance(left, tuple) and isinstance(right, tuple):  # an observable and its name
        if left[0] != right[0]:
            return False
        if left[0] == "did not answer":
            return _raised_alike(left[1], right[1])
        return alike(left[1], right[1], _OBSERVED_RTOL)
    if isinstance(left, Ref) and isinstance(right, Ref):
        return True
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(
            alike(one, other, rtol) for one, other in zip(left, right)
        )
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(
            alike(left[key], right[key], rtol) for key in left
        )
    if isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS):
        one, other = np.asarray(left), np.asarray(right)
        return one.shape == other.shape and bool(
            np.isclose(one, other, rtol=rtol, atol=_ATOL, equal_nan=True).all()
        )
    return type(left) is type(right) and bool(left == right)


def _raised_alike(one: str, other: str) -> bool:
    """Whether two questions stayed without an answer in the same way, slips of the pen apart."""
    return one == other or not {one, other} & _SLIPS


def evidence(found: Any, right: Any) -> int:
    """How much it proves that an answer is shared which differs from the right one.

    Only what differs counts; a number once, however often it comes back, and hardly if it is not
    finite or as good as 0, which many faults have in common.

    Args:
        found: a value of a transcript.
        right: the same of the reference's.

    Returns:
        Points; from `PROOF` on they are one.
    """
    numbers: Set[float] = set()
    return _points(found, right, numbers) + NUMBER * len(numbers)


def _points(found: Any, right: Any, numbers: Set[float]) -> int:
    if isinstance(found, tuple) and isinstance(right, tuple):
        return 0 if alike(found, right) else TRUTH if _is_truth(found[1]) else WORD
    if isinstance(found, list):
        others = right if isinstance(right, list) else []
        known = sum(_points(one, other, numbers) for one, other in zip(found, others))
        return known + WORD * (len(found) != len(others))
    if isinstance(found, dict) and isinstance(right, dict):
        shared = found.keys() & right.keys()
        known = sum(_points(found[key], right[key], numbers) for key in shared)
        return known + WORD * (found.keys() != right.keys())
    if isinstance(found, _NUMBERS) and isinstance(right, _NUMBERS):
        return _of_numbers(np.asarray(found), np.asarray(right), numbers)
    return 0 if alike(found, right) else WORD


def _is_truth(value: Any) -> bool:
    return all(map(_is_truth, value)) if isinstance(value, list) else isinstance(value, bool)


def _of_numbers(found: np.ndarray, right: np.ndarray, numbers: Set[float]) -> int:
    if found.shape != right.shape:
        return WORD
    differs = ~np.isclose(found, right, rtol=_RTOL, atol=_ATOL, equal_nan=True)
    if found.dtype.kind == "b" or not differs.any():
        return TRUTH * int(differs.sum())
    values = found[differs]
    telling = np.isfinite(values) & (np.abs(values) > 1000 * _ATOL)
    # Four digits, or one number would count as often as it was rounded.
    numbers.update(float(f"{value:.4g}") for value in values[telling].astype(np.float64).flat)
    return TRUTH * bool((~telling).any())
