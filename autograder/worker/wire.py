"""The wire between a check and the student's process: plain values, strictly decoded.

A frame is a header (two little-endian uint32 lengths), a MessagePack structure, and the raw bytes
of the arrays in it. The structure refers to arrays and handles by MessagePack extension types.
Decoding never runs code, never builds object arrays, and is bounded: bytes of structure, bytes of
arrays, depth, number of values. What comes out is of the types named in `RECEIVED` and no other,
however MessagePack itself would have read it (it knows times). Pickle has no place here.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from autograder.kit.plain import MAX_DEPTH, Ref

HEADER = struct.Struct("<II")
MAX_STRUCTURE = 4 << 20
MAX_ARRAYS = 32 << 20
_MAX_VALUES = 250_000
_MAX_EXTENSIONS = 20_000
_MAX_PAIRS = 10_000
_MAX_DIMENSIONS = 32
_ARRAY, _REF = 1, 2
_KINDS = "biufc"
_LEAVES = (type(None), bool, int, float, str, bytes)
RECEIVED = frozenset({*_LEAVES, list, dict, np.ndarray, Ref})
_PAIRS_KEY = "\0pairs"


class WireError(Exception):
    """The bytes are not an honest message."""


def encode(value: Any) -> bytes:
    """A frame for a plain value (see `autograder.kit.plain.to_plain`)."""
    arrays: list[bytes] = []
    total = 0

    def extension(item: Any) -> msgspec.msgpack.Ext:
        nonlocal total
        if isinstance(item, np.generic):
            item = np.asarray(item)
        if isinstance(item, np.ndarray) and item.dtype.kind in _KINDS:
            raw = np.ascontiguousarray(item).tobytes()
            place = msgspec.msgpack.encode((item.dtype.str, list(item.shape), total))
            arrays.append(raw)
            total += len(raw)
            return msgspec.msgpack.Ext(_ARRAY, place)
        if isinstance(item, Ref):
            named = msgspec.msgpack.encode((item.number, item.type_name))
            return msgspec.msgpack.Ext(_REF, named)
        raise WireError(f"cannot send a value of type {type(item).__name__}")

    try:
        structure = msgspec.msgpack.encode(_sendable(value), enc_hook=extension)
    except (OverflowError, RecursionError, UnicodeEncodeError) as error:
        raise WireError(f"cannot send this value: {error}") from None
    return HEADER.pack(len(structure), total) + structure + b"".join(arrays)


def decode(structure: bytes, arrays: bytes) -> Any:
    """The value in a frame's two parts.

    Raises:
        WireError: for anything but a well-formed message within bounds.
    """
    try:
        value = msgspec.msgpack.decode(structure, ext_hook=_extension_reader(arrays))
        _check(value)
    except WireError:
        raise
    except (Exception, RecursionError) as error:
        raise WireError(f"malformed message: {type(error).__name__}") from None
    return value


def frame_lengths(header: bytes, bounded: bool = True) -> tuple[int, int]:
    """The lengths of structure and arrays that a header announces.

    Raises:
        WireError: above the caps, when `bounded` (what comes from a worker always is). It repeats
            no number: a student could spell a hidden input with them.
    """
    structure, arrays = HEADER.unpack(header)
    if bounded and (structure > MAX_STRUCTURE or arrays > MAX_ARRAYS):
        raise WireError("a message larger than is allowed")
    return structure, arrays


def _sendable(value: Any) -> Any:
    """Dicts with keys that are not strings travel as pairs; the rest as it is."""
    if type(value) is dict:
        if all(type(key) is str for key in value):
            return {key: _sendable(item) for key, item in value.items()}
        pairs = [[key, _sendable(item)] for key, item in value.items()]
        return {_PAIRS_KEY: pairs}
    if type(value) in (list, tuple):
        return [_sendable(item) for item in value]
    if type(value) in _LEAVES or isinstance(value, (np.ndarray, np.generic, Ref)):
        return value
    raise WireError(f"cannot send a value of type {type(value).__name__}")


def _extension_reader(arrays: bytes) -> Callable[[int, memoryview], Any]:
    met = 0

    def read(code: int, data: memoryview) -> Any:
        nonlocal met
        met += 1
        if met > _MAX_EXTENSIONS:
            raise WireError("more arrays and objects than are allowed")
        if code == _ARRAY:
            dtype, shape, offset = msgspec.msgpack.decode(data, type=tuple[str, list[int], int])
            return _array(dtype, shape, offset, arrays)
        if code == _REF:
            number, type_name = msgspec.msgpack.decode(data, type=tuple[int, str])
            return Ref(number, type_name[:200])
        raise WireError("an unknown extension")

    return read


def _array(name: str, shape: list[int], offset: int, arrays: bytes) -> np.ndarray:
    if len(name) > 4 or name[0] not in "<|" or name[1] not in _KINDS or not name[2:].isdigit():
        raise WireError("unknown dtype")
    dtype = np.dtype(name)
    if len(shape) > _MAX_DIMENSIONS or any(not 0 <= side < 1 << 40 for side in shape):
        raise WireError("impossible shape")
    count = math.prod(shape)
    if count == 0:
        return np.zeros([min(side, 1 << 20) for side in shape], dtype)
    if offset < 0 or offset + count * dtype.itemsize > len(arrays):
        raise WireError("array outside the message")
    flat = np.frombuffer(arrays, dtype, count=count, offset=offset)
    return flat.reshape(shape).copy()


def _check(value: Any) -> None:
    """Refuse odd types, too many values and deep nesting; unpack pairs in place, level by level."""
    level, values = [value], 0
    for _ in range(MAX_DEPTH + 8):
        below: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is dict:
                if _PAIRS_KEY in item:
                    _unpack_pairs(item)
                elif not all(type(key) is str for key in item):
                    raise WireError("a key that is not text")
                below.extend(item.values())
            elif kind is list:
                below.extend(item)
            elif kind not in RECEIVED:
                raise WireError("a type of value that does not travel")
        if not below:
            return
        values += len(below)
        if values > _MAX_VALUES:
            raise WireError("more values than are allowed")
        level = below
    raise WireError("nested too deeply")


def _unpack_pairs(item: dict[Any, Any]) -> None:
    pairs = item.pop(_PAIRS_KEY)
    if type(pairs) is not list or len(pairs) > _MAX_PAIRS or item:
        raise WireError("malformed pairs")
    for pair in pairs:
        if type(pair) is not list or len(pair) != 2 or type(pair[0]) not in (str, int):
            raise WireError("malformed pair")
        item[pair[0]] = pair[1]
