"""What a run on this machine starts from: how many slots, and what their zygote imports."""

from __future__ import annotations

import os

from autograder.assignment.load import Assignment
from autograder.sandbox.zygote import PRELOAD_NUMPY, PRELOAD_TENSORFLOW


def default_jobs() -> int:
    """A slot for each core this process may use."""
    return max(1, len(os.sched_getaffinity(0)))


def preload_for(assignment: Assignment) -> tuple[str, ...]:
    """What the zygote imports once for this assignment."""
    uses = {exercise.uses for exercise in assignment.manifest.enabled_exercises}
    return PRELOAD_TENSORFLOW if "tensorflow" in uses else PRELOAD_NUMPY
