"""One worker, seen from the trusted side: ask it, bound it, end it.

Whatever the worker says is a claim in plain values. A wrong nonce, a malformed frame or a closed
channel ends the worker; no byte of it is ever unpickled, imported or evaluated.
"""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Callable, Mapping
from typing import Any

from autograder.isolation.layers.limits import Limits
from autograder.kit.endings import (
    ABORT,
    ABORT_BESIDE_OTHERS,
    OUT_OF_MEMORY,
    TOO_MANY_THREADS,
    of_exit_code,
)
from autograder.kit.plain import Ref
from autograder.kit.problems import Interrupted, StudentError, Unusable
from autograder.sandbox import watch
from autograder.sandbox.patience import Allowance, Patience
from autograder.sandbox.replies import fits
from autograder.sandbox.zygote import Zygote, ZygoteError
from autograder.worker import wire

Line = Callable[[str, int], tuple[str, int, str]]
Sibling = Callable[[str, list[Any], dict[str, Any]], list[Any]]

_POLL_SECONDS = 0.05
_START_SECONDS = 60.0
_ENDING_SECONDS = 1.0
_FLOOD_FACTOR = 64
# Far more than a check of a right caller needs; more is a loop, or somebody who asks around.
_MOST_SIBLING_CALLS = 500
# What the answers to one check may weigh together, in bytes of this process's memory: a check keeps
# all of them. A byte of structure can unfold into an object.
_ANSWERS_BYTES = 192 << 20
_BYTES_OF_STRUCTURE = 64


class Session:
    """A worker with one submission loaded or to be loaded.

    Args:
        zygote: forks the worker.
        limits: what the worker may use.
        setup: the submission, see `worker.worker_process.run`; ``limits`` is filled in here.
        line: gives label, number and text of a line of the student's, from what the trusted side
            knows; a worker only says which one, or it could put a hidden input there.
        patience: of the submission.
        sibling: answers the calls of stubs in the worker; see `worker.sibling_stubs`.

    Raises:
        ZygoteError: no worker could be started.
    """

    def __init__(
        self,
        zygote: Zygote,
        limits: Limits,
        setup: Mapping[str, Any],
        line: Line,
        patience: Patience | None = None,
        sibling: Sibling | None = None,
    ) -> None:
        self._patience = patience or Patience(float("inf"))
        self._sibling = sibling
        self._limits = limits
        self._line = line
        self._nonce = 0
        self._received = bytearray()
        self._log = bytearray()
        self._printed = 0
        self._ended = ""
        self._channel, theirs = socket.socketpair()
        self._output, output = os.pipe()
        self._status, status = os.pipe()
        self._pidfd = -1
        os.set_blocking(self._output, False)
        try:
            zygote.fork(theirs.fileno(), output, status)
        finally:
            theirs.close()
            os.close(output)
            os.close(status)
        self._allowance: Allowance | None = None
        self._pidfd = self._take_pidfd()
        self._pid = _pid_of(self._pidfd)
        self._scratch = zygote.scratch_of(self._pid)
        self._shares_user = not {"namespaces", "uid"} & set(zygote.tier.layers)
        self.base_memory = watch.memory_of(self._pid)
        self.asks = 0
        self.peak_memory = 0
        self.cpu_seconds = 0.0
        self.allow(_START_SECONDS)
        self._send({**setup, "limits": limits.to_plain()})

    @property
    def alive(self) -> bool:
        """Whether the worker can still be asked."""
        return not self._ended

    @property
    def log(self) -> str:
        """What the submission printed, capped."""
        return bytes(self._log).decode(errors="replace")

    def memory(self) -> int:
        """Bytes the worker holds now, what the zygote handed down (`base_memory`) included."""
        return watch.memory_of(self._pid)

    def collect(self) -> None:
        """Take what the submission has printed up to now."""
        self._drain()

    def allow(self, seconds: float) -> None:
        """Start a new allowance: CPU seconds, and a multiple of them by the clock."""
        self._answered = 0
        self._allowance = Allowance(self._pid, seconds, self._patience)

    def ask(
        self, operation: str, ref: Ref | None, name: str, args: list[Any], kwargs: dict[str, Any]
    ) -> Any:
        """Ask the worker one question.

        Raises:
            StudentError, Unusable: as the worker says.
            Interrupted: the worker is gone (timeout, memory, died).
        """
        self._nonce = _fresh_number()
        self.asks += 1
        self._send([self._nonce, operation, ref, name, args, kwargs])
        reply = self._answer_siblings(self._receive())
        self._settle()
        # The kind is looked at before anything is compared: an array compares as an array.
        if type(reply) is list and reply and type(reply[0]) is int and reply[0] == self._nonce:
            match reply[1:]:
                case [str("value"), value] if fits(operation, value):
                    return value
                case ["raised" | "unwritten" as kind, list(bases), str(text), str(unit), int(line)]:
                    names = [base[:200] for base in bases[:32] if type(base) is str]
                    unwritten = kind == "unwritten"
                    raise StudentError(names, text, *self._line(unit, line), unwritten=unwritten)
                case [str("unusable"), str(public), str(hidden)]:
                    raise Unusable(public, _known_reason(name, hidden))
        raise self._end("died", "the process gave an answer that is not one")

    def _answer_siblings(self, reply: Any) -> Any:
        """Answer what the worker asks in the middle of a question; the reply that comes then.

        Only where somebody answers for siblings: elsewhere such a message is no reply.
        """
        for _ in range(_MOST_SIBLING_CALLS if self._sibling else 0):
            match reply:
                case [int(number), str("sibling"), str(name), list(args), dict(kwargs)] if (
                    number == self._nonce
                ):
                    assert self._sibling is not None
                    self._settle()  # what we take is not the worker's waiting
                    self._send(self._sibling(name, args, kwargs))
                    reply = self._receive()
                case _:
                    break
        return reply

    def close(self) -> None:
        """End the worker, whatever it is doing, and collect what it printed."""
        self._settle()
        if self._pidfd >= 0 and not self._ended:
            self.cpu_seconds = watch.cpu_of(self._pid)
        self._kill()
        if self._pidfd >= 0:
            select.select([self._pidfd], [], [], 10)
            os.close(self._pidfd)
            self._pidfd = -1
        self._drain()
        self._channel.close()
        for descriptor in (self._output, self._status):
            if descriptor >= 0:
                os.close(descriptor)
        self._output = self._status = -1
        self._ended = self._ended or "closed"

    def _send(self, value: Any) -> None:
        if self._ended:
            raise Interrupted("died", f"the process had ended before this question: {self._ended}")
        frame = memoryview(wire.encode(value))
        self._channel.setblocking(False)
        while frame:
            try:
                frame = frame[self._channel.send(frame) :]
            except BlockingIOError:
                self._guard()
                select.select([], [self._channel], [], _POLL_SECONDS)
            except OSError:
                raise self._gone() from None

    def _receive(self) -> Any:
        header = self._exactly(wire.HEADER.size)
        try:
            structure, arrays = wire.frame_lengths(header)
            self._answered += structure * _BYTES_OF_STRUCTURE + arrays
            if self._answered > _ANSWERS_BYTES:
                raise self._end("memory", "what it gave back is larger than is allowed")
            return wire.decode(self._exactly(structure), self._exactly(arrays))
        except wire.WireError as error:
            raise self._end("died", f"the process sent no proper answer: {error}") from None

    def _exactly(self, count: int) -> bytes:
        """The next bytes of the channel; what comes with them is kept for the next call."""
        while len(self._received) < count:
            watched: list[socket.socket | int] = [self._channel]
            watched += [self._output] if self._output >= 0 else []
            readable, _, _ = select.select(watched, [], [], _POLL_SECONDS)
            if self._output in readable:
                self._drain()
            if self._channel in readable:
                self._take()
            if len(self._received) < count:
                self._guard()
        taken = bytes(self._received[:count])
        del self._received[:count]
        return taken

    def _take(self) -> None:
        try:
            chunk = self._channel.recv(1 << 20)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        if not chunk:
            raise self._gone()
        self._received += chunk

    def _guard(self) -> None:
        """End the worker when it is over a limit."""
        memory = watch.memory_of(self._pid)
        self.peak_memory = max(self.peak_memory, memory)
        if memory > self.base_memory + self._limits.memory_bytes:
            raise self._end(*OUT_OF_MEMORY)
        if self._scratch is not None:
            size, entries = watch.room_of(str(self._scratch), self._limits.scratch_entries)
            size += watch.unlinked_of(self._pid)
            if size > self._limits.scratch_bytes or entries >= self._limits.scratch_entries:
                raise self._end("died", "it wrote more files than is allowed")
        if self._printed > _FLOOD_FACTOR * self._limits.output_bytes:
            raise self._end("died", "it printed far more than is allowed")
        if self._shares_user and watch.threads_of(self._pid) > self._limits.processes:
            raise self._end(*TOO_MANY_THREADS)
        ending = self._allowance.used_up() if self._allowance else None
        if ending is not None:
            raise self._end(*ending)

    def _drain(self) -> None:
        """Take what the worker printed; keep the beginning."""
        while self._output >= 0:
            try:
                chunk = os.read(self._output, 1 << 16)
            except BlockingIOError:
                return
            if not chunk:
                os.close(self._output)
                self._output = -1
                return
            self._log += chunk[: max(0, self._limits.output_bytes - len(self._log))]
            self._printed += len(chunk)
            if self._printed > _FLOOD_FACTOR * self._limits.output_bytes:
                return

    def _gone(self) -> Interrupted:
        """The worker closed its end or ended by itself: say how."""
        ready, _, _ = select.select([self._status], [], [], _ENDING_SECONDS)
        if not ready:  # it closed its end and lives on
            self._kill()
            ready, _, _ = select.select([self._status], [], [], 10)
        said = os.read(self._status, 500).decode(errors="replace") if ready else ""
        if said.startswith("setup:"):
            self._ended = said
            raise ZygoteError(f"a worker could not be set up: {said[7:]}")
        ending = of_exit_code(int(said) if said.lstrip("-").isdigit() else 0)
        return self._end(
            *(ABORT_BESIDE_OTHERS if ending is ABORT and self._shares_user else ending)
        )

    def _settle(self) -> None:
        if self._allowance is not None:  # there is none before the worker is known
            self._allowance.settle()

    def _end(self, outcome: str, told: str, retry: str = "") -> Interrupted:
        self._kill()
        self._ended = told
        return Interrupted(outcome, told, retry)

    def _kill(self) -> None:
        if self._pidfd >= 0:
            watch.kill(self._pidfd)

    def _take_pidfd(self) -> int:
        self._channel.settimeout(_START_SECONDS)
        try:
            said, descriptors, _, _ = socket.recv_fds(self._channel, 1, 1)
        except OSError:
            said, descriptors = b"", []
        if said == b"p" and descriptors:
            return descriptors[0]
        ready, _, _ = select.select([self._status], [], [], 1)
        reason = os.read(self._status, 500).decode(errors="replace") if ready else "no answer"
        self.close()
        raise ZygoteError(f"no worker could be started: {reason}")


def _fresh_number() -> int:
    """A question's number, which nobody can answer before it was asked."""
    return int.from_bytes(os.urandom(6), "little")


def _known_reason(name: str, told: str) -> str:
    """Why a question could not be asked, in words of ours: a student could spell an input in it."""
    known = (
        f"`{name}` was not found in what you handed in",
        f"`{name}` cannot be called",
        f"the object has no method `{name}`",
        f"the object has no attribute `{name}`",
        "what came back cannot be sent",
    )
    if told in known:
        return told
    return f"`{name}` cannot be used" if name else "what came back cannot be used"


def _pid_of(pidfd: int) -> int:
    with open(f"/proc/self/fdinfo/{pidfd}") as info:
        for line in info:
            if line.startswith("Pid:"):
                return int(line.split()[1])
    raise ZygoteError("the worker's process id cannot be read")
