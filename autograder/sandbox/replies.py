"""Which kind of reply each question may have: the one table at the boundary.

A worker that gives another kind has been changed by the code that runs in it, and has ended as a
source of answers. What is inside of a fitting reply is the check's to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from autograder.kit.plain import Ref

_FITTING: Mapping[str, Callable[[Any], bool]] = {
    "plan": lambda value: type(value) is dict,
    "load": lambda value: type(value) is dict,
    "begin": lambda value: value is None,
    "set": lambda value: value is None,
    "hold": lambda value: type(value) is Ref,
}
_ANY_VALUE = frozenset({"call", "method", "get", "support", "value"})


def fits(operation: str, value: Any) -> bool:
    """Whether a value can be the answer to a question of this kind.

    Raises:
        KeyError: there is no such question.
    """
    return operation in _ANY_VALUE or _FITTING[operation](value)
