"""Grade on other machines too, through `dask.distributed`: the same slots, the same store.

The assignment travels once by its content; submissions and results travel as bytes of our own
format, and what comes back is read like a student's reply. A machine that dies gives its
submissions back, and another one grades them.
"""

from __future__ import annotations

import io
import random
import time
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.assignment.load import Assignment
from autograder.batch.cluster_messages import (
    NotAMessage,
    Work,
    answer_from,
    description_from,
    encode,
    refuse_pickles,
)
from autograder.batch.cluster_security import Cluster, ClusterError
from autograder.batch.cluster_worker import close_all, describe, grade_here
from autograder.batch.foreign_result import NotAResult, differs, read_result
from autograder.batch.keys import Conditions
from autograder.batch.ungraded_result import lost
from autograder.extras import needed
from autograder.grading.result_records import Result
from autograder.grading.safe_text import clean
from autograder.intake.submissions import Bundle

# distributed's Client and Future, which have no types and are not always installed
Client = Any
Task = Any

_EPOCH = (1980, 1, 1, 0, 0, 0)
_LEFT_OUT = {"__pycache__", ".git", ".ipynb_checkpoints", ".pytest_cache"}
_WIDTH_SECONDS = 5.0
# Of how many submissions another machine is asked too, as far as there is one: a machine that
# makes results up is met soon, and a large class costs little more.
_SECOND_OPINIONS = 0.05
_TRIES = 5
_SHOWN = 300
_CONNECT_SECONDS = "20s"


def connect(cluster: Cluster) -> Client:
    """A client of the scheduler of a cluster.

    Raises:
        ClusterError: nobody answers there, or not so that one can know who it is.
        MissingExtra: `distributed` is not installed.
    """
    with needed("cluster", "--cluster (here, and every worker)"):
        import distributed
    security = cluster.security()
    refuse_pickles()
    try:
        made: Client = distributed.Client(  # type: ignore[no-untyped-call]
            cluster.address, timeout=_CONNECT_SECONDS, security=security
        )
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise ClusterError(
            f"{cluster.address}: no scheduler answers ({error}); start one with: dask scheduler"
        ) from None
    return made


def cluster_environment(client: Client, isolation: str) -> str:
    """The environment that all workers share.

    Raises:
        ClusterError: there is no worker, one cannot isolate, or they differ.
    """
    told = client.run(describe, isolation)
    if not told:
        raise ClusterError("the cluster has no worker yet; start one with: dask worker ADDRESS")
    kinds: dict[str, str] = {}
    for worker, content in told.items():
        try:
            described = description_from(content)
        except NotAMessage as problem:
            raise ClusterError(f"{worker}: does not say what it is: {problem}") from None
        if described.refused:
            raise ClusterError(f"{worker}: {described.refused}")
        kinds[worker] = described.environment
    if len(set(kinds.values())) > 1:
        lines = "\n".join(f"  {worker}: {made}" for worker, made in kinds.items())
        raise ClusterError(f"the workers are not alike, so grades could differ:\n{lines}")
    return next(iter(kinds.values()))


def pack(folder: Path) -> bytes:
    """An assignment's folder as a zip; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if path.is_file() and not _LEFT_OUT & set(inside.parts):
                member = zipfile.ZipInfo(inside.as_posix(), _EPOCH)
                member.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(member, path.read_bytes())
    return buffer.getvalue()


@dataclass(frozen=True)
class _Job:
    """One submission, as it goes out, and where its result is waited for."""

    bundle: Bundle
    work: bytes
    here: Future[Result]


class ClusterSlots:
    """The threads of all workers of a cluster as slots.

    Args:
        client: of the cluster; closed with the slots.
        assignment: what is asked.
        conditions: of the run.
        isolation: ``"required"`` or ``"none"``.
    """

    def __init__(
        self, client: Client, assignment: Assignment, conditions: Conditions, isolation: str
    ) -> None:
        self._client = client
        self._assignment = assignment
        self._conditions = conditions
        self._isolation = isolation
        # A task, not scattered data: whoever loses it can have it made again.
        self._packed = client.submit(
            _same, pack(assignment.folder), key=f"assignment-{assignment.digest}"
        )
        self._width, self._looked = 0, 0.0
        self._tasks: set[Task] = set()
        self._draw = random.SystemRandom()

    @property
    def width(self) -> int:
        """How many submissions at once; workers may come and go."""
        now = time.monotonic()
        if now - self._looked > _WIDTH_SECONDS:
            self._width = max(1, sum(self._client.nthreads().values()))
            self._looked = now
        return self._width

    def submit(self, bundle: Bundle, alone: bool = False) -> Future[Result]:
        """Begin to grade a bundle somewhere."""
        work = encode(Work(conditions=self._conditions, isolation=self._isolation, bundle=bundle))
        job = _Job(bundle, work, Future())
        self._ask(work, lambda task: self._arrived(task, job))
        return job.here

    def close(self) -> None:
        """End what is still being graded, and the zygotes on the workers."""
        self._client.cancel(list(self._tasks))
        try:
            self._client.run(close_all, on_error="ignore")
        finally:
            self._client.close()

    def _ask(
        self, work: bytes, arrived: Callable[[Task], None], workers: Sequence[str] | None = None
    ) -> None:
        task = self._client.submit(
            grade_here,
            self._packed,
            work,
            pure=False,
            workers=workers,
            allow_other_workers=workers is not None,
        )
        self._tasks.add(task)
        task.add_done_callback(arrived)

    def _arrived(self, task: Task, job: _Job) -> None:
        """Take an answer; of some submissions, ask another machine before it counts."""
        try:
            result = self._taken(task, job)
            if result is None:
                job.here.cancel()
            elif result.status == "graded" and self._draw.random() < _SECOND_OPINIONS:
                self._ask_again(self._holders(task), job, result, _TRIES)
            else:
                job.here.set_result(result)
        except Exception as problem:
            job.here.set_exception(problem)

    def _taken(self, task: Task, job: _Job) -> Result | None:
        """The result in an answer; one without a score where there is none, None if cancelled.

        Raises:
            ClusterError: a machine says that it cannot grade for this run.
        """
        self._tasks.discard(task)
        if task.status == "cancelled":
            return None
        if task.status != "finished":
            return self._without("the machines that graded it died or failed", job)
        try:
            answer = answer_from(_content(task))
            if answer.unfit:
                raise ClusterError(clean(answer.unfit)[:_SHOWN])
            return read_result(answer.result, self._assignment, self._conditions, job.bundle)
        except (NotAMessage, NotAResult) as problem:
            told = clean(str(problem))[:_SHOWN]
            return self._without(f"a machine of the cluster sent what is no result: {told}", job)

    def _holders(self, task: Task) -> set[str]:
        """The machines that a result came from."""
        return set(self._client.who_has([task]).get(task.key, ()))

    def _ask_again(self, asked: set[str], job: _Job, first: Result, tries: int) -> None:
        others = sorted(set(self._client.nthreads()) - asked)
        if not others or not tries:
            job.here.set_result(first)
            return
        self._ask(job.work, lambda task: self._compare(task, asked, job, first, tries), others)

    def _compare(self, task: Task, asked: set[str], job: _Job, first: Result, tries: int) -> None:
        try:
            if asked & self._holders(task):  # an idle machine may take what is another's to do
                self._tasks.discard(task)
                self._ask_again(asked, job, first, tries - 1)
                return
            second = self._taken(task, job)
            unlike = [] if second is None else differs(first, second)
            if unlike:
                told = f"two machines of the cluster judge it differently: {', '.join(unlike[:5])}"
                first = self._without(f"{told}; grade it on one that you trust", job)
            job.here.set_result(first)
        except Exception as problem:
            job.here.set_exception(problem)

    def _without(self, reason: str, job: _Job) -> Result:
        return lost(self._assignment, self._conditions, job.bundle, reason)


def _content(task: Task) -> object:
    """What a machine sent.

    Raises:
        NotAMessage: nothing that Dask could hand over without reading a pickle.
    """
    try:
        return task.result()
    except Exception as problem:  # Dask's own, or of any library below it
        raise NotAMessage(f"{type(problem).__name__}: {problem}") from None


def _same(content: bytes) -> bytes:
    return content
