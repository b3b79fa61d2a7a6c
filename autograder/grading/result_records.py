"""The records of a grade, as they stand in ``results.jsonl``."""

from __future__ import annotations

from typing import Literal

import msgspec

from autograder.grading.marks import Mark
from autograder.intake.people import Student
from autograder.kit.comparison import Comparison

__all__ = [
    "CheckResult",
    "Counterexample",
    "Diagnosis",
    "ExerciseResult",
    "Late",
    "Mark",
    "Outcome",
    "Result",
    "Retry",
    "Status",
    "Student",
    "from_json",
    "json_schema",
    "timeless",
    "to_json",
]

SCHEMA_VERSION = 1

Retry = Literal["", "if shared", "always"]
# missing: on the roster, and nothing was handed in.
Status = Literal["graded", "needs_person", "unreadable", "missing"]
Outcome = Literal[
    "passed",
    "failed",
    "raised",
    "timeout",
    "memory",
    "died",
    "unusable",
    "forbidden",
    "infrastructure",
]


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the records of a result share."""


class Diagnosis(Record, frozen=True, kw_only=True):
    """What explains an answer: a named mistake, or another accepted convention."""

    kind: Literal["mistake", "convention"]
    name: str
    explanation: str


class Counterexample(Record, frozen=True, kw_only=True):
    """A check asked again with inputs that anybody may see, where the answer is wrong, too.

    `asked` is all that was asked, as lines of Python, `message` what is wrong with what came back,
    and `comparison` that beside what is right, where both are values.
    """

    asked: str
    message: str
    comparison: Comparison | None = None


class CheckResult(Record, frozen=True, kw_only=True):
    """How one check ended.

    `message` and `hint` are what the student may read; `staff` is what a person needs to judge an
    appeal: what came back, the text of exceptions. `asked` are the calls that were made, as lines
    of Python; a student sees those of public checks. `unwritten`: it came upon a part that is
    still to be written. `file` and `line` are where the student's code raised. `retry`: it counts
    only when it comes again with nothing beside it. `score` is null where only infrastructure kept
    the check from an answer. `weight` is that of the check among those of its exercise, `share`
    the part of its points that the answer earns: from these `points` and `score` follow, and do
    again when another check is dropped. `carried` names the siblings that were taken as right where
    the check failed because of them and passed when asked again. `comparison` holds what came back
    beside what is right, of public checks alone. `counterexample` is a hidden check's instead;
    `showable_tried` counts the showable questions of which it is the first that failed alike.
    """

    name: str
    title: str
    public: bool
    points: float
    score: float | None
    outcome: Outcome
    message: str = ""
    hint: str = ""
    diagnosis: Diagnosis | None = None
    staff: str = ""
    asked: str = ""
    unwritten: bool = False
    file: str = ""
    line: int = 0
    retry: Retry = ""
    weight: float | None = None
    share: float | None = None
    carried: tuple[str, ...] = ()
    comparison: Comparison | None = None
    counterexample: Counterexample | None = None
    showable_tried: int = 0


class ExerciseResult(Record, frozen=True, kw_only=True):
    """One exercise; `score` is null while a person has to look at it.

    `open_points` are those that only a person gives; `where` is the file, or the notebook and cell,
    whose answer counts, and `notes` say what else was found where.
    """

    name: str
    tier: Literal["core", "bonus"]
    score: float | None
    max_score: float
    checks: tuple[CheckResult, ...]
    open_points: float = 0.0
    where: str = ""
    notes: tuple[str, ...] = ()


class Late(Record, frozen=True, kw_only=True):
    """Handed in late: how many days have begun after the grace, and what of the score that costs.

    `days` is null where the platform says late and not how late; then nothing is taken off.
    """

    days: int | None
    percent: float


class Result(Record, frozen=True, kw_only=True):
    """One submission's grade.

    `score` counts what is decided; while `open_points` is above 0 it can still rise by that much.
    It is null when nothing fair can be said (`unreadable`, or infrastructure kept failing).
    `uncapped_score` is the sum of the exercises, bonus and all, where `score` ends at `max_score`.
    `final_score` is `score` less what handing in late costs, and the one that counts. `marks` are
    in all of them already.
    `seconds` it took by the clock, and `memory_mib` is the most it had beyond what every submission
    starts with, as far as a look now and then shows; no two runs agree in either.
    `log` is what was printed before the first hidden check; `staff_log` is all of it.
    """

    schema_version: int = SCHEMA_VERSION
    submission: str
    status: Status
    score: float | None
    max_score: float
    open_points: float = 0.0
    seconds: float
    memory_mib: float = 0.0
    seed: int
    assignment: str
    version: str
    isolation: tuple[str, ...]
    log: str
    staff_log: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()
    exercises: tuple[ExerciseResult, ...] = ()
    student: Student | None = None
    marks: tuple[Mark, ...] = ()
    late: Late | None = None
    uncapped_score: float | None = None
    final_score: float | None = None

    @property
    def counts(self) -> float | None:
        """The score that counts; None while it is not decided."""
        return self.score if self.final_score is None else self.final_score


def timeless(result: Result) -> Result:
    """The result without what no two runs agree in."""
    return msgspec.structs.replace(result, seconds=0.0, memory_mib=0.0)


def to_json(result: Result) -> bytes:
    """One line of ``results.jsonl``, without the line's end."""
    return msgspec.json.encode(result)


def from_json(line: bytes) -> Result:
    """Read such a line.

    Raises:
        msgspec.ValidationError: it does not fit the schema.
    """
    return msgspec.json.decode(line, type=Result)


def json_schema() -> dict[str, object]:
    """The JSON Schema of one line."""
    schema = msgspec.json.schema(Result)
    schema["$id"] = f"results-v{SCHEMA_VERSION}.schema.json"
    schema["title"] = "One line of results.jsonl: one submission's grade"
    return schema
