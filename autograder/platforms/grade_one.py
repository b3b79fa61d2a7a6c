"""Grade the one submission that a platform hands over, as `autograder grade` would grade it."""

from __future__ import annotations

import datetime
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from autograder.assignment.load import load_assignment
from autograder.assignment.manifest import Manifest
from autograder.assignment.wording import points
from autograder.batch.keys import Conditions, environment
from autograder.batch.local_grader import LocalGrader
from autograder.batch.published import published
from autograder.batch.schedule import ClassRun
from autograder.batch.slots import LocalSlots
from autograder.batch.store import Store
from autograder.grading.preload import preload_for
from autograder.grading.result_records import Result
from autograder.intake.submissions import Entry
from autograder.isolation.tiers import Tier, isolation
from autograder.platforms.handover import SOURCE
from autograder.platforms.metadata import Submitted
from autograder.platforms.packed_settings import ASSIGNMENT, read_settings
from autograder.sandbox.zygote import Zygote


@dataclass(frozen=True)
class Graded:
    """One grade.

    Attributes:
        result: settled.
        manifest: of the assignment, with the due date that counts for this student.
        tier: the isolation that it was graded in.
    """

    result: Result
    manifest: Manifest
    tier: Tier

    @property
    def report(self) -> str:
        """What staff read in the platform's log."""
        score = self.result.final_score
        told = "no score" if score is None else points(score)
        isolation = f"isolation {self.tier.name} ({', '.join(self.tier.layers)})"
        lines = [f"Graded behind the boundary: {told}, {isolation}: {self.tier.reason}."]
        lines += [f"A hostile submission {hole}." for hole in self.tier.holes]
        return "\n".join(lines)


def grade_one(root: Path, handed_in: Path, known: Submitted) -> Graded:
    """Grade a folder with one submission.

    Args:
        root: the platform's folder, with the unpacked archive in ``source``.
        handed_in: the submission.
        known: who, when and until when, as far as the platform tells.

    Raises:
        NotIsolated: the required layers are not to be had.
        NotPacked, ManifestError: the archive is not sound.
        ZygoteError: the sandbox does not start.
    """
    source = root / SOURCE
    settings = read_settings(source)
    assignment = load_assignment(source / ASSIGNMENT)
    manifest = _with_due_date(assignment.manifest, known.due)
    student = known.student
    tier = isolation("required")
    conditions = Conditions(assignment.digest, settings.seed, environment(tier.layers))

    def local_grader() -> LocalGrader:
        return LocalGrader(
            assignment,
            conditions,
            lambda: Zygote(tier, preload_for(assignment)),
        )

    name = student.name if student else "submission"
    slots = LocalSlots(local_grader, 1)
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder)) as store:
        try:
            run = ClassRun(store, conditions, slots)
            run.run([Entry(name, handed_in, student=student)])
        finally:
            slots.close()
        store.accept()
        (result,) = published(store, manifest)
    return Graded(result, manifest, tier)


def _with_due_date(manifest: Manifest, known: datetime.datetime | None) -> Manifest:
    """The manifest with the later due date of its own and the platform's, which has extensions."""
    about = manifest.assignment
    if known is None or (about.due is not None and about.due >= known):
        return manifest
    return msgspec.structs.replace(manifest, assignment=msgspec.structs.replace(about, due=known))
