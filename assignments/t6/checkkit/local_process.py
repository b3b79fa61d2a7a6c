"""The process that has a student's work loaded at home, and how it is talked to.

Nothing is walled off: it is their code on their machine. Time and memory are watched from a thread
inside, which every system has.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import pickle
import shutil
import signal
import struct
import sys
import threading
import time
from typing import IO, Any, Dict, NoReturn

from checkkit.answering import Answers
from checkkit.call_notes import CallNotes

TIME_IS_UP, MEMORY_IS_UP = 71, 72
_POLL_SECONDS = 0.05
_LENGTH = struct.Struct("<Q")
_MIB = 1 << 20


def main() -> None:
    """Be the process: read one set-up, then answer until the other end is gone."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    if os.name == "nt":
        import msvcrt

        for stream in (requests, replies):
            msvcrt.setmode(stream.fileno(), os.O_BINARY)  # type: ignore[attr-defined]
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _, setup, libraries, memory_mib, folder = read(requests)
    try:
        for name in libraries:
            try:
                _import(name)
            except Exception as error:
                first_line = str(error).split("\n")[0][:200]
                write(replies, [name, "%s: %s" % (type(error).__name__, first_line)])
                return
        os.chdir(folder)
        answers = _answers(folder, setup)
        write(replies, ["ready"])
        watch = _Watch(memory_mib)
        while True:
            kind, *content = read(requests)
            if kind == "setup":
                answers.close()
                answers = _answers(folder, *content)
                write(replies, ["ready"])
                continue
            seconds, *question = content
            if seconds:
                watch.allow(seconds)
            reply = answers.reply(*question)
            for printed in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):  # student code may have replaced or closed it
                    printed.flush()
            try:
                write(replies, reply)
            except (pickle.PicklingError, TypeError, AttributeError, OverflowError) as error:
                write(replies, ["unusable", str(error), "what came back cannot be sent"])
    except EOFError:
        pass
    finally:  # also where who asked is gone, and cannot
        os.chdir(os.path.dirname(folder))
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)  # threads of the student's may go on for ever


def _answers(folder: str, setup: Dict[str, Any]) -> Answers:
    watched = setup.get("watched")
    if not watched:
        return Answers(folder, setup)
    notes = CallNotes(watched)
    return Answers(folder, setup, notes, {"entered": notes.take})


def _import(name: str) -> None:
    module = importlib.import_module(name)
    # TensorFlow imports Keras when it is first used.
    getattr(getattr(module, "keras", None), "layers", None)


class _Watch:
    """Ends this process when its code is over the allowance."""

    def __init__(self, memory_mib: int) -> None:
        self._until = float("inf")
        self._most = _memory() + memory_mib * _MIB if _memory() else 0
        _limit_data(memory_mib)
        threading.Thread(target=self._look, daemon=True).start()

    def allow(self, seconds: float) -> None:
        """Count from now."""
        self._until = time.process_time() + seconds

    def _look(self) -> NoReturn:
        while True:
            time.sleep(_POLL_SECONDS)
            if time.process_time() > self._until:
                os._exit(TIME_IS_UP)
            if self._most and _memory() > self._most:
                os._exit(MEMORY_IS_UP)


def _memory() -> int:
    """Bytes of private memory that this process has, 0 where the system does not tell."""
    try:
        with open("/proc/self/status", "rb") as status:
            for line in status:
                if line.startswith(b"RssAnon"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def _limit_data(memory_mib: int) -> None:
    """Let what asks for too much at once get a MemoryError, as in grading (Linux)."""
    try:
        import resource

        with open("/proc/self/status", "rb") as status:
            data = next(int(line.split()[1]) for line in status if line.startswith(b"VmData"))
        ceiling = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (data * 1024 + memory_mib * _MIB, ceiling))
    except (ImportError, OSError, ValueError, StopIteration):
        pass


def write(stream: Any, value: Any) -> None:
    # Both ends are the student's own, on their own machine; grading has a wire without pickle.
    data = pickle.dumps(value, protocol=4)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def read(stream: IO[bytes]) -> Any:
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    return pickle.load(io.BytesIO(_exactly(stream, length)))


def _exactly(stream: IO[bytes], count: int) -> bytes:
    data = b""
    while len(data) < count:
        chunk = stream.read(count - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return data
