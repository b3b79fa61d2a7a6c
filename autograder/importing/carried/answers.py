"""Tests that were written over the names of a notebook, asked of a submission.

This text stands at the top of each file of checks that was brought over, so that the checks need
nothing but the kit.
"""

import builtins
import contextlib
import io
import threading
from typing import Any, Iterator, List

import numpy as np

from autograder.kit import Handle, Mismatch, Problem, StudentError, expect


class Items(List[Any]):
    """A list or tuple of the submission's: which of both it was is not known, and not asked."""

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, (list, tuple)) and list(self) == list(other)

    def __ne__(self, other: Any) -> bool:
        return not self == other

    __hash__ = None


class Thing:
    """An object that stays on the submission's side; its attributes and methods are asked for."""

    def __init__(self, sub: Any, handle: Any) -> None:
        self._sub = sub
        self._handle = handle

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        found = self._handle.get(name)
        if isinstance(found, Handle) and found.type_name in ("method", "function"):
            return calling(self._sub, getattr(self._handle, name))
        return plain(self._sub, found)

    def __bool__(self) -> Any:
        return self._ask("bool")[0]

    def __iter__(self) -> Any:
        return self._ask("iter")[0]

    def __next__(self) -> Any:
        found = self._ask("next")
        if not found:
            raise StopIteration
        return found[0]

    def __len__(self) -> Any:
        return self._ask("len")[0]

    def __str__(self) -> Any:
        return self._ask("str")[0]

    def __repr__(self) -> Any:
        return self._ask("repr")[0]

    def __getitem__(self, key: Any) -> Any:
        return self._ask("item", key)[0]

    def __contains__(self, item: Any) -> Any:
        return self._ask("in", item)[0]

    def __eq__(self, other: Any) -> Any:
        return self._ask("equal", other)[0]

    def __lt__(self, other: Any) -> Any:
        return self._ask("less", other)[0]

    def __add__(self, other: Any) -> Any:
        return self._ask("add", other)[0]

    def __call__(self, *args: Any) -> Any:
        return self._ask("call", *args)[0]

    __hash__ = None  # type: ignore[assignment]

    def _ask(self, operation: str, *others: Any) -> Any:
        operated = calling(self._sub, self._sub.support.operated)
        return operated(self._handle, operation, list(others))


class Ended(BaseException):
    """The submission gave no answer; no `except` of a test may take that for one."""


def asked(sub: Any, name: str) -> Any:
    """The submission's function of a name, to be called like any other."""
    return calling(sub, getattr(sub, name))


def calling(sub: Any, function: Any) -> Any:
    """The function with plain values in and out, and exceptions as Python raises them."""

    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            answer = function(*map(sent, args), **{key: sent(kwargs[key]) for key in kwargs})
        except StudentError as raised:
            raise as_python_does(raised) from None
        except Problem as problem:
            raise Ended(problem) from None
        return plain(sub, answer)

    return call


def as_python_does(raised: StudentError) -> BaseException:
    """The exception that a test would see if the submission ran beside it."""
    if "NotImplementedError" in raised.bases:
        return Ended(raised)
    for name in raised.bases:
        kind = getattr(builtins, name, None)
        if isinstance(kind, type) and issubclass(kind, Exception):
            with contextlib.suppress(TypeError):  # some take more than a message
                told: Any = kind(raised.message)
                told.problem = raised
                return told  # type: ignore[no-any-return]
    return Ended(raised)


def named(sub: Any, question: str, name: str) -> Any:
    """A variable that the submission's function for a question returns by name."""
    what = "what %s() returns" % question
    return expect.mapping(calling(sub, getattr(sub, question))(), what, [name])[name]


def plain(sub: Any, answer: Any) -> Any:
    """An answer as the value it stands for: sets and tables are fetched, other objects stay."""
    if isinstance(answer, list):
        return Items(plain(sub, item) for item in answer)
    if isinstance(answer, dict):
        return {key: plain(sub, item) for key, item in answer.items()}
    if isinstance(answer, np.ndarray) and answer.ndim == 0:
        return answer[()]
    if not isinstance(answer, Handle):
        return answer
    told = sub.support.described(answer)
    if not isinstance(told, dict) or "kind" not in told:
        return Thing(sub, answer)
    return rebuilt(told)


def rebuilt(told: Any) -> Any:
    """The set or table that was described."""
    try:
        if told["kind"] in ("set", "frozenset"):
            items = [tuple(item) if isinstance(item, list) else item for item in told["items"]]
            return {"set": set, "frozenset": frozenset}[told["kind"]](items)
        import pandas

        if told["kind"] == "series":
            return pandas.Series(told["values"], index=told["index"], name=told["name"])
        columns = dict(zip(told["columns"], told["values"]))
        return pandas.DataFrame(columns, index=told["index"])
    except Exception:
        raise Mismatch("the answer is no set or table of plain values") from None


def sent(value: Any) -> Any:
    """A value in the form in which it goes to the submission."""
    if isinstance(value, Thing):
        return value._handle
    if isinstance(value, (list, tuple)):
        return [sent(item) for item in value]
    if isinstance(value, dict):
        return {key: sent(item) for key, item in value.items()}
    return value


def same(value: Any, wanted: Any, what: str) -> None:
    """The value is the one wanted; numbers may differ by rounding."""
    if not alike(value, wanted):
        raise Mismatch("%s is not right: it came back as %.200r" % (what, value), _HIDDEN)


def alike(value: Any, wanted: Any) -> bool:
    """Whether two values are equal, numbers within rounding, True and 1 apart."""
    if isinstance(wanted, (bool, np.bool_)) or isinstance(value, (bool, np.bool_)):
        return isinstance(value, (bool, np.bool_)) and bool(value) == bool(wanted)
    if isinstance(wanted, (int, float)) and isinstance(value, (int, float, np.number)):
        return bool(np.isclose(value, wanted, rtol=1e-9, atol=1e-12, equal_nan=True))
    if isinstance(wanted, (list, tuple)) and isinstance(value, (list, tuple)):
        return len(value) == len(wanted) and all(map(alike, value, wanted))
    if isinstance(wanted, dict) and isinstance(value, dict):
        return set(value) == set(wanted) and all(alike(value[key], wanted[key]) for key in wanted)
    return bool(type(value) is type(wanted) and value == wanted)


def shows(printed: Any, value: Any, wanted: str, what: str) -> None:
    """What was printed and the value's text are as the test's author saw them."""
    text = printed.getvalue() + ("" if value is None else repr(value))
    printed.seek(0)
    printed.truncate()
    if text.split() != wanted.split():
        raise Mismatch("%s shows %.200r" % (what, text), _HIDDEN)


@contextlib.contextmanager
def judged(what: str) -> Iterator[io.StringIO]:
    """What the test says holds; an exception of any kind says that it does not.

    One test at a time, since all threads of a process share its standard output: of two that
    overlap, the second would put back what the first had put in its place.
    """
    printed = io.StringIO()
    try:
        with _PRINTING, contextlib.redirect_stdout(printed):
            yield printed
    except Problem:
        raise
    except Ended as ended:
        raise ended.args[0] from None
    except AssertionError as failed:
        told = str(failed).split("\n")[0][:200]
        said = "%s does not hold%s" % (what, told and ": " + told)
        raise Mismatch(said, _HIDDEN) from None
    except Exception as stopped:
        if hasattr(stopped, "problem"):
            raise stopped.problem from None
        told = str(stopped).split("\n")[0][:200]
        said = "%s stops with %s: %s" % (what, type(stopped).__name__, told)
        raise Mismatch(said, _HIDDEN) from None


_HIDDEN = "the answer is not what was asked for"
_PRINTING = threading.RLock()
