"""One submission behind the boundary: what is read and loaded is asked in a sandboxed worker."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from autograder.assignment.load import Assignment
from autograder.assignment.rules import facts_of, given_files
from autograder.grading.check_clock import Overrun, limited
from autograder.grading.seeds import check_generator, worker_salt
from autograder.grading.working_folder import working_in
from autograder.intake.submissions import Bundle
from autograder.isolation.layers.limits import Limits
from autograder.kit import Check, Verdict
from autograder.kit.attempt import OWN_FAULT, Attempt
from autograder.kit.hosting import Exercise, Line, Worker
from autograder.kit.running import unasked
from autograder.sandbox.patience import WALL_PER_CPU, Patience
from autograder.sandbox.session import Session, Sibling
from autograder.sandbox.zygote import Zygote

_SCRATCH_BYTES = 64 << 20
_MOST_TIMEOUTS = 2


@contextmanager
def judging(assignment: Assignment, check: Check, most: float = math.inf) -> Iterator[None]:
    """What holds while a check's own code runs, the reference included.

    Args:
        assignment: whose check it is.
        check: the check.
        most: seconds of CPU, where they are fewer than the check has.

    Raises:
        Overrun: it did not end in its time.
    """
    seconds = min(most, check.seconds or assignment.manifest.limits.judge_seconds)
    with contextlib.ExitStack() as stack:
        if assignment.data:
            stack.enter_context(working_in(assignment.folder))
        stack.enter_context(limited(seconds, check.function.__name__))
        yield


class SandboxedAttempt(Attempt):
    """Everything that grading asks of one submission goes through here.

    Args:
        assignment: what is asked.
        bundle: what was handed in.
        zygote: forks the workers.
        seed: of the grading run.

    Attributes:
        stubs: names of functions of the submission that `sibling` answers for; mostly none.
        sibling: see `Session`.
        log: what the submission printed, capped.
        peak_memory: bytes beyond what every worker starts with.
        cpu_seconds: processor time of the workers.
    """

    def __init__(self, assignment: Assignment, bundle: Bundle, zygote: Zygote, seed: int) -> None:
        # Data is as it was handed out, whatever a program saved over it at home.
        files = {**given_files(assignment), **bundle.files, **assignment.data}
        super().__init__(facts_of(assignment), files)
        self.assignment = assignment
        self.bundle = bundle
        self.zygote = zygote
        self.seed = seed
        self.stubs: frozenset[str] = frozenset()
        self.sibling: Sibling | None = None
        self.log = ""
        self.peak_memory = 0
        self.cpu_seconds = 0.0
        check_seconds = assignment.manifest.limits.check_seconds
        self._patience = Patience(_MOST_TIMEOUTS * WALL_PER_CPU * check_seconds)

    @property
    def salt(self) -> str:
        """A text that the student's random generators start from in each check."""
        return worker_salt(self.seed)

    def fixtures(self, check: Check) -> Mapping[str, Any]:
        """The generator of a hidden check's inputs, and the reference."""
        return {
            "rng": check_generator(self.seed, check.name),
            "ref": self.assignment.reference,
        }

    def judging(self, check: Check) -> AbstractContextManager[Any]:
        """A check that does not end by itself is ended; it finds the assignment's data."""
        return judging(self.assignment, check)

    def ask_check(self, exercise: Exercise, check: Check, before: Mapping[str, Verdict]) -> Verdict:
        """See `Attempt.ask_check`; a check that was ended blames nobody."""
        try:
            return super().ask_check(exercise, check, before)
        except Overrun as overrun:
            # It may have struck in the middle of a message: this worker is not asked again.
            self.close()
            return unasked("infrastructure", str(overrun), OWN_FAULT)

    def start(self, setup: dict[str, Any], line: Line) -> Worker:
        """Fork a worker."""
        setup = {**setup, "stubs": sorted(self.stubs)}
        return Session(self.zygote, self._limits(), setup, line, self._patience, self.sibling)

    def closed(self, worker: Any) -> None:
        """Keep what an ended worker printed and used."""
        self.log = self._printed(worker)
        self.peak_memory = max(self.peak_memory, worker.peak_memory - worker.base_memory)
        self.cpu_seconds += worker.cpu_seconds

    def _printed(self, worker: Any) -> str:
        """All that the submission has printed so far, capped."""
        if worker is None:
            return self.log
        worker.collect()
        return str(self.log + worker.log)[: self._limits().output_bytes]

    def _limits(self) -> Limits:
        limits = self.assignment.manifest.limits
        return Limits(
            memory_bytes=limits.memory_mib << 20,
            cpu_seconds=int(limits.submission_seconds),
            file_bytes=limits.file_mib << 20,
            processes=limits.processes,
            output_bytes=limits.output_kib << 10,
            scratch_bytes=_SCRATCH_BYTES + sum(map(len, self.assignment.data.values())),
        )
