"""Grade a class into its store: only what is missing or changed, whatever stops it in between.

Beside others a submission can run out of time, or be killed for want of memory, without any fault
of its own. Such a result does not count; it is run again, alone, at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field

from autograder.batch.keys import Conditions, bundle_digest, file_digests, result_key
from autograder.batch.slots import Slots, counting_retries
from autograder.batch.store import Handed, State, Store
from autograder.grading.result_records import Result
from autograder.intake.submissions import Bundle, Entry, read

_AHEAD = 2
_TICK_SECONDS = 0.5
_ASSIGN_TOGETHER = 200


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Attributes:
        done: submissions that have their result, from this run or from before it.
        graded: of these, graded in this run.
        alone: submissions that are still to run again alone.
    """

    done: int
    graded: int
    alone: int


@dataclass
class _Job:
    """One bundle in a slot, and how many submissions it stands for."""

    key: str
    entry: Entry
    submissions: int = 1


@dataclass
class ClassRun:
    """One run of a class through the slots.

    Args:
        store: keeps the results.
        conditions: of the run.
        slots: where it is graded.
        recall: the result of what needs nothing asked, None where something does.
        on_progress: told whenever something has changed, and twice a second.
    """

    store: Store
    conditions: Conditions
    slots: Slots
    on_progress: Callable[[Progress], None] = lambda progress: None
    recall: Callable[[Bundle], Result | None] = lambda bundle: None
    _running: dict[Future[Result], _Job] = field(default_factory=dict)
    _jobs: dict[str, _Job] = field(default_factory=dict)
    _alone: list[_Job] = field(default_factory=list)
    _assigned: list[tuple[str, str, Handed]] = field(default_factory=list)
    _recalled: dict[str, Result] = field(default_factory=dict)
    _done: int = 0
    _graded: int = 0

    def run(self, entries: Iterable[Entry]) -> None:
        """Grade what has no settled result; afterwards each entry is assigned its result.

        Raises:
            StoreError: the store cannot be written.
            ZygoteError: nothing can be graded here any more.
        """
        self.store.begin()
        for entry in entries:
            self._admit(entry)
            while len(self._running) >= self.slots.width * _AHEAD:
                self._collect()
        while self._running:
            self._collect()
        while self._alone:
            self._run_alone(self._alone.pop())
        self._write_assigned()
        self._tell()

    def _admit(self, entry: Entry) -> None:
        """Say which result an entry has, and begin to grade it if there is none that counts."""
        bundle, key = self._assign(entry)
        state = self.store.state(key)
        if key in self._jobs:
            self._jobs[key].submissions += 1
        elif state == "settled" or key in self._recalled:
            self._done += 1
        elif (recalled := self.recall(bundle)) is not None:
            self._recalled[key] = recalled
            self._done += 1
        elif state == "alone":
            self._jobs[key] = _Job(key, entry)
            self._alone.append(self._jobs[key])
        else:
            self._jobs[key] = _Job(key, entry)
            self._running[self.slots.submit(bundle)] = self._jobs[key]

    def _assign(self, entry: Entry) -> tuple[Bundle, str]:
        bundle = read(entry)
        key = result_key(bundle_digest(bundle), self.conditions)
        handed = Handed(student=entry.student, files=file_digests(bundle), place=str(entry.path))
        self._assigned.append((entry.name, key, handed))
        if len(self._assigned) >= _ASSIGN_TOGETHER:
            self._write_assigned()
            self._tell()
        return bundle, key

    def _write_assigned(self) -> None:
        self.store.put_settled(self._recalled)
        self._recalled.clear()
        self.store.assign(self._assigned)
        self._assigned.clear()

    def _collect(self) -> None:
        """Wait for a slot to finish, and keep what it found."""
        finished, _ = wait(self._running, _TICK_SECONDS, FIRST_COMPLETED)
        for future in finished:
            job = self._running.pop(future)
            result = future.result()
            state = _state(result, alone=False, others=self.slots.width > 1)
            self.store.put(job.key, result, state)
            if state == "alone":
                self._alone.append(job)
            else:
                self._finished(job)
        self._tell()

    def _run_alone(self, job: _Job) -> None:
        """Run a submission with nothing beside it; what it gets now counts."""
        bundle, key = self._assign(job.entry)  # read again: thousands of bundles are not kept
        future = self.slots.submit(bundle, alone=True)
        while not wait([future], _TICK_SECONDS).done:
            self._tell()
        result = future.result()
        self.store.put(key, result, _state(result, alone=True, others=False))
        self._finished(job)
        self._tell()

    def _finished(self, job: _Job) -> None:
        del self._jobs[job.key]
        self._done += job.submissions
        self._graded += job.submissions

    def _tell(self) -> None:
        self.on_progress(Progress(self._done, self._graded, len(self._alone)))


def _state(result: Result, alone: bool, others: bool) -> State:
    """Whether a result counts.

    Args:
        result: what came out.
        alone: whether it was run again alone.
        others: whether other submissions could run beside it.
    """
    if result.status == "needs_person":
        return "failed" if alone else "alone"
    retry = {check.retry for made in result.exercises for check in made.checks}
    return "settled" if retry <= set(counting_retries(alone, others)) else "alone"
