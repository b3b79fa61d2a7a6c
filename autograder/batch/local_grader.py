"""Grade submissions on this machine: one zygote, started again when it dies, and what it needs."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from autograder.assignment.load import Assignment
from autograder.batch.keys import Conditions
from autograder.batch.ungraded_result import lost
from autograder.grading.counterexamples import Counterexamples
from autograder.grading.diagnosis import Diagnoser
from autograder.grading.grade import grade
from autograder.grading.graded_attempt import Recollection
from autograder.grading.result_records import Result
from autograder.grading.safe_text import clean
from autograder.intake.submissions import Bundle
from autograder.sandbox.zygote import Zygote, ZygoteError

_STARTS = 3
_MOST_DEATHS = 12


@dataclass(frozen=True)
class _Bench:
    """A zygote, and what known mistakes and the reference answered through it."""

    zygote: Zygote
    diagnoser: Diagnoser
    counterexamples: Counterexamples


class LocalGrader:
    """Grades bundles, several at a time; a dead zygote costs time and nobody points.

    Args:
        assignment: what is asked.
        conditions: seed, and which exercises.
        start: starts a zygote.
        recollection: what is found is kept in it, and what was found before is not asked again.

    Raises:
        ZygoteError: none could be started.
    """

    def __init__(
        self,
        assignment: Assignment,
        conditions: Conditions,
        start: Callable[[], Zygote],
        recollection: Recollection | None = None,
    ) -> None:
        self._assignment = assignment
        self._recollection = recollection
        self._conditions = conditions
        self._start = start
        self._lock = threading.Lock()
        self._closed = False
        self._deaths = 0
        # A zygote ends with the thread that started it, so that thread must outlive all slots.
        self._keeper = ThreadPoolExecutor(1, thread_name_prefix="zygote-keeper")
        try:
            self._bench = self._new_bench()
        except BaseException:
            self._keeper.shutdown()
            raise

    def grade(self, bundle: Bundle, counting: Collection[str] = ()) -> Result:
        """Grade one bundle (safe from several threads).

        Args:
            bundle: what was handed in.
            counting: kinds of `Verdict.retry` that count as they are.

        Raises:
            ZygoteError: no zygote can be started, or they die whatever is graded.
        """
        reason = ""
        for _ in range(_STARTS):
            bench = self._bench
            try:
                result = self._try(bench, bundle, counting)
            except Exception:  # the grader's own fault, which must not end everybody's run
                result, reason = None, traceback.format_exc()
            if not bench.zygote.alive:
                reason = f"the zygote died while this was graded: {bench.zygote.said()}"
                self._replace(bench)
            elif result is not None:
                self._deaths = 0
                return result
        return self._lost(bundle, reason)

    def close(self) -> None:
        """End the zygote and all that runs in it."""
        with self._lock:
            self._closed = True
            self._bench.zygote.close()
        self._keeper.shutdown()

    def _try(self, bench: _Bench, bundle: Bundle, counting: Collection[str]) -> Result:
        return grade(
            self._assignment,
            bundle,
            bench.zygote,
            self._conditions.seed,
            self._conditions.only,
            self._conditions.public_only,
            bench.diagnoser,
            bench.counterexamples,
            self._recollection,
            counting,
        )

    def _lost(self, bundle: Bundle, reason: str) -> Result:
        """What there is to say where the grader itself failed again and again."""
        return lost(
            self._assignment,
            self._conditions,
            bundle,
            clean(f"the grader itself failed, {_STARTS} times: {reason}"),
            self._bench.zygote.tier.layers,
            tuple(map(clean, bundle.notes)),
        )

    def _replace(self, bench: _Bench) -> None:
        """A new zygote in place of a dead one; the first thread to notice starts it."""
        with self._lock:
            if self._bench is not bench:
                return
            if self._closed:
                raise ZygoteError("the run was stopped")
            self._deaths += 1
            if self._deaths > _MOST_DEATHS:
                said = bench.zygote.said()
                raise ZygoteError(f"the zygote died {self._deaths} times in a row: {said}")
            bench.zygote.close()
            self._bench = self._new_bench()

    def _new_bench(self) -> _Bench:
        zygote = self._keeper.submit(self._start).result()
        return _Bench(
            zygote,
            Diagnoser(self._assignment, zygote, self._conditions.seed),
            Counterexamples(self._assignment, zygote),
        )
