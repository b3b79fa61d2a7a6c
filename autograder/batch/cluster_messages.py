"""What crosses between the grader and the machines of a cluster: bytes of our own format.

Dask carries pickles by itself, and to read a pickle is to run it. So work goes out as MessagePack
and comes back as MessagePack; `refuse_pickles` keeps the grader's process from reading anything
else that a machine sends.
"""

from __future__ import annotations

import io
import logging
import pickle
from typing import Any, TypeVar

import msgspec

from autograder.batch.keys import Conditions
from autograder.intake.submissions import Bundle

_Kind = TypeVar("_Kind")

_MOST_BYTES = 64 << 20
# What Dask itself sends in a pickle that we are in need of: the name of a plain type.
_PLAIN = {"bytes", "bytearray", "str", "int", "float", "bool", "list", "tuple", "dict", "set"}


class NotAMessage(Exception):
    """Bytes from a machine that are no message of ours."""


class _Refused(pickle.UnpicklingError, TypeError):
    """A pickle that would have run something."""


class Work(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One submission to grade, and under which conditions."""

    conditions: Conditions
    isolation: str
    bundle: Bundle


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A result as a line of JSON, or why this machine cannot grade for this run."""

    result: bytes = b""
    unfit: str = ""


class Description(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A machine's environment, and why it cannot grade (empty if it can)."""

    environment: str
    refused: str = ""


def encode(message: Work | Answer | Description) -> bytes:
    """A message as bytes."""
    return msgspec.msgpack.encode(message)


def work_from(content: bytes) -> Work:
    """Read what the grader sent."""
    return msgspec.msgpack.decode(content, type=Work)


def answer_from(content: object) -> Answer:
    """Read what a machine answered.

    Raises:
        NotAMessage: it is something else, or too large.
    """
    return _checked(content, Answer)


def description_from(content: object) -> Description:
    """Read what a machine says of itself.

    Raises:
        NotAMessage: it is something else, or too large.
    """
    return _checked(content, Description)


def _checked(content: object, kind: type[_Kind]) -> _Kind:
    if type(content) is not bytes:
        raise NotAMessage(f"expected bytes, got {type(content).__name__}")
    if len(content) > _MOST_BYTES:
        raise NotAMessage(f"more than {_MOST_BYTES >> 20} MiB")
    try:
        return msgspec.msgpack.decode(content, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotAMessage(f"not what was asked for ({error})") from None


def refuse_pickles() -> None:
    """Let this process read no pickle through Dask but that of a plain type's name.

    Dask reads pickles of results, of exceptions and of warnings, from whoever sends them.
    """
    from distributed import client, protocol

    setattr(protocol.pickle, "loads", _loads)  # noqa: B010 (types of a library that is patched)
    setattr(client, "loads", _loads)  # noqa: B010
    setattr(client, "clean_exception", _some_error)  # noqa: B010
    setattr(client, "pickle", _PlainPickle)  # noqa: B010
    for name in logging.root.manager.loggerDict:  # what is refused is told as a result's reason
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _loads(content: Any, *, buffers: Any = ()) -> Any:
    return _Plain(io.BytesIO(content), buffers=buffers).load()


def _some_error(*_: object, **__: object) -> tuple[type[Exception], Exception, None]:
    """What Dask makes of an exception that a machine sends: that there was one."""
    return Exception, Exception("a machine of the cluster failed"), None


class _Plain(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module == "builtins" and name in _PLAIN:
            return super().find_class(module, name)
        raise _Refused(f"{module}.{name} is not read from a cluster")


class _PlainPickle:
    """Stands for the module `pickle` where Dask uses it directly."""

    loads = staticmethod(_loads)
    dumps = staticmethod(pickle.dumps)
    HIGHEST_PROTOCOL = pickle.HIGHEST_PROTOCOL
