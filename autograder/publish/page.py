"""Arrange a result the way a student reads it: what to work on first, what is safe, what is open.

Nothing that is for staff gets past this module: no `staff` text, no reason or message of a failing
grader, and no print that a hidden check could have caused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.assignment.manifest import Exercise, Manifest
from autograder.assignment.points import difference, total
from autograder.assignment.wording import amount, counted, more_points, points
from autograder.grading.result_records import (
    CheckResult,
    Diagnosis,
    ExerciseResult,
    Result,
)
from autograder.grading.safe_text import shown_name
from autograder.publish.findings import Finding, Tried, findings_of, tried_of
from autograder.publish.next_steps import Cause, causes_of
from autograder.publish.safe_names import grading_id


@dataclass(frozen=True)
class Noted:
    """An accepted convention, and what following it costs."""

    name: str
    explanation: str
    cost: str


@dataclass(frozen=True)
class Section:
    """One exercise."""

    name: str
    file: str
    goal: str
    bonus: bool
    score: str
    maximum: str
    state: str
    complete: bool
    open_points: str
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]
    conventions: tuple[Noted, ...]
    passed: tuple[Tried, ...]
    left_out: bool
    not_handed_in: bool


@dataclass(frozen=True)
class Page:
    """Everything one student reads."""

    name: str
    grading_id: str
    assignment: str
    score: str
    maximum: str
    can_rise: str
    rises_to: str
    come_to: str
    capped: bool
    late: str
    unreadable: str
    missing: bool
    undecided: bool
    looked_at: str
    complete: int
    sections: tuple[Section, ...]
    causes: tuple[Cause, ...]
    kept: tuple[str, ...]
    notes: tuple[str, ...]
    printed: str
    printed_kept: bool

    @property
    def steps(self) -> tuple[Cause, ...]:
        """What to do next, the dearest first."""
        return tuple(cause for cause in self.causes if cause.is_step)

    @property
    def explained(self) -> frozenset[str]:
        """Names of the mistakes that a step explains."""
        told = (one.told.mistake for one in self.steps if one.told)
        return frozenset(mistake.name for mistake in told if mistake)

    @property
    def to_do(self) -> tuple[Section, ...]:
        """Exercises with a check that did not pass, but for a bonus that was left out."""
        return tuple(made for made in self.sections if made.findings and not made.left_out)

    @property
    def left_out(self) -> tuple[Section, ...]:
        """Bonus exercises of which nothing is written."""
        return tuple(made for made in self.sections if made.left_out)

    @property
    def done(self) -> tuple[Section, ...]:
        """Exercises in which every check passed, or that a person marks."""
        return tuple(made for made in self.sections if not made.findings and not made.not_handed_in)

    @property
    def not_handed_in(self) -> tuple[Section, ...]:
        """Exercises that are answered in a file, which is not there."""
        return tuple(made for made in self.sections if made.not_handed_in)

    def step_of(self, finding: Finding) -> int:
        """The number of the step that tells a finding's story, 0 if none does."""
        told = (number for number, one in enumerate(self.steps, 1) if one.told is finding)
        return next(told, 0)


def arrange(result: Result, manifest: Manifest) -> Page:
    """Lay one result out for its student."""
    graded = manifest.enabled_exercises
    known = {exercise.name: exercise for exercise in graded}
    sections = tuple(_section(done, known.get(done.name)) for done in result.exercises)
    counts = result.counts
    rises_to = _rises_to(result, manifest)
    rise = 0.0 if counts is None or rises_to is None else difference(rises_to, counts)
    partly = 0 < len(result.exercises) < len(graded)
    return Page(
        name=shown_name(result.submission),
        grading_id=grading_id(result),
        assignment=result.assignment[:12],
        score="" if counts is None else amount(counts),
        maximum=amount(result.max_score),
        can_rise=more_points(rise) if rise else "",
        rises_to=amount(rises_to) if rise and rises_to is not None else "",
        come_to=_come_to(result),
        capped=not manifest.assignment.bonus_raises_total and any(s.bonus for s in sections),
        late=_late(result),
        unreadable=result.reason if result.status == "unreadable" else "",
        missing=result.status == "missing",
        undecided=counts is None and result.status not in ("unreadable", "missing"),
        looked_at=f"{len(result.exercises)} of {len(graded)} exercises" if partly else "",
        complete=sum(section.complete for section in sections),
        sections=sections,
        causes=causes_of(
            (made.name, made.bonus, finding) for made in sections for finding in made.findings
        ),
        kept=tuple(_kept(result.exercises)),
        notes=result.notes,
        printed=result.log.strip("\n"),
        printed_kept=len(result.staff_log) > len(result.log),
    )


def _rises_to(result: Result, manifest: Manifest) -> float | None:
    """What the score is when a person gives all points that are open; None if there is none."""
    if result.score is None:
        return None
    most = min(total([result.score, result.open_points]), result.max_score)
    return manifest.scale.less(most, result.late.percent if result.late else 0.0)


def _come_to(result: Result) -> str:
    """What the exercises come to where that is more than counts."""
    uncapped = result.uncapped_score
    if uncapped is None or uncapped <= result.max_score:
        return ""
    return f"Your exercises come to {points(uncapped)}; up to {amount(result.max_score)} count."


def _late(result: Result) -> str:
    """What handing in late comes to, empty if it costs nothing."""
    late, counts = result.late, result.counts
    if late is None or counts is None or result.score is None:
        return ""
    if late.days is None:
        return "It was handed in late; a person decides what that means."
    if not late.percent:
        return ""
    told = points(counts)
    return (
        f"It was handed in late, {counted(late.days, 'day')} begun after the deadline: "
        f"{amount(late.percent)} % of the score ({points(result.score)}) is taken off, that is "
        f"{points(difference(result.score, counts))}, so {told} "
        f"{'counts' if told == '1 point' else 'count'}."
    )


def _kept(exercises: Iterable[ExerciseResult]) -> Iterator[str]:
    """Points that stay although the exercise leans on one that is not right yet."""
    for made in exercises:
        carried = [check for check in made.checks if check.carried]
        if carried:
            leans_on = " and ".join(dict.fromkeys(name for one in carried for name in one.carried))
            kept = points(total(check.score or 0.0 for check in carried))
            yield (
                f"{made.name} keeps {kept} although it calls {leans_on}, which is not right yet: "
                "what is wrong there costs nothing here."
            )


def _section(done: ExerciseResult, exercise: Exercise | None) -> Section:
    gained = done.score is not None and total([done.score, done.open_points]) >= done.max_score
    findings = findings_of(done.checks)
    return Section(
        name=done.name,
        file=done.where or (exercise.file if exercise else ""),
        goal=exercise.goal if exercise else "",
        bonus=done.tier == "bonus",
        score="" if done.score is None else amount(done.score),
        maximum=amount(done.max_score),
        state=_state(done, gained),
        complete=gained and not done.open_points,
        open_points=more_points(done.open_points) if done.open_points else "",
        notes=done.notes,
        findings=findings,
        conventions=_conventions(done.checks),
        passed=tuple(tried_of(check) for check in done.checks if check.outcome == "passed"),
        left_out=done.tier == "bonus"
        and not done.score
        and bool(findings)
        and all(finding.unwritten for finding in findings),
        not_handed_in=not (done.checks or done.score or done.open_points or done.score is None),
    )


def _state(done: ExerciseResult, gained: bool) -> str:
    if done.score is None:
        return "Open"
    if gained:
        return "Open" if done.open_points else "Complete"
    return "Partly" if done.score else "Not yet"


def _conventions(checks: tuple[CheckResult, ...]) -> tuple[Noted, ...]:
    noted: dict[Diagnosis, float] = {}
    for check in checks:
        if check.diagnosis and check.diagnosis.kind == "convention":
            passed = check.outcome == "passed"
            lost = difference(check.points, check.score or 0.0) if passed else 0.0
            noted[check.diagnosis] = total([noted.get(check.diagnosis, 0.0), lost])
    return tuple(
        Noted(made.name, made.explanation, points(lost) if lost else "")
        for made, lost in noted.items()
    )
