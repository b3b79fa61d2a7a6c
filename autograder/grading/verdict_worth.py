"""What a verdict gives and tells: a share of the check's points, a message, a note."""

from __future__ import annotations

from fractions import Fraction
from typing import cast

from autograder.assignment.load import Assignment
from autograder.grading.counterexamples import Found
from autograder.grading.diagnosis import Explanation
from autograder.grading.result_records import CheckResult, Diagnosis, Outcome, Retry
from autograder.grading.safe_text import clean, cleaned
from autograder.kit import Check, Verdict

NOTHING = Fraction(0)


def check_result(
    assignment: Assignment,
    check: Check,
    points: float,
    verdict: Verdict,
    explained: Explanation | None = None,
    carried: tuple[str, ...] = (),
    kept: Fraction = NOTHING,
    pays: bool = True,
    shown: Found | None = None,
) -> CheckResult:
    """What a verdict gives and tells.

    Args:
        assignment: knows the accepted conventions.
        check: that ended with the verdict.
        points: what the check is worth.
        verdict: how it ended.
        explained: what explains a failure, if anything does.
        carried: siblings that were taken as right when it was asked again and passed.
        kept: share of its points that it keeps where it fails, see `kept_shares`.
        pays: whether it is worth anything where it passes, see `is_lifeless`.
        shown: what looking for a counterexample came to, if it was looked for.
    """
    lost = verdict.outcome == "infrastructure"
    told = check.public and not lost
    message = verdict.public if told else verdict.hidden
    if verdict.passed:
        share, diagnosis = _convention(assignment, verdict)
        share = share if pays else 0.0
        hint = staff = ""
    else:
        # A public check's hint could be about something else: it is for who asks for it.
        hint = "" if check.public else check.hint
        share, (diagnosis, hint) = float(kept), explained or (None, hint)
        staff = verdict.staff
    return CheckResult(
        name=check.name,
        title=check.title,
        public=check.public,
        points=points,
        score=None if lost else assignment.manifest.scale.part(points, share),
        outcome=cast(Outcome, verdict.outcome),
        message=clean(message),
        hint=hint,
        diagnosis=diagnosis,
        staff=clean(staff),
        asked=clean(verdict.asked),
        unwritten=verdict.unwritten,
        file=clean(verdict.file),
        line=verdict.line,
        retry=cast(Retry, verdict.retry),
        weight=check.weight,
        share=None if lost else share,
        carried=carried,
        comparison=cleaned(verdict.comparison) if told and verdict.comparison else None,
        counterexample=shown.example if shown else None,
        showable_tried=shown.tried if shown else 0,
    )


def _convention(assignment: Assignment, verdict: Verdict) -> tuple[float, Diagnosis | None]:
    """The share of points, and the note, where the answer follows another accepted convention."""
    known = {made.name: made for made in assignment.manifest.conventions}
    followed = [known[name] for name in verdict.conventions if name in known]
    if not followed:
        return 1.0, None
    first = min(followed, key=lambda made: made.share)
    note = Diagnosis(kind="convention", name=first.title, explanation=first.explanation)
    return first.share, note
