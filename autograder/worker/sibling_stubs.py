"""Let another side answer for some of a submission's functions, where an error is carried forward.

A stub takes the place of a function as soon as the submission has defined it, so that every other
name it is bound to, `from clipping import clip_by_global_norm as clip`, means the stub too. Calls
go out as plain values and so do answers; what cannot be answered so is left to the student's own.
"""

from __future__ import annotations

import builtins
import functools
from collections.abc import Callable, Collection
from typing import Any

from autograder.kit.plain import Ref, to_plain

# What the other side says to a call: ["value", value], ["raised", [names of classes], message] or
# ["own"], for a call that only the student's function can answer.
Exchange = Callable[[str, list[Any], dict[str, Any]], list[Any]]


class SiblingStubs:
    """Makes the stubs of one worker.

    Args:
        names: of the functions to stand in for.
        exchange: asks the other side.
    """

    def __init__(self, names: Collection[str], exchange: Exchange) -> None:
        self.names = frozenset(names)
        self._exchange = exchange

    def stand_in(self, name: str, own: object) -> object:
        """What takes the place of a function; a class, or whatever is no function, stays."""
        if name not in self.names or isinstance(own, type) or not callable(own):
            return own

        @functools.wraps(own)
        def stub(*args: Any, **kwargs: Any) -> Any:
            return self._answer(name, own, args, kwargs)

        return stub

    def missing(self, name: str) -> object:
        """What stands in for a function that the submission does not have."""
        return self.stand_in(name, functools.partial(_not_there, name))

    def _answer(
        self, name: str, own: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        plain = [to_plain(list(args), _kept), to_plain(kwargs, _kept)]
        match self._exchange(name, *plain):
            case ["value", value]:
                return value
            case ["raised", [str(first), *_], message]:
                error = getattr(builtins, first, None)
                if isinstance(error, type) and issubclass(error, Exception):
                    raise error(message)
                raise RuntimeError(message)
        return own(*args, **kwargs)


def _kept(value: object, type_name: str) -> Ref:
    """Marks what is not plain; whoever answers cannot see it."""
    return Ref(0, type_name)


def _not_there(name: str, *args: Any, **kwargs: Any) -> Any:
    raise NameError(f"name {name!r} is not defined")
