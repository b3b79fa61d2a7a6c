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
        with deciding:
            ended.set()
        # What was sent and has not arrived yet would otherwise strike whatever comes next.
        _raise_in(thread, None)


def _raise_in(thread: int, kind: type[BaseException] | None) -> None:
    """Raise an exception in a thread at its next step of Python; None takes back a waiting one."""
    what = ctypes.py_object(kind) if kind is not None else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), what)
