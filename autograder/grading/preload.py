"""What a zygote imports once for an assignment, so that no worker has to."""

from __future__ import annotations

from collections.abc import Collection

from autograder.assignment.load import Assignment
from autograder.extras import EXTRAS, expect
from autograder.sandbox.zygote import PRELOAD_NUMPY, PRELOAD_TENSORFLOW


def preload_for(assignment: Assignment, only: Collection[str] = ()) -> tuple[str, ...]:
    """What the zygote imports once for this assignment.

    Args:
        assignment: what is asked.
        only: names of the exercises that are asked; all when empty. Importing TensorFlow takes
            seconds, which nobody needs to wait who asks of NumPy alone.

    Raises:
        MissingExtra: it uses TensorFlow, and that is not installed.
    """
    uses = {
        exercise.uses
        for exercise in assignment.manifest.enabled_exercises
        if exercise.name in only or not only
    }
    if "tensorflow" not in uses:
        return PRELOAD_NUMPY
    expect("t6", f"the assignment {assignment.manifest.assignment.name}", EXTRAS["t6"])
    return PRELOAD_TENSORFLOW
