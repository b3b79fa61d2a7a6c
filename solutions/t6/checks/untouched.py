"""What is handed in is not changed: judged whatever the formula, which other checks are about.

Trusted side only. The answer has to be right, or else the one that plain copies of the same
arguments get; and then it has to be worked out from them: whoever does nothing changes nothing.
"""

from typing import Any, Callable

import numpy as np

from autograder.kit import Mismatch, expect
from autograder.kit.plain import Ref


def judge_beside_copies(
    right: Callable[[], None],
    reply: Any,
    copies: Any,
    *unlike: Any,
    given: Any = None,
    whose: str = "copies of the arrays",
) -> None:
    """The answer for arrays that are kept is right, or the one for plain copies of them.

    Args:
        right: raises a `Mismatch` unless the answer is right.
        reply: the answer for arrays that somebody keeps.
        copies: the answer for copies of them.
        unlike: what the answer must differ from, each the answer for other arguments.
        given: what was handed in, where that given back is no answer.
        whose: what `copies` is the answer for, for messages.

    Raises:
        Mismatch: neither, or the answer is worked out from nothing; says why it is not right, too.
    """
    wrong = expect.reason(right)
    if wrong is None:
        return
    if isinstance(reply, Ref):
        raise wrong  # of another kind than what is asked, which says it all
    if not _same(reply, copies):
        more = "; and it is not the answer for %s either" % whose
    elif given is not None and _same(copies, given):
        more = "; and it is what was handed in"
    elif any(_same(copies, other) for other in unlike):
        more = "; and the same comes back for other arguments"
    else:
        return
    raise Mismatch(wrong.public + more, wrong.hidden + more, wrong.sides)


def _same(left: Any, right: Any) -> bool:
    """Whether two answers are equal, numbers within rounding, however small they are."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(_same(*pair) for pair in zip(left, right))
    if isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS):
        found, other = np.asarray(left), np.asarray(right)
        if found.shape != other.shape:
            return False
        noise = 1e-8 * np.max(np.abs(other[np.isfinite(other)]), initial=0.0)
        return np.allclose(found, other, atol=noise, equal_nan=True)
    return type(left) is type(right) and bool(left == right)


_NUMBERS = (bool, int, float, np.ndarray)
