"""Grade on other machines too, through `dask.distributed`: the same slots, the same store.

The assignment travels once by its content; submissions travel as bytes, results come back as JSON.
A machine that dies gives its submissions back, and another one grades them.
"""

from __future__ import annotations

import io
import time
import zipfile
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from autograder.assignment.load import Assignment
from autograder.batch.cluster_worker import close_all, describe, grade_here
from autograder.batch.keys import Conditions
from autograder.batch.ungraded_result import lost
from autograder.extras import needed
from autograder.grading.result_records import Result, from_json
from autograder.intake.submissions import Bundle
from autograder.refusal import Refusal

Client = Any  # distributed.Client, which has no types and is not always installed

_EPOCH = (1980, 1, 1, 0, 0, 0)
_LEFT_OUT = {"__pycache__", ".git", ".ipynb_checkpoints", ".pytest_cache"}
_WIDTH_SECONDS = 5.0
_CONNECT_SECONDS = "20s"


class ClusterError(Refusal):
    """The cluster cannot be used; the message says why and what to do."""


def connect(address: str) -> Client:
    """A client of the scheduler at an address such as ``tcp://10.0.0.5:8786``.

    Raises:
        ClusterError: nobody answers.
        MissingExtra: `distributed` is not installed.
    """
    with needed("cluster", "--cluster (here, and every worker)"):
        import distributed
    try:
        made: Client = distributed.Client(address, timeout=_CONNECT_SECONDS)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"{address}: no scheduler answers ({error}); start one with: dask scheduler"
        ) from None
    return made


def cluster_environment(client: Client, isolation: str) -> str:
    """The environment that all workers share.

    Raises:
        ClusterError: there is no worker, one cannot isolate, or they differ.
    """
    told: dict[str, tuple[str, str]] = client.run(describe, isolation)
    if not told:
        raise ClusterError("the cluster has no worker yet; start one with: dask worker ADDRESS")
    for worker, (_, refused) in told.items():
        if refused:
            raise ClusterError(f"{worker}: submissions cannot be isolated there: {refused}")
    kinds = {made for made, _ in told.values()}
    if len(kinds) > 1:
        lines = "\n".join(f"  {worker}: {made}" for worker, (made, _) in told.items())
        raise ClusterError(f"the workers are not alike, so grades could differ:\n{lines}")
    return kinds.pop()


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
        self._executor = client.get_executor(pure=False)

    @property
    def width(self) -> int:
        """How many submissions at once; workers may come and go."""
        now = time.monotonic()
        if now - self._looked > _WIDTH_SECONDS:
            self._width = max(1, sum(self._client.nthreads().values()))
            self._looked = now
        return self._width

    def submit(self, bundle: Bundle) -> Future[Result]:
        """Begin to grade a bundle somewhere."""
        there = self._executor.submit(
            grade_here, self._packed, self._conditions, self._isolation, bundle
        )
        here: Future[Result] = Future()
        there.add_done_callback(lambda done: self._arrived(done, bundle, here))
        return here

    def close(self) -> None:
        """End what is still being graded, and the zygotes on the workers."""
        self._executor.shutdown(wait=False)  # which cancels what is not finished
        try:
            self._client.run(close_all, on_error="ignore")
        finally:
            self._client.close()

    def _arrived(self, there: Future[bytes], bundle: Bundle, here: Future[Result]) -> None:
        from distributed.scheduler import KilledWorker

        if there.cancelled():
            here.cancel()
            return
        error = there.exception()
        if error is None:
            here.set_result(from_json(there.result()))
        elif isinstance(error, KilledWorker):
            reason = f"the workers that graded it died: {error}"
            here.set_result(lost(self._assignment, self._conditions, bundle, reason))
        else:
            here.set_exception(ClusterError(f"{type(error).__name__}: {error}"))


def _same(content: bytes) -> bytes:
    return content
