"""Signs that an answer was worked out: it is there, is no argument, and depends on the arguments.

Checks of what must not happen (arguments changed, bad ones accepted, a limit exceeded) hold for
code that does nothing, too. What is noted of every answer tells such code from code that is wrong.
"""

import hashlib
from typing import Any, Dict, Iterable, List, NamedTuple, Set

import numpy as np

from .plain import Ref


class Sign(NamedTuple):
    """One answer, as far as it says something.

    Attributes:
        name: what was asked: a function, method or attribute.
        question: digest of the arguments.
        answer: digest of the answer; empty for one that is empty itself, not a number, or an
            argument given back.
        alone: whether one answer says enough: where it is always asked the same, it cannot depend
            on what is asked.
    """

    name: str
    question: str
    answer: str
    alone: bool


def sign_of(
    operation: str, name: str, args: List[Any], kwargs: Dict[str, Any], answer: Any
) -> Sign:
    """The sign in an answer.

    Args:
        operation: kind of the question, see `Responder.ask`.
        name: what was asked.
        args: positional arguments.
        kwargs: named ones.
        answer: what came back, plain.
    """
    told = "" if _says_nothing(answer) else _digest(answer)
    if any(_digest(given) == told for given in (*args, *kwargs.values())):
        told = ""
    return Sign(name, _digest([args, kwargs]), told, operation == "call")


def _says_nothing(answer: Any) -> bool:
    numbers = _numbers(answer)
    if answer is None or isinstance(answer, Ref) or (numbers and np.isnan(numbers).all()):
        return True
    if isinstance(answer, np.ndarray):
        return not answer.size
    return isinstance(answer, (list, dict, str, bytes)) and not len(answer)


def shows_life(signs: Iterable[Sign]) -> bool:
    """Whether some answer to one exercise differs from another, or was the only one asked for."""
    answers: Dict[str, Set[str]] = {}
    questions: Dict[str, Set[str]] = {}
    alone: Set[str] = set()
    for sign in signs:
        answers.setdefault(sign.name, set()).update([sign.answer] if sign.answer else [])
        questions.setdefault(sign.name, set()).add(sign.question)
        if sign.alone:
            alone.add(sign.name)
    return any(
        len(found) > 1 or (found and name in alone and len(questions[name]) == 1)
        for name, found in answers.items()
    )


def _numbers(value: Any) -> List[float]:
    """Some of the numbers in a value, real parts of complex ones."""
    if isinstance(value, (bool, int, float)):
        return [float(value)]
    if isinstance(value, np.ndarray):
        return [float(number) for number in np.real(value).ravel()[:1000]]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for item in value[:1000] for number in _numbers(item)]
    return []


def _digest(value: Any) -> str:
    total = hashlib.sha256()
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, (np.ndarray, np.generic, bool, int, float)):
            array = np.asarray(item)
            if array.dtype.kind in "iuf":
                array = array.astype(np.float64)
            kind = b"b" if array.dtype.kind == "b" else b"a"  # True is no 1.0 given back
            total.update(kind + repr(array.shape).encode() + array.tobytes())
        elif isinstance(item, dict):
            total.update(b"d%d" % len(item))
            for key, inner in item.items():
                waiting.extend([inner, repr(key)])
        elif isinstance(item, (list, tuple)):
            total.update(b"l%d" % len(item))
            waiting.extend(item)
        else:
            total.update(repr(item).encode("utf-8", "replace"))
    return total.hexdigest()
