"""The process in which `deriving` works things out: it forks once for each, and only that can end.

What is sent here is an order of ours with a student's bytes in it; what goes back is an outcome.
"""

from __future__ import annotations

import importlib
import os
import resource
import signal
import socket
import struct
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import msgspec

HEADER = struct.Struct("<Q")
_FAILED, _NO_MEMORY, _TOO_LONG = 1, 3, 4


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be worked out: a function of ours, a student's file, and what it may use."""

    module: str
    name: str
    path: str
    content: bytes
    seconds: int
    memory_bytes: int
    result_bytes: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The result, or the reason why there is none, in a sentence."""

    result: bytes = b""
    reason: str = ""


def serve(descriptor: int, preload: Sequence[str]) -> None:
    """Answer orders until the other side closes."""
    for module in preload:
        importlib.import_module(module)
    with socket.socket(fileno=descriptor) as channel, channel.makefile("rwb") as stream:
        while header := stream.read(HEADER.size):
            body = stream.read(HEADER.unpack(header)[0])
            answer = msgspec.msgpack.encode(_outcome(msgspec.msgpack.decode(body, type=Order)))
            stream.write(HEADER.pack(len(answer)) + answer)
            stream.flush()


def _outcome(order: Order) -> Outcome:
    """Fork, let the child work, and say how it ended."""
    with tempfile.TemporaryFile() as kept:
        child = os.fork()
        if child == 0:
            status = _FAILED
            try:
                status = _work(order, kept)
            finally:  # whatever happens, it never goes on as the process that forked it
                os._exit(status)
        _, status = os.waitpid(child, 0)
        kept.seek(0)
        said = kept.read(order.result_bytes)
    if status == 0:
        return Outcome(result=said)
    return Outcome(reason=f"{order.path} cannot be read: {_reason(status, said, order)}")


def _reason(status: int, said: bytes, order: Order) -> str:
    if os.WIFSIGNALED(status):
        if os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL):
            return f"it took more than {order.seconds} s"
        return f"reading it ended by signal {os.WTERMSIG(status)}"
    if os.WEXITSTATUS(status) == _NO_MEMORY:
        return f"it took more than {order.memory_bytes >> 20} MiB of memory"
    if os.WEXITSTATUS(status) == _TOO_LONG:
        return "more came of it than is allowed"
    return said[:300].decode("utf-8", "replace")


def _work(order: Order, kept: IO[bytes]) -> int:
    """Work it out under the kernel's limits; the exit status."""
    try:
        _bound(order)
        made = getattr(sys.modules[order.module], order.name)(order.path, order.content)
        if len(made) > order.result_bytes:
            return _TOO_LONG
        status = 0
    except MemoryError:
        return _NO_MEMORY
    except BaseException as error:
        made, status = f"{type(error).__name__}: {error}".encode("utf-8", "replace"), _FAILED
    kept.write(made)
    kept.flush()
    return status


def _bound(order: Order) -> None:
    importlib.import_module(order.module)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    addresses = pages * resource.getpagesize() + order.memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (addresses, addresses))
    resource.setrlimit(resource.RLIMIT_CPU, (order.seconds, order.seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
