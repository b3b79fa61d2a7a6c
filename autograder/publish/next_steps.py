"""Say what cost points, cause by cause, and which few of these a student does best next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autograder.assignment.points import exact, total
from autograder.assignment.wording import points
from autograder.publish.findings import Finding

_MOST_STEPS = 3
_MISSING = "Not found in what you handed in, or not what it should be"


@dataclass(frozen=True)
class Cause:
    """What cost points in one or several exercises.

    Attributes:
        name: of the mistake, else of the check, else of what all its exercises have in common.
        exercises: in which it did.
        worth: what it cost.
        told: what tells its story; None where the name says it all.
        is_step: whether to mend it next.
    """

    name: str
    exercises: tuple[str, ...]
    worth: str
    told: Finding | None
    is_step: bool = False


@dataclass
class _Lost:
    name: str
    bonus: bool
    unwritten: bool
    exercises: dict[str, None]
    findings: list[Finding]

    @property
    def points(self) -> float:
        return total(finding.lost for finding in self.findings)


def causes_of(findings: Iterable[tuple[str, bool, Finding]]) -> tuple[Cause, ...]:
    """What cost points, the dearest first, and what is bonus last.

    Args:
        findings: with the name of the exercise and whether it is bonus.
    """
    lost: dict[tuple[object, ...], _Lost] = {}
    for place, (exercise, bonus, finding) in enumerate(findings):
        if finding.decided and finding.lost > 0:
            key, name = _cause(place, exercise, finding)
            made = lost.setdefault((bonus, *key), _Lost(name, bonus, finding.unwritten, {}, []))
            made.exercises[exercise] = None
            made.findings.append(finding)
    ordered = sorted(lost.values(), key=lambda one: (one.bonus, -exact(one.points)))
    steps = [one for one in ordered if not (one.bonus and one.unwritten)][:_MOST_STEPS]
    return tuple(
        Cause(one.name, tuple(one.exercises), points(one.points), _told(one), one in steps)
        for one in ordered
    )


def _cause(place: int, exercise: str, finding: Finding) -> tuple[tuple[object, ...], str]:
    """What findings of one cause share, and its name."""
    if finding.unwritten:
        return ("unwritten",), finding.label
    if finding.missing:
        return ("missing",), _MISSING
    if finding.mistake:
        return (exercise, finding.mistake.name), finding.mistake.name
    return (place,), finding.tried[0].title


def _told(lost: _Lost) -> Finding | None:
    """The finding with an example, else the first."""
    if lost.unwritten:
        return None
    return next((made for made in lost.findings if made.example), lost.findings[0])
