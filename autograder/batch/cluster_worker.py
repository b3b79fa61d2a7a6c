"""What runs on each machine of a cluster: the same unit of work, with a zygote of its own."""

from __future__ import annotations

import functools
import io
import threading
import zipfile

from autograder.assignment.load import load_assignment
from autograder.batch.cluster_messages import Answer, Description, encode, work_from
from autograder.batch.keys import Conditions, environment
from autograder.batch.local_grader import LocalGrader
from autograder.grading.preload import preload_for
from autograder.grading.result_records import to_json
from autograder.isolation.tiers import NotIsolated, isolation
from autograder.sandbox.folders import OwnFolder
from autograder.sandbox.zygote import Zygote

_local_graders: dict[tuple[Conditions, str], tuple[LocalGrader, OwnFolder]] = {}
_lock = threading.Lock()


class Unfit(Exception):
    """A machine of the cluster on which the run cannot be graded; the message says why."""


def describe(wanted: str) -> bytes:
    """What this machine is: a `Description`."""
    try:
        return encode(Description(environment=environment(isolation(wanted).layers)))
    except NotIsolated as problem:
        return encode(Description(environment="", refused=str(problem)))


def grade_here(packed: bytes, work: bytes) -> bytes:
    """Grade one submission on this machine.

    Args:
        packed: the assignment's folder as a zip; unpacked once for a run.
        work: as `cluster_messages.Work`.

    Returns:
        An `Answer`.
    """
    wanted = work_from(work)
    with _lock:
        place = (wanted.conditions, wanted.isolation)
        try:
            if place not in _local_graders:
                _local_graders[place] = _open(packed, *place)
        except (Unfit, NotIsolated) as problem:
            return encode(Answer(unfit=str(problem)))
        local_grader, _ = _local_graders[place]
    return encode(Answer(result=to_json(local_grader.grade(wanted.bundle))))


def close_all() -> None:
    """End the zygotes on this machine, and remove the assignments that they graded."""
    with _lock:
        for local_grader, folder in _local_graders.values():
            local_grader.close()
            folder.remove()
        _local_graders.clear()


def _open(packed: bytes, conditions: Conditions, wanted: str) -> tuple[LocalGrader, OwnFolder]:
    tier = isolation(wanted)
    if environment(tier.layers) != conditions.environment:
        raise Unfit(
            "this machine is not like the first of the run, so grades could differ: it has "
            f"{environment(tier.layers)}, expected {conditions.environment}"
        )
    folder = OwnFolder("autograder-assignment-")
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            archive.extractall(folder.path)
        assignment = load_assignment(folder.path)
        if assignment.digest != conditions.assignment:
            raise Unfit(
                f"the assignment changed on its way: {assignment.digest[:12]}, expected "
                f"{conditions.assignment[:12]}"
            )
        preload = preload_for(assignment)
        start = functools.partial(Zygote, tier, preload)
        return LocalGrader(assignment, conditions, start), folder
    except BaseException:
        folder.remove()
        raise
