"""Slots that grade: so many submissions at once, on this machine."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from autograder.batch.local_grader import LocalGrader
from autograder.grading.result_records import Result, Retry
from autograder.intake.submissions import Bundle


class Slots(Protocol):
    """Where submissions are graded, here or on other machines."""

    @property
    def width(self) -> int:
        """How many at once."""

    def submit(self, bundle: Bundle, alone: bool = False) -> Future[Result]:
        """Begin to grade a bundle.

        Args:
            bundle: what was handed in.
            alone: whether nothing runs beside it, so that its verdicts count whatever they are.
        """

    def close(self) -> None:
        """End what is still being graded."""


def counting_retries(alone: bool, others: bool) -> tuple[Retry, ...]:
    """Which verdicts count that may have come of what runs beside a submission.

    Args:
        alone: whether it was run again alone.
        others: whether other submissions could run beside it.
    """
    if alone:
        return "", "if shared", "always"
    return ("",) if others else ("", "if shared")


class LocalSlots:
    """Threads that each keep one worker of this machine's zygote busy.

    Args:
        open_grader: called once, when there is something to grade.
        width: how many submissions at once.
    """

    def __init__(self, open_grader: Callable[[], LocalGrader], width: int) -> None:
        self.width = width
        self._open = open_grader
        self._local_grader: LocalGrader | None = None
        self._pool = ThreadPoolExecutor(width, thread_name_prefix="slot")

    def submit(self, bundle: Bundle, alone: bool = False) -> Future[Result]:
        """See `Slots.submit`.

        Raises:
            ZygoteError: the first zygote did not start.
        """
        if self._local_grader is None:
            self._local_grader = self._open()
        counting = counting_retries(alone, self.width > 1)
        return self._pool.submit(self._local_grader.grade, bundle, counting)

    def close(self) -> None:
        """End what is still being graded; its results are lost, not wrong."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._local_grader is not None:
            self._local_grader.close()  # its workers go with it, so the threads come to an end
        self._pool.shutdown()


def default_jobs() -> int:
    """A slot for each core this process may use."""
    return max(1, len(os.sched_getaffinity(0)))
