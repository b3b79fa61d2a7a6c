"""Grade the one submission that a platform hands over, as `autograder grade` would grade it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from autograder.assignment.load import load_assignment
from autograder.assignment.manifest import Manifest
from autograder.batch.keys import Conditions, environment
from autograder.batch.published import published
from autograder.batch.run import preload_for
from autograder.batch.schedule import ClassRun
from autograder.batch.slots import LocalSlots
from autograder.batch.store import Store
from autograder.batch.workshop import Workshop
from autograder.front.handover import SOURCE
from autograder.front.settings import ASSIGNMENT, read_settings
from autograder.grading.records import Result
from autograder.intake.people import Student
from autograder.intake.submissions import Entry
from autograder.sandbox import tiers
from autograder.sandbox.zygote import Zygote


class NoIsolation(Exception):
    """Submissions cannot be isolated on this machine; the message says why and what to change."""


def grade_one(root: Path, handed_in: Path, student: Student | None) -> tuple[Result, Manifest]:
    """Grade a folder with one submission.

    Args:
        root: the platform's folder, with the unpacked archive in ``source``.
        handed_in: the submission.
        student: who and when, as far as the platform tells.

    Returns:
        The settled result, and the manifest of the assignment.

    Raises:
        NoIsolation: the required layers are not to be had.
        NotPacked, ManifestError: the archive is not sound.
        ZygoteError: the sandbox does not start.
    """
    source = root / SOURCE
    settings = read_settings(source)
    assignment = load_assignment(source / ASSIGNMENT)
    offer = tiers.probe()
    tier = tiers.choose(offer)
    if tier.refused:
        raise NoIsolation(f"submissions cannot be isolated here: {tier.reason}. {tier.fix}")
    conditions = Conditions(assignment.digest, settings.seed, environment(tier.layers))

    def workshop() -> Workshop:
        return Workshop(
            assignment,
            conditions,
            lambda: Zygote(tier, offer.bubblewrap, preload_for(assignment)),
        )

    name = student.name if student else "submission"
    slots = LocalSlots(workshop, 1)
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder)) as store:
        try:
            run = ClassRun(store, conditions, slots)
            run.run([Entry(name, handed_in, student=student)])
        finally:
            slots.close()
        store.accept()
        (result,) = published(store, assignment.manifest)
    return result, assignment.manifest
