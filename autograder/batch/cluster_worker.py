"""What runs on each machine of a cluster: the same unit of work, with a zygote of its own."""

from __future__ import annotations

import io
import tempfile
import threading
import zipfile
from pathlib import Path

from autograder.assignment.load import load_assignment
from autograder.batch.keys import Conditions, environment
from autograder.batch.run import preload_for
from autograder.batch.workshop import Workshop
from autograder.grading.records import to_json
from autograder.intake.submissions import Bundle
from autograder.sandbox import tiers
from autograder.sandbox.tiers import Offer, Tier
from autograder.sandbox.zygote import Zygote

_workshops: dict[tuple[Conditions, str], Workshop] = {}
_lock = threading.Lock()


class Unfit(Exception):
    """A machine of the cluster on which the run cannot be graded; the message says why."""


def describe(isolation: str) -> tuple[str, str]:
    """This machine's environment, and why it cannot grade (empty if it can)."""
    _, tier = _isolation(isolation)
    return environment(tier.layers), tier.reason if tier.refused else ""


def grade_here(packed: bytes, conditions: Conditions, isolation: str, bundle: Bundle) -> bytes:
    """Grade one bundle on this machine.

    Args:
        packed: the assignment's folder as a zip; unpacked once for a run.
        conditions: of the run.
        isolation: ``"required"`` or ``"none"``.
        bundle: what was handed in.

    Returns:
        The result as a line of JSON.

    Raises:
        Unfit: this machine is not like the others of the run.
    """
    with _lock:
        place = (conditions, isolation)
        if place not in _workshops:
            _workshops[place] = _open(packed, conditions, isolation)
        workshop = _workshops[place]
    return to_json(workshop.grade(bundle))


def close_all() -> None:
    """End the zygotes on this machine."""
    with _lock:
        for workshop in _workshops.values():
            workshop.close()
        _workshops.clear()


def _open(packed: bytes, conditions: Conditions, isolation: str) -> Workshop:
    offer, tier = _isolation(isolation)
    if tier.refused:
        raise Unfit(f"submissions cannot be isolated on this machine: {tier.reason}")
    if environment(tier.layers) != conditions.environment:
        raise Unfit(
            "this machine is not like the first of the run, so grades could differ: it has "
            f"{environment(tier.layers)}, expected {conditions.environment}"
        )
    folder = Path(tempfile.mkdtemp(prefix="autograder-assignment-"))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(folder)
    assignment = load_assignment(folder)
    if assignment.digest != conditions.assignment:
        raise Unfit(
            f"the assignment changed on its way: {assignment.digest[:12]}, expected "
            f"{conditions.assignment[:12]}"
        )
    preload = preload_for(assignment)
    return Workshop(assignment, conditions, lambda: Zygote(tier, offer.bubblewrap, preload))


def _isolation(wanted: str) -> tuple[Offer, Tier]:
    if wanted == "none":
        return Offer("unknown", "unknown"), Tier("none", (), "switched off by hand")
    offer = tiers.probe()
    return offer, tiers.choose(offer)
