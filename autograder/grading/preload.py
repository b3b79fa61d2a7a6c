"""What a zygote imports once for an assignment, so that no worker has to."""

from __future__ import annotations

from autograder.assignment.load import Assignment
from autograder.sandbox.zygote import PRELOAD_NUMPY, PRELOAD_TENSORFLOW


def preload_for(assignment: Assignment) -> tuple[str, ...]:
    """What the zygote imports once for this assignment."""
    uses = {exercise.uses for exercise in assignment.manifest.enabled_exercises}
    return PRELOAD_TENSORFLOW if "tensorflow" in uses else PRELOAD_NUMPY
