"""End a check that does not end by itself: its own code, on the grader's side, may use so much CPU.

What a submission may use is limited in its worker. A check that loops for ever, as one that draws
until something fits, would hold the whole run.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Overrun(BaseException):
    """A check did not end in its time; no `except Exception` of the check may hold it."""


@contextmanager
def limited(seconds: float, what: str) -> Iterator[None]:
    """Let a block of Python use so much CPU time of this thread, and no more.

    A call into C is not interrupted; the block ends as soon as it comes back.

    Args:
        seconds: of CPU time of this thread.
        what: what runs, for the message, such as ``test_x``.

    Raises:
        Overrun: it used more; the message says so.
    """
    thread = threading.get_ident()
    clock = time.pthread_getcpuclockid(thread)
    begun = time.clock_gettime(clock)
    ended, deciding = threading.Event(), threading.Lock()

    def watch() -> None:
        left = seconds
        while not ended.wait(max(left, 0.01)):
            # CPU time never runs ahead of the clock on the wall: this long it cannot be used up.
            left = seconds - (time.clock_gettime(clock) - begun)
            if left <= 0:
                with deciding:
                    if not ended.is_set():
                        _raise_in(thread, Overrun)
                # Again, should a finalizer or a callback of the interpreter have swallowed it.
                left = 1.0

    threading.Thread(target=watch, name="check-clock", daemon=True).start()
    try:
        yield
    except Overrun:
        raise Overrun(f"{what} did not end within {seconds:g} s of CPU") from None
    finally:
        _let_arrive(ended, deciding)


def _raise_in(thread: int, kind: type[BaseException]) -> None:
    """Raise an exception in a thread at its next step of Python."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(kind))


def _let_arrive(ended: threading.Event, deciding: threading.Lock) -> None:
    """Stop sending; what was sent and has not arrived yet would strike whatever comes next.

    Taking it back with NULL would not do: until Python 3.12 that leaves the interpreter's flag for
    asynchronous exceptions up for good, which slows every call and hangs every traced one
    (``_PyEval_SignalAsyncExc`` in ceval.c).
    """
    while True:
        try:
            with deciding:
                ended.set()
            # Each turn of a loop is a place where one that waits is raised.
            for _ in range(1000):
                pass
            return
        except Overrun:
            continue
