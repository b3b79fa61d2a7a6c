"""Run a student's code so that its prints, its questions and Ctrl-C stay in hand."""

import contextlib
import io
import os
import signal
import sys
import tempfile
import threading
import warnings
from typing import Any, Callable, Iterator

_KEPT_CHARACTERS = 20_000


class Stopped(Exception):
    """The student pressed Ctrl-C; whatever their code made of it, the run is over."""


class Printed(io.StringIO):
    """What was printed, up to a limit: a print in an endless loop must not fill the memory."""

    def write(self, text: str) -> int:
        if self.tell() < _KEPT_CHARACTERS:
            super().write(text[:_KEPT_CHARACTERS])
        return len(text)


class Guard:
    """Runs pieces of student code, one after the other.

    Args:
        patience: seconds after which `on_wait` is called, once for each piece.
        on_wait: called in another thread when a piece takes long.
    """

    def __init__(self, patience: float, on_wait: Callable[[], None]) -> None:
        self._patience = patience
        self._on_wait = on_wait
        self._interrupted = False
        with contextlib.suppress(ValueError, AttributeError):  # not in the main thread
            signal.signal(signal.SIGINT, self._interrupt)

    @contextlib.contextmanager
    def running(self) -> Iterator[Printed]:
        """Give what the code in the block prints; it gets no input and shows no warnings.

        Raises:
            Stopped: Ctrl-C was pressed meanwhile.
        """
        printed = Printed()
        timer = threading.Timer(self._patience, self._on_wait)
        timer.daemon = True
        timer.start()
        stdin, sys.stdin = sys.stdin, io.StringIO("")
        try:
            with warnings.catch_warnings(), quiet_errors(), contextlib.redirect_stdout(printed):
                warnings.simplefilter("ignore")
                with contextlib.redirect_stderr(printed):
                    yield printed
        finally:
            sys.stdin = stdin
            timer.cancel()
        if self._interrupted:
            raise Stopped

    def _interrupt(self, *_: Any) -> None:
        if self._interrupted:
            # The code swallowed the first one.
            os._exit(130)
        self._interrupted = True
        raise KeyboardInterrupt


@contextlib.contextmanager
def quiet_errors() -> Iterator[None]:
    """Keep off the screen what libraries write past Python: TensorFlow's remarks on the CPU."""
    try:
        kept = os.dup(2)
    except OSError:
        yield
        return
    with tempfile.TemporaryFile() as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
