"""The ways in which a process that has a submission loaded ends before it answers."""

from __future__ import annotations

from typing import NamedTuple

from autograder.kit.problems import Interrupted


class Ending(NamedTuple):
    """One way.

    Attributes:
        outcome: the outcome of the check that was asked.
        told: what a student reads.
        retry: see `Interrupted`.
    """

    outcome: str
    told: str
    retry: str = ""

    def problem(self) -> Interrupted:
        """What a check comes to that met it."""
        return Interrupted(*self)


OUT_OF_PROCESSOR_TIME = Ending("timeout", "it used more processor time than is allowed")
# The two endings that a loaded machine can cause, too: they count only when they come again alone.
OUT_OF_CLOCK_TIME = Ending("timeout", "it took longer than is allowed", "if shared")
# Without waiting for a processor: a loaded machine has no part in it.
WAITED_TOO_LONG = Ending("timeout", "it took longer than is allowed")
KILLED = Ending("died", "the process was killed", "always")
OUT_OF_MEMORY = Ending("memory", "it used more memory than is allowed")
BY_ITSELF = Ending("died", "the process ended by itself")
SEGMENTATION_FAULT = Ending("died", "the process ended by a segmentation fault")
ABORT = Ending("died", "the process ended by an abort")
# Where the kernel counts the threads of all workers together, a neighbour's can be the reason.
ABORT_BESIDE_OTHERS = ABORT._replace(retry="if shared")
TOO_MANY_THREADS = Ending("died", "it started more threads than are allowed")


def of_exit_code(code: int) -> Ending:
    """How a process ended, from its exit code, which is minus the signal that ended it."""
    return {-9: KILLED, -11: SEGMENTATION_FAULT, -6: ABORT}.get(code, BY_ITSELF)
