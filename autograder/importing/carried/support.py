"""Describe values that cannot travel as they are: sets and tables. Public, and loaded beside the
student's code."""

import operator
from typing import Any, Callable, Dict, List

_OPERATIONS: Dict[str, Callable[..., Any]] = {
    "bool": bool,
    "iter": iter,
    "next": next,
    "len": len,
    "str": str,
    "repr": repr,
    "item": operator.getitem,
    "equal": operator.eq,
    "less": operator.lt,
    "in": operator.contains,
    "add": operator.add,
    "call": lambda value, *args: value(*args),
}


def operated(value: Any, operation: str, others: List[Any]) -> Any:
    """What an operation of Python gives for an object that stays here.

    Args:
        value: the object.
        operation: its name, such as ``"next"``.
        others: further operands.

    Returns:
        list that holds the value, empty at the end of an iterator.
    """
    try:
        return [_OPERATIONS[operation](value, *others)]
    except StopIteration:
        return []


def described(value: Any) -> Any:
    """A set or a table as plain values; None for any other object.

    Args:
        value: what a function of the submission returned.

    Returns:
        dict with ``kind`` and what belongs to that kind.
    """
    kind = type(value).__name__
    if isinstance(value, (set, frozenset)):
        return {"kind": kind, "items": list(value)}
    if kind == "Series" and hasattr(value, "index"):
        return {
            "kind": "series",
            "name": value.name if isinstance(value.name, (str, int)) else None,
            "index": value.index.tolist(),
            "values": value.tolist(),
        }
    if kind == "DataFrame" and hasattr(value, "columns"):
        return {
            "kind": "table",
            "columns": [str(name) for name in value.columns],
            "index": value.index.tolist(),
            "values": [value[name].tolist() for name in value.columns],
        }
    return None
