"""Slots that grade: so many submissions at once, on this machine."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from autograder.batch.local_grader import Workshop
from autograder.grading.result_records import Result
from autograder.intake.submissions import Bundle


class Slots(Protocol):
    """Where submissions are graded, here or on other machines."""

    @property
    def width(self) -> int:
        """How many at once."""

    def submit(self, bundle: Bundle) -> Future[Result]:
        """Begin to grade a bundle."""

    def close(self) -> None:
        """End what is still being graded."""


class LocalSlots:
    """Threads that each keep one worker of this machine's zygote busy.

    Args:
        open_workshop: called once, when there is something to grade.
        width: how many submissions at once.
    """

    def __init__(self, open_workshop: Callable[[], Workshop], width: int) -> None:
        self.width = width
        self._open = open_workshop
        self._workshop: Workshop | None = None
        self._pool = ThreadPoolExecutor(width, thread_name_prefix="slot")

    def submit(self, bundle: Bundle) -> Future[Result]:
        """Begin to grade a bundle.

        Raises:
            ZygoteError: the first zygote did not start.
        """
        if self._workshop is None:
            self._workshop = self._open()
        return self._pool.submit(self._workshop.grade, bundle)

    def close(self) -> None:
        """End what is still being graded; its results are lost, not wrong."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._workshop is not None:
            self._workshop.close()  # its workers go with it, so the threads come to an end
        self._pool.shutdown()
