"""What a class as a whole tells: which checks are hard, which set apart, and who shares an answer.

Results come one at a time and are not kept: sums are, and for each student a line of plain facts.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from autograder.assignment.points import total
from autograder.grading.result_records import CheckResult, ExerciseResult, Result
from autograder.publish.losses import most_lost
from autograder.publish.safe_names import grading_id


@dataclass
class Correlation:
    """Pearson's correlation of two numbers a student, from running sums."""

    count: int = 0
    _x: float = 0.0
    _y: float = 0.0
    _xx: float = 0.0
    _yy: float = 0.0
    _xy: float = 0.0

    def add(self, x: float, y: float) -> None:
        """Take one student in."""
        self.count += 1
        self._x += x
        self._y += y
        self._xx += x * x
        self._yy += y * y
        self._xy += x * y

    @property
    def value(self) -> float | None:
        """The correlation, None where one of the two never varies."""
        across = self.count * self._xy - self._x * self._y
        spread = (self.count * self._xx - self._x**2) * (self.count * self._yy - self._y**2)
        if spread <= 1e-9 * max(1.0, self._xx * self._yy):
            return None
        return max(-1.0, min(1.0, across / math.sqrt(spread)))


@dataclass
class Item:
    """A check or an exercise over the class.

    Attributes:
        exercise: its exercise.
        name: of the check; empty for an exercise.
        title: what it asks.
        public: whether students see it.
        asked: how many have a decided score for it.
        gained: sum of the shares of its points they have.
        full: how many have all of its points.
        nothing: how many have none.
        outcomes: how often it ended how.
        separates: correlation of its share with the rest of the student's score.
    """

    exercise: str
    name: str = ""
    title: str = ""
    public: bool = False
    asked: int = 0
    gained: float = 0.0
    full: int = 0
    nothing: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    separates: Correlation = field(default_factory=Correlation)

    def add(self, score: float | None, most: float, total: float) -> None:
        """Take one student's score in; `total` is the sum of all their exercises."""
        if score is None or most <= 0:
            return
        share = min(max(score / most, 0.0), 1.0)
        self.asked += 1
        self.gained += share
        self.full += share > 1 - 1e-9
        self.nothing += share < 1e-9
        self.separates.add(share, total - score)

    @property
    def mean(self) -> float | None:
        """Mean share of its points, 0 to 1."""
        return self.gained / self.asked if self.asked else None


@dataclass(frozen=True)
class Line:
    """What is kept of one student.

    `page` is the file that the student reads, `known` ids and addresses, `lost` where most points
    were lost, `named` the mistakes that explain some of it.
    """

    submission: str
    grading_id: str
    status: str
    reason: str
    score: float | None
    open_points: float
    late_days: int | None
    late: bool
    marks: int
    seconds: float
    memory: float
    group: str
    undecided: tuple[str, ...]
    page: str = ""
    known: tuple[str, ...] = ()
    lost: str = ""
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shared:
    """The same wrong answers from several students who did not hand in together.

    Attributes:
        exercise: where.
        checks: names of the checks.
        explained: a named mistake that explains it, empty if none does.
        students: indices of lines.
    """

    exercise: str
    checks: tuple[str, ...]
    explained: str
    students: tuple[int, ...]


@dataclass
class Carried:
    """What students kept in an exercise although another that it calls is wrong."""

    students: int = 0
    points: float = 0.0


@dataclass
class Analysis:
    """Gathers what the class report shows."""

    lines: list[Line] = field(default_factory=list)
    exercises: dict[str, Item] = field(default_factory=dict)
    checks: dict[str, Item] = field(default_factory=dict)
    mistakes: Counter[tuple[str, str]] = field(default_factory=Counter)
    conventions: Counter[tuple[str, str]] = field(default_factory=Counter)
    carried: dict[tuple[str, str], Carried] = field(default_factory=dict)
    seed: int = 0
    version: str = ""
    digests: Counter[str] = field(default_factory=Counter)
    isolation: Counter[str] = field(default_factory=Counter)
    _answers: defaultdict[tuple[str, str], list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _about: dict[tuple[str, str], tuple[tuple[str, ...], str]] = field(default_factory=dict)

    def add(self, result: Result, page: str = "") -> None:
        """Take one result in, and the name of the file that its student reads."""
        number = len(self.lines)
        self.lines.append(_line(result, page))
        self.seed, self.version = result.seed, result.version
        self.digests[result.assignment] += 1
        self.isolation[", ".join(result.isolation) or "none"] += 1
        scored = sum(made.score or 0.0 for made in result.exercises)
        for made in result.exercises:
            item = self.exercises.setdefault(made.name, Item(made.name))
            item.add(made.score, made.max_score - made.open_points, scored)
            for check in made.checks:
                self._add_check(made.name, check, scored)
            self._add_named(made)
            self._add_carried(made)
            self._add_answer(made, number)

    def shared(self) -> list[Shared]:
        """Groups of students with the same wrong answers, the smallest groups first.

        Answers that a large part of the class gives say nothing of anybody, so they are left out.
        """
        most = max(3, len(self.lines) // 20)
        found = []
        for answer, students in self._answers.items():
            apart = {self.lines[n].group or f"alone {n}" for n in students}
            if len(apart) >= 2 and len(students) <= most:
                checks, explained = self._about[answer]
                found.append(Shared(answer[0], checks, explained, tuple(students)))
        return sorted(found, key=lambda one: (bool(one.explained), len(one.students), one.exercise))

    def _add_check(self, exercise: str, check: CheckResult, scored: float) -> None:
        item = self.checks.get(check.name)
        if item is None:
            item = Item(exercise, check.name, check.title, check.public)
            self.checks[check.name] = item
        item.outcomes[check.outcome] += 1
        item.add(check.score, check.points, scored)

    def _add_named(self, made: ExerciseResult) -> None:
        """Each student counts once for each name, however many checks show it."""
        named = {(c.diagnosis.kind, c.diagnosis.name) for c in made.checks if c.diagnosis}
        for kind, name in named:
            (self.mistakes if kind == "mistake" else self.conventions)[made.name, name] += 1

    def _add_carried(self, made: ExerciseResult) -> None:
        """Points that came back, by the exercise and the one that is to blame."""
        back = [check for check in made.checks if check.carried]
        for helper in dict.fromkeys(name for check in back for name in check.carried):
            self.carried.setdefault((made.name, helper), Carried()).students += 1
        for check in back:
            # One that leans on two counts with the first: points are told once.
            told = self.carried[made.name, check.carried[0]]
            told.points = total([told.points, check.score or 0.0])

    def _add_answer(self, made: ExerciseResult, number: int) -> None:
        """Remember which wrong values came back; only values can be shared by copying."""
        wrong = [check for check in made.checks if check.outcome == "failed" and check.staff]
        if not wrong:
            return
        told = "\0".join(f"{check.name}\0{check.staff}\0{check.asked}" for check in wrong)
        answer = (made.name, hashlib.sha256(told.encode("utf-8", "replace")).hexdigest())
        self._answers[answer].append(number)
        named = [check.diagnosis.name for check in wrong if check.diagnosis]
        names = tuple(check.name for check in wrong)
        self._about.setdefault(answer, (names, named[0] if named else ""))


def _together(result: Result) -> str:
    """The same for people who handed in one work, empty for who is alone.

    A platform's group may also be a class whose members work alone, so the answers have to agree.
    """
    group = result.student.group if result.student else ""
    if not group:
        return ""
    checks = [check for made in result.exercises for check in made.checks]
    told = "\0".join(
        f"{check.name}\0{check.outcome}\0{check.staff}\0{check.asked}" for check in checks
    )
    return f"{group} {hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()}"


def _line(result: Result, page: str) -> Line:
    who = result.student
    return Line(
        submission=result.submission,
        grading_id=grading_id(result),
        status=result.status,
        reason=result.reason,
        score=result.counts,
        open_points=result.open_points,
        late_days=result.late.days if result.late else None,
        late=result.late is not None,
        marks=len(result.marks),
        seconds=result.seconds,
        memory=result.memory_mib,
        group=_together(result),
        undecided=tuple(made.name for made in result.exercises if made.score is None),
        page=page,
        known=tuple(part for part in (who.sid, who.email) if part) if who else (),
        lost=most_lost(result.exercises),
        named=tuple(
            dict.fromkeys(
                f"{made.name}: {name}" for made in result.exercises for name in _mistakes(made)
            )
        ),
    )


def _mistakes(made: ExerciseResult) -> list[str]:
    found = [check.diagnosis for check in made.checks]
    return [one.name for one in found if one is not None and one.kind == "mistake"]
