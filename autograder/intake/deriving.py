"""Work out something from what was handed in, where neither it nor the library that reads it can
cost the run more than a few seconds and some memory.

A reader of JSON, of code or of anything else meets a student's bytes in a process of its own, whose
processor time and memory the kernel bounds, and gives back bytes. Whatever ends it there (an
exception, a lack of memory, a limit, a fault of a library in C) is a reason in a sentence here.
"""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import msgspec

import autograder
from autograder.intake.deriving_process import HEADER, Order, Outcome

_START = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from autograder.intake.deriving_process import serve; serve(int(sys.argv[2]), sys.argv[3:])"
)
_ROOT = str(Path(autograder.__file__).parent.parent)
_WALL_PER_CPU = 20.0
_CHUNK = 1 << 20


class Underivable(Exception):
    """Nothing can be worked out from what was handed in; the message is why, in a sentence."""


@dataclass(frozen=True)
class Bounds:
    """What working out one thing may use: processor seconds, memory, and bytes of its result."""

    seconds: int = 10
    memory_bytes: int = 256 << 20
    result_bytes: int = 16 << 20


class Deriver:
    """A process that stays, and forks for each thing that is to be worked out.

    Args:
        preload: modules to import once, before the first fork.
        bounds: for each thing.
    """

    def __init__(self, preload: Sequence[str] = (), bounds: Bounds | None = None) -> None:
        self._preload = tuple(preload)
        self._bounds = bounds or Bounds()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None

    def derive(self, function: Callable[[str, bytes], bytes], path: str, content: bytes) -> bytes:
        """What a function at the top of one of our modules makes of a file.

        Args:
            function: the function; it may raise anything, loop, and ask for any memory.
            path: of the file in the submission.
            content: of the file.

        Raises:
            Underivable: it did not come to an end, or not within bounds.
        """
        order = Order(
            module=function.__module__,
            name=function.__qualname__,
            path=path,
            content=content,
            seconds=self._bounds.seconds,
            memory_bytes=self._bounds.memory_bytes,
            result_bytes=self._bounds.result_bytes,
        )
        try:
            outcome = self._answered(order)
        except (OSError, EOFError, msgspec.DecodeError) as error:
            self.close()
            raise Underivable(f"the process that reads it was lost: {error}") from None
        if outcome.reason:
            raise Underivable(outcome.reason)
        return outcome.result

    def close(self) -> None:
        """End the process."""
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._channel = self._process = None

    def __enter__(self) -> Deriver:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _answered(self, order: Order) -> Outcome:
        channel = self._channel or self._started()
        body = msgspec.msgpack.encode(order)
        channel.sendall(HEADER.pack(len(body)))
        channel.sendall(body)
        deadline = time.monotonic() + _WALL_PER_CPU * order.seconds
        (length,) = HEADER.unpack(self._exactly(channel, HEADER.size, deadline))
        if length > 2 * self._bounds.result_bytes:
            raise EOFError("it said more than is allowed")
        return msgspec.msgpack.decode(self._exactly(channel, length, deadline), type=Outcome)

    def _exactly(self, channel: socket.socket, count: int, deadline: float) -> bytes:
        taken = bytearray()
        while len(taken) < count:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([channel], [], [], left)[0]:
                raise EOFError("it did not answer")
            chunk = channel.recv(min(_CHUNK, count - len(taken)))
            if not chunk:
                raise EOFError("it ended")
            taken += chunk
        return bytes(taken)

    def _started(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                # Nothing of the working folder or the environment decides what is imported.
                [sys.executable, "-I", "-c", _START, _ROOT, str(theirs.fileno()), *self._preload],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for whoever waits for the result
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg"},
            )
        self._channel = ours
        return ours
