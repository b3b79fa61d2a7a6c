"""Ask one submission one check after the other through the boundary, as a pytest run does."""

from __future__ import annotations

from pathlib import Path

from autograder.assignment.load import Assignment
from autograder.grading.grade import check_result, prepare, shares
from autograder.grading.preload import preload_for
from autograder.grading.result_records import CheckResult
from autograder.grading.sandboxed import SandboxedAttempt
from autograder.intake.submissions import Entry, read
from autograder.kit import Check, Verdict
from autograder.sandbox import tiers
from autograder.sandbox.tiers import Offer, Tier
from autograder.sandbox.zygote import Zygote


class NotIsolated(Exception):
    """Submissions cannot be isolated on this machine; the message says why and what to do."""


class NoAnswer(Exception):
    """The submission as a whole gives no answer; the message says why."""


def isolation(wanted: str) -> tuple[Offer, Tier]:
    """What to isolate with.

    Args:
        wanted: ``"required"`` or ``"none"``.

    Raises:
        NotIsolated: the required layers are not to be had here.
    """
    if wanted == "none":
        return Offer("unknown", "unknown"), Tier("none", (), "switched off by hand")
    offer = tiers.probe()
    tier = tiers.choose(offer)
    if tier.refused:
        raise NotIsolated(f"submissions cannot be isolated here: {tier.reason}. {tier.fix}")
    return offer, tier


class Inquiry:
    """A submission behind the boundary, asked the checks of one assignment.

    Args:
        assignment: whose checks are asked.
        path: what was handed in: a folder, ``.py``, ``.ipynb`` or ``.zip``.
        seed: of the hidden inputs.
        offer: what this machine can isolate with.
        tier: the isolation chosen from it.

    Raises:
        ZygoteError: no worker can be started here.
    """

    def __init__(
        self, assignment: Assignment, path: Path, seed: int, offer: Offer, tier: Tier
    ) -> None:
        self._assignment = assignment
        bundle = read(Entry(path.stem, path))
        secrets = (assignment.folder, path)
        self._zygote = Zygote(tier, offer.bubblewrap, preload_for(assignment), secrets)
        self._attempt = SandboxedAttempt(assignment, bundle, self._zygote, seed)
        self._verdicts: dict[str, dict[str, Verdict]] = {}
        self._status, self._reason = prepare(self._attempt)

    def ask(self, check: Check) -> CheckResult:
        """Ask a check of the assignment, and say what it gives.

        Raises:
            NoAnswer: nothing of the submission can be asked.
        """
        if self._status != "graded":
            raise NoAnswer(f"{self._status.replace('_', ' ')}: {self._reason}")
        exercise = self._assignment.manifest.exercise(check.exercise)
        before = self._verdicts.setdefault(exercise.name, {})
        before[check.name] = verdict = self._attempt.ask_check(exercise, check, before)
        worth = shares(self._assignment, exercise)[check.name]
        return check_result(self._assignment, check, worth, verdict)

    def handed_in(self, file: str) -> bool:
        """Whether a file was handed in."""
        return self._attempt.has_file(file)

    def close(self) -> None:
        """End the worker and what forked it."""
        self._attempt.close()
        self._zygote.close()
