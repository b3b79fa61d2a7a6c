"""A process of the student's own that has their work loaded, with the limits of grading."""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from typing import Any, Dict, List, Mapping, Optional, Sequence

from checkkit.endings import (
    BY_ITSELF,
    OUT_OF_CLOCK_TIME,
    OUT_OF_MEMORY,
    OUT_OF_PROCESSOR_TIME,
    Ending,
    of_exit_code,
)
from checkkit.hosting import Line
from checkkit.plain import Ref
from checkkit.problems import Interrupted, NoWorker, StudentError, Unusable
from checkkit.reading.worker_environment import ENVIRONMENT
from checkkit import local_process
from checkkit.local_process import MEMORY_IS_UP, TIME_IS_UP, read, write

WALL_PER_CPU = 4.0
_POLL_SECONDS = 0.05
_LAST_WORD_SECONDS = 2.0
_START_SECONDS = 600.0


class Stopped(KeyboardInterrupt):
    """The student pressed Ctrl-C.

    Args:
        place: where their code was, empty when that is unknown.
        doing: what was asked.
    """

    def __init__(self, place: str = "", doing: str = "") -> None:
        super().__init__(place)
        self.place = place
        self.doing = doing


class LocalWorker:
    """Speaks like the grader's `Session`.

    Args:
        memory_mib: what the code may use beyond what is there before it is loaded.
        setup: see `Answers`.
        line: gives label, number and text of a line of the student's.
        libraries: modules to import first, for which no time is counted.
        on_wait: called after `patience` seconds of one question.

    Raises:
        NoWorker: no process can be started; the message says why.
    """

    patience = 10.0

    def __init__(
        self,
        memory_mib: int,
        setup: Mapping[str, Any],
        line: Line,
        libraries: Sequence[str] = (),
        on_wait: Any = None,
    ) -> None:
        self.libraries = tuple(libraries)
        self._line = line
        self._on_wait = on_wait
        self._ended: Optional[Ending] = None
        self._seconds = 0.0
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the process)
        # Ours to remove, since the process is killed; at the latest when Python ends.
        folder = tempfile.mkdtemp(prefix="check-")
        self._remove_folder = weakref.finalize(self, shutil.rmtree, folder, True)
        self._printed = 0
        start = "import sys; sys.path.insert(0, sys.argv[1]); import %s as here; here.main()"
        # The folder that this package lies in, whatever the package is called there.
        root = __file__
        for _ in __name__.split("."):
            root = os.path.dirname(root)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-B", "-c", start % local_process.__name__, os.path.abspath(root)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._output,
                env={**os.environ, **ENVIRONMENT, "PYTHONIOENCODING": "utf-8"},
                start_new_session=os.name != "nt",  # Ctrl-C reaches it through us
            )
        except OSError as error:
            self._remove_folder()
            raise NoWorker("no process can be started: %s" % error) from None
        self._frames: "queue.Queue[Any]" = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self._send(["setup", dict(setup), list(libraries), memory_mib, folder])
        self._deadline = time.monotonic() + _START_SECONDS
        try:
            self._ready(self._receive())
        except (Interrupted, NoWorker) as problem:
            self.close()
            raise NoWorker(str(problem)) from None

    def _ready(self, reply: List[Any]) -> None:
        if reply[0] != "ready":
            raise NoWorker("%s cannot be imported here (%s); try check.py --doctor" % tuple(reply))

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return self._ended is None

    def renew(self, setup: Mapping[str, Any], line: Line) -> None:
        """Take up another submission in the same process."""
        self._line = line
        self._send(["setup", dict(setup)])
        self._deadline = time.monotonic() + _START_SECONDS
        self._receive()

    def allow(self, seconds: float) -> None:
        """Start a new allowance of processor time, and a multiple of it by the clock."""
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds * WALL_PER_CPU

    def ask(
        self, operation: str, ref: Optional[Ref], name: str, args: List[Any], kwargs: Dict[str, Any]
    ) -> Any:
        """Ask one question.

        Raises:
            StudentError, Unusable: as the process says.
            Interrupted: it is gone.
            Stopped: Ctrl-C was pressed.
        """
        plain = None if ref is None else Ref(ref.number, ref.type_name)
        self._send(["ask", self._seconds, operation, plain, name, _sent(args), _sent(kwargs)])
        self._seconds = 0.0
        kind, *rest = self._receive()
        if kind == "value":
            return rest[0]
        if kind in ("raised", "unwritten"):
            bases, message, unit, line = rest
            place = self._line(unit, line)
            raise StudentError(bases, message, *place, unwritten=kind == "unwritten")
        raise Unusable(*rest)

    def printed(self) -> str:
        """What the code has printed since this was asked last."""
        self._output.seek(self._printed)
        text = self._output.read(1 << 20)
        self._output.seek(0, os.SEEK_END)
        self._printed = self._output.tell()
        return text.decode("utf-8", "replace")

    def close(self) -> None:
        """End it."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._remove_folder()
        self._ended = self._ended or BY_ITSELF

    def _send(self, value: Any) -> None:
        if self._ended is not None:
            raise self._ended.problem()
        assert self._process.stdin is not None
        try:
            write(self._process.stdin, value)
        except OSError:
            raise self._gone() from None

    def _receive(self) -> Any:
        started = time.monotonic()
        waiting = self._on_wait is not None
        try:
            while True:
                try:
                    reply = self._frames.get(timeout=_POLL_SECONDS)
                except queue.Empty:
                    now = time.monotonic()
                    if waiting and now - started > self.patience:
                        waiting = False
                        self._on_wait()
                    if now > self._deadline:
                        self._process.kill()
                        self._ended = OUT_OF_CLOCK_TIME
                        raise self._ended.problem() from None
                    continue
                if reply is None:
                    raise self._gone()
                return reply
        except KeyboardInterrupt:
            raise Stopped(self._last_word()) from None

    def _last_word(self) -> str:
        """Interrupt the code too, and hear where it was."""
        if os.name == "nt" or self._process.poll() is not None:
            return ""
        self._process.send_signal(signal.SIGINT)
        try:
            reply = self._frames.get(timeout=_LAST_WORD_SECONDS)
        except (queue.Empty, KeyboardInterrupt):
            return ""
        if not reply or reply[0] != "raised":
            return ""
        label, line, source = self._line(reply[3], reply[4])
        return "%s, line %d: `%s`" % (label, line, source.strip()[:160]) if label else ""

    def _gone(self) -> Interrupted:
        code = self._process.wait()
        if code == TIME_IS_UP:
            self._ended = OUT_OF_PROCESSOR_TIME
        elif code == MEMORY_IS_UP:
            self._ended = OUT_OF_MEMORY
        else:
            self._ended = of_exit_code(code)
        return self._ended.problem()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        try:
            while True:
                self._frames.put(read(self._process.stdout))
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            self._frames.put(None)


def _sent(value: Any) -> Any:
    """An argument as it travels: handles without the submission that they belong to."""
    if isinstance(value, Ref):
        return Ref(value.number, value.type_name)
    if isinstance(value, (list, tuple)):
        return type(value)(_sent(item) for item in value)
    if isinstance(value, dict):
        return {key: _sent(item) for key, item in value.items()}
    return value
