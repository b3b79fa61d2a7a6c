"""The result of a submission that the grader itself could not grade."""

from __future__ import annotations

from autograder.assignment.load import Assignment
from autograder.batch.keys import Conditions
from autograder.grading.result_records import Result
from autograder.intake.submissions import Bundle


def lost(
    assignment: Assignment,
    conditions: Conditions,
    bundle: Bundle,
    reason: str,
    isolation: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Result:
    """A result without a score, which a person has to look at; it costs nobody points."""
    return Result(
        submission=bundle.name,
        status="needs_person",
        score=None,
        max_score=assignment.manifest.max_score,
        seconds=0.0,
        seed=conditions.seed,
        assignment=assignment.digest,
        version=assignment.manifest.assignment.version,
        isolation=isolation,
        log="",
        reason=reason,
        notes=notes,
    )
