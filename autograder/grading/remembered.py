"""Verdicts that were found before, kept under a key of all that they rest on.

What is kept came from a submission as much as what is found now, and is read as strictly. The
transcript, which only diagnosis reads, is taken out when somebody looks at it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

import msgspec

from autograder.kit import Check, Verdict
from autograder.kit.comparison import Comparison
from autograder.kit.signs import Sign
from autograder.worker import wire

_TUPLE = "\0tuple"

Kept = TypeVar("Kept")


class NotRemembered(Exception):
    """Something has to be asked that was not asked before."""


class Memory(Protocol):
    """Keeps bytes under keys; safe from several threads."""

    def get(self, key: bytes) -> bytes | None:
        """What is kept under a key."""

    def put(self, key: bytes, body: bytes) -> None:
        """Keep something under a key."""


class Head(msgspec.Struct, frozen=True, array_like=True):
    """A verdict without its transcript, and what was heard meanwhile.

    Attributes:
        place: see `Verdict.place`, counted from the end of the check's function, since an edit of
            another moves its lines.
        printed: while it was asked.
        notes: on loading the code.
        rest: compressed frame of transcript and signs.
    """

    outcome: str
    public: str
    hidden: str
    asked: str
    file: str
    line: int
    unwritten: bool
    retry: str
    conventions: list[str]
    comparison: Comparison | None
    place: list[int]
    printed: str
    notes: list[str]
    rest: bytes


class Remembered(Verdict):
    """A verdict as it was found before."""

    def __init__(self, head: Head, check: Check) -> None:
        self._head = head
        self.place = tuple(line + _end_of(check) for line in head.place)
        self.outcome, self.public, self.hidden = head.outcome, head.public, head.hidden
        self.asked, self.unwritten, self.retry = head.asked, head.unwritten, head.retry
        self.conventions, self.comparison = head.conventions, head.comparison
        self.raised, self.measure, self.stopped_at = None, None, None
        self.calls = []

    def __getattr__(self, name: str) -> Any:
        if name not in ("transcript", "signs"):
            raise AttributeError(name)
        found = _opened(self._head.rest)
        self.transcript = found[0]
        self.signs = [Sign(*one) for one in found[1]]
        return getattr(self, name)

    @property
    def file(self) -> str:
        """See `Verdict.file`."""
        return self._head.file

    @property
    def line(self) -> int:
        """See `Verdict.line`."""
        return self._head.line


def head_of(verdict: Verdict, check: Check, printed: str, notes: Iterable[str]) -> Head | None:
    """What is kept of a verdict; None where it cannot be kept as it is."""
    try:
        frame = wire.encode(_tagged([verdict.transcript, [list(one) for one in verdict.signs]]))
        rest = zlib.compress(frame, 1)
        _opened(rest)
    except (wire.WireError, RecursionError):
        return None
    return Head(
        outcome=verdict.outcome,
        public=verdict.public,
        hidden=verdict.hidden,
        asked=verdict.asked,
        file=verdict.file,
        line=verdict.line,
        unwritten=verdict.unwritten,
        retry=verdict.retry,
        conventions=verdict.conventions,
        comparison=verdict.comparison,
        place=[line - _end_of(check) for line in verdict.place],
        printed=printed,
        notes=list(notes),
        rest=rest,
    )


def _end_of(check: Check) -> int:
    return max(line for _, _, line in check.function.__code__.co_lines() if line is not None)


def recall(memory: Memory | None, key: bytes, kind: type[Kept]) -> Kept | None:
    """What is kept under a key, None if there is nothing of this kind."""
    body = memory.get(key) if memory is not None else None
    if body is None:
        return None
    try:
        return msgspec.msgpack.decode(body, type=kind)
    except msgspec.DecodeError:
        return None


def remember(memory: Memory | None, key: bytes, made: object) -> None:
    """Keep something under a key, if it can be kept."""
    if memory is not None:
        try:
            memory.put(key, msgspec.msgpack.encode(made))
        except (UnicodeEncodeError, OverflowError, TypeError):
            return


def key_of(*parts: str | bytes) -> bytes:
    """A key for parts, none of which can be taken for another."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "little") + data)
    return total.digest()


def _opened(rest: bytes) -> list[Any]:
    frame = zlib.decompress(rest)
    size = wire.HEADER.size
    structure, arrays = wire.frame_lengths(frame[:size], bounded=False)
    middle = size + structure
    found = _untagged(wire.decode(frame[size:middle], frame[middle : middle + arrays]))
    assert isinstance(found, list)
    return found


def _tagged(value: Any) -> Any:
    """A value in which a tuple can still be told from a list when it comes back."""
    if type(value) is tuple:
        return {_TUPLE: [_tagged(item) for item in value]}
    if type(value) is list:
        return [_tagged(item) for item in value]
    if type(value) is dict:
        return {key: _tagged(item) for key, item in value.items()}
    return value


def _untagged(value: Any) -> Any:
    if type(value) is list:
        return [_untagged(item) for item in value]
    if type(value) is dict:
        if value.keys() == {_TUPLE}:
            return tuple(_untagged(item) for item in value[_TUPLE])
        return {key: _untagged(item) for key, item in value.items()}
    return value
