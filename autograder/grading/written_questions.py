"""Write down everything that a check asked, as Python that can be read and tried: nothing left out.

What a public check's message shows is short; see `Submission.asked`. This is the whole of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.kit.plain import Ref

_MOST_SIGNS = 2500
_MOST_ENTRIES = 120
_MIDDLE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class Question:
    """One question and what it gave: an object that stays there, or something else.

    Attributes:
        operation: see `Responder.ask`.
        owner: the object that was asked, if one was.
        name: of the function, method or attribute.
        args: as they were then.
        kwargs: likewise, by name.
        made: the object that came of it, if one did.
        answer: what came back as Python; empty if nothing plain did, or what differs by chance.
    """

    operation: str
    owner: Ref | None
    name: str
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    made: Ref | None = None
    answer: str = ""


def written(questions: Sequence[Question]) -> str:
    """The questions, a line each; empty if they are too long to be read."""
    names: dict[int, str] = {}
    lines = []
    for question in questions:
        line = _line(question, names)
        made = question.made
        if made is not None and made.number not in names:
            names[made.number] = _new_name(question, names)
            line = f"{names[made.number]} = {line}"
        if line:
            lines.append(line)
    told = "\n".join(lines)
    return told if len(told) <= _MOST_SIGNS and "…" not in told else ""


def _line(question: Question, names: Mapping[int, str]) -> str:
    given = [value_of(one, names) for one in question.args]
    given += [f"{key}={value_of(one, names)}" for key, one in question.kwargs.items()]
    owner = value_of(question.owner, names)
    if question.operation == "set":
        return f"{owner}.{question.name} = {given[0]}"
    if question.operation == "hold":
        return given[0]
    if question.operation in ("value", "data"):
        return ""  # looks at what is there, and asks nothing
    if question.operation == "get":
        return f"{owner}.{question.name}"
    start = {"method": f"{owner}.", "support": "support."}.get(question.operation, "")
    return f"{start}{question.name}({', '.join(given)})"


def _new_name(question: Question, names: Mapping[int, str]) -> str:
    plain = _MIDDLE.sub("_", question.name).lower() if question.name else "given"
    if plain == question.name and question.operation == "call":
        plain = "made"
    taken = set(names.values())
    tries = (plain, *(f"{plain}_{number}" for number in range(2, len(names) + 3)))
    return next(name for name in tries if name not in taken)


def value_of(value: Any, names: Mapping[int, str] | None = None) -> str:
    """A value as Python, arrays as lists of numbers; of a long one there is a "…"."""
    names = names or {}
    if isinstance(value, Ref):
        return names.get(value.number, f"<{value.type_name}>")
    if isinstance(value, (np.ndarray, np.generic)):
        return _array(np.asarray(value))
    if isinstance(value, dict):
        inner = ", ".join(f"{key!r}: {value_of(one, names)}" for key, one in value.items())
        return f"{{{inner}}}"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(value_of(one, names) for one in value)
        return f"({inner},)" if isinstance(value, tuple) and len(value) == 1 else f"[{inner}]"
    if isinstance(value, float):
        return f"{value:.7g}"
    return repr(value)


def _array(array: np.ndarray) -> str:
    """Numbers of an array; of a kind of its own where it is not of float64."""
    if array.size > _MOST_ENTRIES:
        return f"<{array.dtype} array of shape {array.shape} …>"
    listed = _nested(array.tolist())
    return listed if array.dtype == np.float64 else f"np.{array.dtype}({listed})"


def _nested(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_nested, value))}]"
    return f"{value:.7g}" if isinstance(value, float) else repr(value)
