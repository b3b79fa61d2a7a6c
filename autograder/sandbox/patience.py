"""How long a worker may take: processor time, time by the clock, and time in which it only waits.

A loaded machine makes everything slow, so what had no processor is told from what waited: the
kernel counts how long each thread was ready to run and did not.
"""

from __future__ import annotations

import time

from autograder.kit.endings import (
    OUT_OF_CLOCK_TIME,
    OUT_OF_PROCESSOR_TIME,
    WAITED_TOO_LONG,
    Ending,
)
from autograder.sandbox import watch

WALL_PER_CPU = 4.0
# Longer than this between two looks at a worker, which are never further apart than a poll, and it
# was the grader that stood still: a suspended machine, or a clock that jumped.
_STOOD_STILL_SECONDS = 2.0
_INSTANT_SECONDS = 1.0
# Beyond this share of the time without a processor, a timeout may be a neighbour's doing.
_STARVED_SHARE = 0.1


class Patience:
    """How long one submission may do nothing, over all its checks and workers.

    Args:
        seconds: in all. Who has used them up still gets an instant for each check, so that an
            exercise that hangs costs no other one anything.
    """

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    @property
    def for_one_check(self) -> float:
        """What the check that is asked now may wait."""
        return max(self.left, _INSTANT_SECONDS)


class Allowance:
    """The time of one check.

    Args:
        pid: of the worker.
        seconds: of its processor; by the clock a multiple of them.
        patience: of the submission.
    """

    def __init__(self, pid: int, seconds: float, patience: Patience) -> None:
        self._pid = pid
        self._patience = patience
        self._cpu_deadline = watch.cpu_of(pid) + seconds
        self._looked = time.monotonic()
        self._wall_deadline = self._looked + seconds * WALL_PER_CPU
        self._first: tuple[float, float, float | None] | None = None
        self._waited = 0.0

    def settle(self) -> None:
        """A question was answered, or never will be: what it waited is gone."""
        self._patience.left -= self._waited
        self._first, self._waited = None, 0.0

    def used_up(self) -> Ending | None:
        """How the worker is to end, if it has taken too long; asked while it is waited for."""
        cpu, now = watch.cpu_of(self._pid), time.monotonic()
        if cpu > self._cpu_deadline:
            return OUT_OF_PROCESSOR_TIME
        if now - self._looked > _STOOD_STILL_SECONDS:
            self._wall_deadline += now - self._looked
            self._first = None
        self._looked = now
        starved = watch.starved_of(self._pid)
        began, cpu_before, starved_before = self._first = self._first or (now, cpu, starved)
        if starved is None or starved_before is None:  # this kernel does not count it
            return OUT_OF_CLOCK_TIME if now > self._wall_deadline else None
        without = max(0.0, starved - starved_before)
        self._waited = max(0.0, now - began - without - (cpu - cpu_before))
        if now > self._wall_deadline:
            beside = without > _STARVED_SHARE * (now - began)
            return OUT_OF_CLOCK_TIME if beside else WAITED_TOO_LONG
        return WAITED_TOO_LONG if self._waited > self._patience.for_one_check else None
