"""The student's side of every question: looks a name up, calls it, answers in plain values."""

import linecache
import traceback
from typing import Any, Callable, Dict, List, Mapping, Optional

import numpy as np

from .plain import Ref, to_plain
from .problems import StudentError, Unusable


def _no_data(name: str) -> bytes:
    raise KeyError(name)


class Responder:
    """Answers the questions of a `Submission` with the student's own objects.

    Args:
        lookup: gives the student's top-level object of a name; raises KeyError when missing.
        support: the assignment's public support functions (stand-ins and probes) by name.
        locate: maps a traceback's file name to the label a student knows (``"optimizers.py"``), or
            None for a file that is not the student's.
        read: gives the bytes of a data file; raises KeyError when there is none.
    """

    def __init__(
        self,
        lookup: Callable[[str], Any],
        support: Mapping[str, Any],
        locate: Callable[[str], Optional[str]],
        read: Callable[[str], bytes] = _no_data,
    ) -> None:
        self._lookup = lookup
        self._support = support
        self._locate = locate
        self._read = read
        self._objects: List[Any] = []

    def forget(self) -> None:
        """Let go of every kept object; done between checks."""
        self._objects.clear()

    def ask(
        self, operation: str, ref: Optional[Ref], name: str, args: List[Any], kwargs: Dict[str, Any]
    ) -> Any:
        """Answer one question.

        Args:
            operation: ``"call"`` the student's ``name``; ``"method"``, ``"get"`` or ``"set"`` of
                the object ``ref``; ``"support"`` calls a support function; ``"hold"`` keeps the
                argument here; ``"value"`` reads a held value back; ``"data"`` gives a file's bytes.

        Returns:
            A plain value (see `to_plain`).

        Raises:
            StudentError: the student's code raised.
            Unusable: the name, method or attribute does not exist or cannot be called.
        """
        positional = [self._resolve(arg) for arg in args]
        named = {key: self._resolve(arg) for key, arg in kwargs.items()}
        if operation == "data":
            return self._data(name)
        if operation == "hold":
            return self._keep(positional[0], type(positional[0]).__name__)
        subject = None if ref is None else self._objects[ref.number]
        if operation == "value":
            return to_plain(subject, self._keep)
        if operation == "support":
            target = self._support[name]
        elif operation == "call":
            target = self._find(name)
        else:
            return self._on_object(operation, subject, ref, name, positional, named)
        return self._run(name, target, positional, named)

    def _on_object(
        self,
        operation: str,
        subject: Any,
        ref: Optional[Ref],
        name: str,
        args: List[Any],
        kwargs: Dict[str, Any],
    ) -> Any:
        owner = "object" if ref is None else ref.type_name
        if operation == "set":
            return self._run(name, setattr, [subject, name, args[0]], {})
        missing = object()
        found = self._guard(lambda: getattr(subject, name, missing))
        if found is missing:
            what = "method" if operation == "method" else "attribute"
            lacks = "has no %s `%s`" % (what, name)
            raise Unusable("%s %s" % (owner, lacks), "the object " + lacks)
        if operation == "get":
            return self._guard(lambda: to_plain(found, self._keep))
        return self._run("%s.%s" % (owner, name), found, args, kwargs)

    def _data(self, name: str) -> bytes:
        try:
            return self._read(name)
        except KeyError:
            raise Unusable("`%s` is not among the files handed in" % name) from None

    def _find(self, name: str) -> Any:
        try:
            return self._lookup(name)
        except KeyError:
            raise Unusable("`%s` was not found in what you handed in" % name) from None
        except (Exception, SystemExit) as error:
            told = self._told(error)
            raise Unusable(
                "the file with `%s` cannot be loaded: %s" % (name, told.public),
                "the file with `%s` cannot be loaded: %s" % (name, told.hidden),
            ) from None

    def _run(self, name: str, target: Any, args: List[Any], kwargs: Dict[str, Any]) -> Any:
        if not callable(target):
            told = "`%s` cannot be called" % name
            raise Unusable("%s: it is of type %s" % (told, type(target).__name__), told)
        return self._guard(lambda: to_plain(target(*args, **kwargs), self._keep))

    def _guard(self, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except StudentError:
            raise
        except BaseException as error:  # SystemExit and KeyboardInterrupt are answers too
            raise self._told(error) from None

    def _told(self, error: BaseException) -> StudentError:
        bases = [base.__name__ for base in type(error).__mro__[:-1]]
        try:
            message = str(error)[:2000]
        except BaseException:
            message = "(an exception that cannot be printed)"
        label, line, source = "", 0, ""
        own = False
        for frame, number in traceback.walk_tb(error.__traceback__):
            found = self._locate(frame.f_code.co_filename)
            own = found is not None
            if found is not None:
                label, line = found, number
                source = linecache.getline(frame.f_code.co_filename, number)
        unwritten = own and isinstance(error, NotImplementedError)
        return StudentError(bases, message, label, line, source, unwritten)

    def _keep(self, value: Any, type_name: str) -> Ref:
        self._objects.append(value)
        return Ref(len(self._objects) - 1, type_name)

    def _resolve(self, value: Any) -> Any:
        """An argument as the student's code gets it: handles become objects, arrays are copied."""
        if isinstance(value, Ref):
            return self._objects[value.number]
        if isinstance(value, np.ndarray):
            return value.copy()
        if isinstance(value, list):
            return [self._resolve(item) for item in value]
        if isinstance(value, tuple):
            return tuple(self._resolve(item) for item in value)
        if isinstance(value, dict):
            return {key: self._resolve(item) for key, item in value.items()}
        return value
