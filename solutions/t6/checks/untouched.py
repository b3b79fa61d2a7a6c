"""What is handed in is not changed: judged whatever the formula, which other checks are about.

Trusted side only. The answer has to be right, or else the one that plain copies of the same
arguments get; and then it has to depend on them, since whoever does nothing changes nothing.
"""

from typing import Any, Callable

import numpy as np

from autograder.kit import expect


def judge_beside_copies(
    right: Callable[[], None],
    reply: Any,
    copies: Any,
    *unlike: Any,
    whose: str = "copies of the arrays",
) -> None:
    """The answer for arrays that are kept is right, or the one for plain copies of them.

    Args:
        right: raises a `Mismatch` unless the answer is right.
        reply: the answer for arrays that somebody keeps.
        copies: the answer for copies of them.
        unlike: what the answer must differ from, such as the one for other arrays.
        whose: what `copies` is the answer for, for messages.

    Raises:
        Mismatch: neither, or the answer depends on nothing.
    """
    if not expect.holds(right):
        expect.that(_same(reply, copies), "the answer", "be the one for %s" % whose)
        told = "depend on what is handed in, or it cannot show that this is kept"
        expect.that(not any(_same(copies, other) for other in unlike), "the answer", told)


def _same(left: Any, right: Any) -> bool:
    """Whether two answers are equal, numbers within rounding."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(_same(*pair) for pair in zip(left, right))
    if isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS):
        found, other = np.asarray(left), np.asarray(right)
        return found.shape == other.shape and np.allclose(found, other, equal_nan=True)
    return type(left) is type(right) and bool(left == right)


_NUMBERS = (bool, int, float, np.ndarray)
