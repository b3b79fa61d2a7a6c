"""What a run on this machine starts from: how many slots, and what their zygote imports."""

from __future__ import annotations

import os

from autograder.grading.preload import preload_for

__all__ = ["default_jobs", "preload_for"]


def default_jobs() -> int:
    """A slot for each core this process may use."""
    return max(1, len(os.sched_getaffinity(0)))
