"""Grade many submissions with a few worker slots, all forked from one zygote."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from autograder.assignment.load import Assignment
from autograder.grading.diagnosis import Diagnoser
from autograder.grading.grade import grade
from autograder.grading.records import Result
from autograder.intake.submissions import Entry, read
from autograder.sandbox.zygote import PRELOAD_NUMPY, PRELOAD_TENSORFLOW, Zygote

_AHEAD = 2


def default_jobs() -> int:
    """A slot for each core this process may use."""
    return max(1, len(os.sched_getaffinity(0)))


def preload_for(assignment: Assignment) -> tuple[str, ...]:
    """What the zygote imports once for this assignment."""
    uses = {exercise.uses for exercise in assignment.manifest.enabled_exercises}
    return PRELOAD_TENSORFLOW if "tensorflow" in uses else PRELOAD_NUMPY


def grade_all(
    assignment: Assignment,
    entries: Iterable[Entry],
    zygote: Zygote,
    seed: int,
    jobs: int,
    only: Collection[str] = (),
    public_only: bool = False,
    on_result: Callable[[Result], None] = lambda result: None,
) -> Iterator[Result]:
    """Grade entries, giving results in the entries' order whatever `jobs` is.

    Args:
        assignment: what is asked.
        entries: taken one after the other, a few ahead of the grading.
        zygote: forks the workers.
        seed: of the grading run.
        jobs: how many submissions at once.
        only: names of exercises to grade; all when empty.
        public_only: ask only the public checks.
        on_result: told of each result as it comes in, in any order, from this thread.

    Yields:
        One result an entry.
    """

    diagnoser = Diagnoser(assignment, zygote, seed)

    def one(entry: Entry) -> Result:
        return grade(assignment, read(entry), zygote, seed, only, public_only, diagnoser)

    waiting = iter(entries)
    running: dict[Future[Result], int] = {}
    finished: dict[int, Result] = {}
    numbers = itertools.count()
    turn = 0
    with ThreadPoolExecutor(jobs, thread_name_prefix="slot") as slots:
        while True:
            for entry in itertools.islice(waiting, max(0, jobs * _AHEAD - len(running))):
                running[slots.submit(one, entry)] = next(numbers)
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                result = future.result()
                on_result(result)
                finished[running.pop(future)] = result
            while turn in finished:
                yield finished.pop(turn)
                turn += 1
