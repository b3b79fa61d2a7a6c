"""Say what checks found that did not pass, one finding for each cause, in a student's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autograder.assignment.points import difference, total
from autograder.assignment.wording import counted, points
from autograder.grading.result_records import CheckResult, Diagnosis, Outcome
from autograder.kit.comparison import Comparison
from autograder.kit.side_by_side import observations

_LABELS: dict[Outcome, str] = {
    "passed": "Passed",
    "failed": "Not yet",
    "raised": "Not yet: your code raised an exception",
    "timeout": "Not yet: it ran out of time",
    "memory": "Not yet: it ran out of memory",
    "died": "Not yet: the process ended",
    "unusable": "Not yet: there was nothing to ask",
    "forbidden": "Not yet: it uses a routine that this exercise asks you to write",
    "infrastructure": "Open: the grader could not ask this",
}
_HINTS: dict[Outcome, str] = {
    "raised": "Start at the line named above, and run it with small arguments of your own.",
    "timeout": "Look for a loop that does not come to its end, or for work that is done twice.",
    "memory": "Look for arrays that grow at every step, or that are larger than their formula.",
    "died": "Look for calls that end the process, such as exit(), and for endless recursion.",
    "unusable": "Keep the names and the files of the handout, and see that each file can be run.",
    "forbidden": "Write the formula itself; comparing with the library elsewhere is welcome.",
}
# Library code that a student's code set up can raise later, on no line of theirs.
_RAISED_ELSEWHERE = "Run it with small arguments of your own: Python shows how it came to that."
_SHORT = 60
_UNWRITTEN = "Not written yet"
_GRADER_FAILED = "This is not your fault and costs no points: a person looks at it and asks again."


@dataclass(frozen=True)
class Tried:
    """One check that was made; a public one is in the student's own handout."""

    title: str
    public: bool


@dataclass(frozen=True)
class Finding:
    """What one or several checks found, where their answers share one cause."""

    tried: tuple[Tried, ...]
    label: str
    worth: str
    message: str
    asked: str
    comparison: Comparison | None
    seen: str
    hint: str
    mistake: Diagnosis | None
    known_above: bool
    decided: bool
    example: Example | None
    searched: str
    lost: float
    unwritten: bool
    missing: bool


@dataclass(frozen=True)
class Example:
    """A counterexample that may be seen."""

    asked: str
    message: str
    comparison: Comparison | None
    seen: str

    @property
    def short(self) -> str:
        """What came back and what is right in one line, where that is short; else empty."""
        entries = self.comparison.entries if self.comparison else ()
        first = next((one for one in entries if one.differs), None)
        if first is None or len(first.got) + len(first.expected) > _SHORT:
            return ""
        return f"got {first.got}, right is {first.expected}"


def findings_of(checks: Iterable[CheckResult]) -> tuple[Finding, ...]:
    """What those of an exercise's checks found that did not pass, in their order."""
    causes: dict[tuple[object, ...], list[CheckResult]] = {}
    for check in checks:
        if check.outcome != "passed":
            causes.setdefault(_cause(check), []).append(check)
    seen: set[str] = set()
    return tuple(_finding(alike, seen) for alike in causes.values())


def arrange_check(check: CheckResult) -> Finding:
    """Lay out one check that did not pass, for places that show each by itself."""
    return _finding([check], set())


def _cause(check: CheckResult) -> tuple[object, ...]:
    """What checks must share to be told as one; different hints keep different answers apart."""
    hint = check.hint if check.outcome == "failed" else ""
    return check.outcome, check.unwritten, check.message, hint, check.diagnosis, check.comparison


def _finding(alike: list[CheckResult], seen: set[str]) -> Finding:
    """One finding; `seen` gathers the names of mistakes that are explained by now."""
    first = alike[0]
    decided = first.outcome != "infrastructure"
    asked = next((check.asked for check in alike if check.public and check.asked), "")
    compared = first.comparison if first.public and decided else None
    mistake = first.diagnosis if first.diagnosis and first.diagnosis.kind == "mistake" else None
    known_above = mistake is not None and mistake.name in seen
    if mistake is not None:
        seen.add(mistake.name)
    return Finding(
        tried=tuple(tried_of(check) for check in alike),
        label=_UNWRITTEN if first.unwritten else _LABELS[first.outcome],
        worth=points(total(check.points for check in alike)),
        message=first.message if decided else _GRADER_FAILED,
        asked=asked if decided else "",
        comparison=compared,
        seen=_seen(compared),
        hint=_hint(first, mistake) if decided and not first.unwritten else "",
        mistake=mistake,
        known_above=known_above,
        decided=decided,
        example=_example(alike) if decided else None,
        searched=_searched(alike) if decided else "",
        lost=total(difference(check.points, check.score or 0.0) for check in alike),
        unwritten=first.unwritten,
        missing=first.outcome == "unusable",
    )


def _example(alike: list[CheckResult]) -> Example | None:
    """The first counterexample of those that share a cause."""
    for check in alike:
        made = check.counterexample
        if made is not None and not check.public:
            return Example(made.asked, made.message, made.comparison, _seen(made.comparison))
    return None


def _seen(compared: Comparison | None) -> str:
    return "; ".join(observations(compared)) if compared else ""


def _searched(alike: list[CheckResult]) -> str:
    """That no counterexample was found where one was looked for."""
    tried = sum(check.showable_tried for check in alike)
    if not tried or _example(alike):
        return ""
    return (
        f"It was asked again with {counted(tried, 'small example')} that may be shown, and did not "
        "fail in this way there."
    )


def _hint(check: CheckResult, mistake: Diagnosis | None) -> str:
    """The check's own hint, or a named mistake's; for a crash what helps with that."""
    if check.outcome == "raised" and mistake is None:
        return _HINTS["raised"] if check.file else _RAISED_ELSEWHERE
    return check.hint or _HINTS.get(check.outcome, "")


def tried_of(check: CheckResult) -> Tried:
    """The check as a student knows it."""
    return Tried(check.title, check.public)
