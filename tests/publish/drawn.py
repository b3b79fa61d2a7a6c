"""Assignments, answers and decisions of people drawn at random, graded as the pipeline does it.

Nothing runs: how each check ended is drawn, and everything from there on is the real thing.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import strategies as st

from autograder.assignment.load import Assignment, Reference
from autograder.assignment.manifest import About, Convention, Exercise, File, Late, Manifest
from autograder.grading.grade import exercise_result, most_points, shares
from autograder.grading.marks import CountsAs, Mark
from autograder.grading.result_records import Result
from autograder.grading.settling import settle
from autograder.grading.verdict_worth import check_result
from autograder.intake.people import Student
from autograder.kit import Check, Submission, Verdict

DUE = datetime.datetime(2026, 2, 16, 23, 59, tzinfo=datetime.timezone.utc)
CONVENTIONS = (
    Convention(name="other", title="Other", explanation="Also right.", share=1.0),
    Convention(name="half", title="Half", explanation="Right in part.", share=0.5),
    Convention(name="third", title="Third", explanation="Right in part.", share=1 / 3),
)
OUTCOMES = ("passed", "failed", "raised", "timeout", "memory", "died", "unusable", "forbidden")


@dataclass(frozen=True)
class Drawn:
    """One submission: what happened, and what people decided about it."""

    assignment: Assignment
    raw: Result
    marks: tuple[Mark, ...]
    dropped: frozenset[str]

    @property
    def manifest(self) -> Manifest:
        return self.assignment.manifest

    @property
    def settled(self) -> Result:
        return settle(self.raw, self.manifest, self.marks, self.dropped)

    def last(self, exercise: str, counts_as: CountsAs) -> Mark | None:
        kind = [m for m in self.marks if (m.exercise, m.counts_as) == (exercise, counts_as)]
        return kind[-1] if kind else None


def _points(most: int = 20) -> st.SearchStrategy[float]:
    return st.one_of(st.integers(1, most).map(float), st.integers(1, most * 4).map(lambda n: n / 4))


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    exercises = []
    for number in range(draw(st.integers(1, 5))):
        points = draw(_points())
        exercises.append(
            Exercise(
                name=f"e{number}",
                file="work.py",
                goal="Do it.",
                tier="core" if number == 0 else draw(st.sampled_from(["core", "core", "bonus"])),
                points=points,
                manual_points=draw(st.sampled_from([0.0, 0.0, points / 2, points])),
                enabled=number == 0 or draw(st.integers(0, 5)) > 0,
            )
        )
    return Manifest(
        assignment=About(
            name="drawn",
            title="Drawn",
            version="1",
            contact="nobody@example.org",
            due=DUE,
            total_points=draw(st.sampled_from([100.0, 100.0, 10.0, 1.0, 37.5, 33.33])),
            bonus_raises_total=draw(st.booleans()),
        ),
        files=(File(name="work.py", title="Work"),),
        exercises=tuple(exercises),
        conventions=CONVENTIONS,
        late=draw(
            st.one_of(
                st.none(),
                st.builds(
                    Late,
                    grace_minutes=st.sampled_from([0, 30]),
                    percent_per_day=st.sampled_from([0.0, 3.3, 10.0, 33.3, 100.0]),
                    cap_percent=st.sampled_from([0.0, 50.0, 100.0]),
                ),
            )
        ),
    )


@st.composite
def assignments(draw: st.DrawFn) -> Assignment:
    manifest = draw(manifests())
    checks = tuple(
        Check(
            exercise=made.name,
            title=f"question {number} of {made.name}",
            public=number == 0,
            weight=draw(st.sampled_from([1.0, 1.0, 2.0, 0.5, 1 / 3, 1e-6])),
            hint="",
            function=_named(f"test_{made.name}_{number}"),
        )
        for made in manifest.enabled_exercises
        if made.manual_points < made.points
        for number in range(draw(st.integers(1, 4)))
    )
    nothing: frozenset[str] = frozenset()
    reference = Reference(Path(), {})
    return Assignment(Path(), manifest, checks, "", nothing, nothing, reference, {}, "digest")


def _named(name: str) -> Any:
    def function(sub: Any) -> None:
        """Ask nothing."""

    function.__name__ = name
    return function


@st.composite
def verdicts(draw: st.DrawFn, faulty: bool) -> Verdict:
    outcome = draw(st.sampled_from(["passed"] * 6 + list(OUTCOMES)))
    if faulty and draw(st.integers(0, 7)) == 0:
        outcome = "infrastructure"
    names = [made.name for made in CONVENTIONS]
    follows = draw(st.lists(st.sampled_from([*names, "unknown"]), max_size=2, unique=True))
    sub = Submission(lambda *question: None)
    sub.conventions.extend(follows if outcome == "passed" else [])
    return Verdict(outcome, "it came back as 4", "the value is off", sub)


@st.composite
def students(draw: st.DrawFn) -> Student | None:
    kind = draw(st.sampled_from(["none", "time", "time", "word", "days"]))
    if kind == "none":
        return None
    minutes = draw(st.integers(-3000, 9000))
    zone = datetime.timezone(datetime.timedelta(minutes=draw(st.sampled_from([0, -300, 330]))))
    submitted = (DUE + datetime.timedelta(minutes=minutes)).astimezone(zone)
    return Student(
        name="Ada",
        submitted=submitted if kind == "time" else None,
        late=draw(st.sampled_from([None, True, False])),
        days_late=draw(st.integers(0, 12)) if kind == "days" else None,
    )


@st.composite
def drawn(draw: st.DrawFn, faulty: bool = True, decided: bool = True) -> Drawn:
    """A submission.

    Args:
        draw: of Hypothesis.
        faulty: whether the grader itself may fail.
        decided: whether people may give marks and drop checks.
    """
    assignment = draw(assignments())
    manifest = assignment.manifest
    graded = manifest.enabled_exercises
    chosen = [made for made in graded if draw(st.integers(0, 9))] or graded[:1]
    exercises = []
    for made in chosen:
        worth = shares(assignment, made)
        results = [
            check_result(assignment, check, worth[check.name], draw(verdicts(faulty)))
            for check in assignment.checks_of(made)
        ]
        exercises.append(exercise_result(assignment, made, results, draw(st.booleans())))
    unreadable = draw(st.integers(0, 9)) == 0
    raw = Result(
        submission="Ada",
        status="unreadable" if unreadable else "graded",
        score=None,
        max_score=most_points(assignment, chosen),
        seconds=1.0,
        seed=4711,
        assignment="digest",
        version="1",
        isolation=(),
        log="",
        reason="the zip is damaged" if unreadable else "",
        exercises=() if unreadable else tuple(exercises),
        student=draw(students()),
    )
    raw = settle(raw, manifest)  # as the store keeps it
    marks: list[Mark] = []
    dropped: list[str] = []
    if decided:
        marks = draw(st.lists(_marks([made.name for made in raw.exercises]), max_size=6))
        names = [check.name for made in raw.exercises for check in made.checks]
        dropped = draw(st.lists(st.sampled_from(names), max_size=3)) if names else []
    return Drawn(assignment, raw, tuple(marks), frozenset(dropped))


def _marks(exercises: list[str]) -> st.SearchStrategy[Mark]:
    given = st.builds(
        Mark,
        submission=st.just("Ada"),
        exercise=st.sampled_from(["", *exercises]),
        counts_as=st.sampled_from(["open", "added", "instead"]),
        points=st.one_of(st.integers(0, 12).map(float), st.just(1.0), st.just(2.345678)),
        author=st.just("T"),
        reason=st.just(""),
        date=st.just(datetime.date(2026, 3, 1)),
    )
    signed = st.tuples(given, st.booleans()).map(
        lambda one: (
            msgspec.structs.replace(one[0], points=-one[0].points)
            if one[1] and one[0].counts_as == "added"
            else one[0]
        )
    )
    return signed.filter(lambda mark: bool(mark.exercise) or mark.counts_as == "instead")
