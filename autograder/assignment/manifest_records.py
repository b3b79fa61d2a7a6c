"""Hold what an assignment consists of: the typed, frozen records of one `assignment.toml`."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

import msgspec

from autograder.assignment.points import Scale, exact, scale_for, total

Text = Annotated[str, msgspec.Meta(min_length=1)]
Identifier = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Dotted = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$")]
Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_-]*$")]
FileName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*$")]
FilePath = Annotated[
    str, msgspec.Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$")
]
Points = Annotated[float, msgspec.Meta(ge=0, le=1e6)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86400)]
Count = Annotated[int, msgspec.Meta(gt=0)]
Minutes = Annotated[int, msgspec.Meta(ge=0)]
Moment = Annotated[datetime.datetime, msgspec.Meta(tz=True)]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every table of the manifest shares: nothing changes, nothing unknown gets in."""


class About(Record, frozen=True, kw_only=True):
    """The table `[assignment]`: who gives out what, and when.

    `missing` is what somebody on the roster gets who handed in nothing: `"blank"`, no score, or
    `"zero"`. `mistake_cap_percent` is how much of an exercise's points one named mistake may cost,
    however many checks it touches. `experiments` names context managers: what stands under
    `with NAME():` at the top of a cell or module tries something out, and is not run to grade.
    """

    name: Slug
    title: Text
    course: Text | Literal[""] = ""
    version: Text
    released: datetime.date | None = None
    due: Moment | None = None
    contact: Text
    support: tuple[Text, ...] = ()
    total_points: Annotated[float, msgspec.Meta(gt=0, le=1e6)] = 100.0
    bonus_raises_total: bool = False
    missing: Literal["blank", "zero"] = "blank"
    experiments: tuple[Identifier, ...] = ()
    mistake_cap_percent: Annotated[float, msgspec.Meta(gt=0, le=100)] = 100.0


class Limits(Record, frozen=True, kw_only=True):
    """The table `[limits]`: what one submission may use; beyond it a check ends, never the run.

    `check_seconds` are of CPU for what one check asks of the submission, `judge_seconds` for the
    check's own code, on the grader's side.
    """

    check_seconds: Seconds = 20.0
    judge_seconds: Seconds = 30.0
    load_seconds: Seconds = 60.0
    submission_seconds: Seconds = 600.0
    memory_mib: Annotated[int, msgspec.Meta(ge=64)] = 2048
    processes: Count = 64
    file_mib: Count = 16
    output_kib: Count = 64


class Packages(Record, frozen=True, kw_only=True):
    """The table `[packages]`: what a student installs.

    `graded_with`: the version of Python that grading runs, such as ``"3.11"``, to be told to them.
    """

    python: Text = ">=3.8"
    graded_with: Text | Literal[""] = ""
    requirements: tuple[Text, ...] = ()
    notebook_requirements: tuple[Text, ...] = ()


class File(Record, frozen=True, kw_only=True):
    """One `[[file]]`, in the order students meet them.

    `extra`: handed out as it is, byte for byte, also in a folder such as ``data/rain.csv``; what is
    no code is there for what is graded, too. `data`: written by the student, not handed out.
    `folded`: a module that is handed out so that it works, and nobody reads it by accident.
    """

    name: FilePath
    title: Text
    extra: bool = False
    data: bool = False
    folded: bool = False

    @property
    def is_module(self) -> bool:
        """Whether a skeleton is rendered from this file."""
        return not (self.extra or self.data)


class Exercise(Record, frozen=True, kw_only=True):
    """One `[[exercise]]`: what a student writes, what it is worth and what it may not lean on.

    `public = false` says that no check of it is handed out, so that nobody forgets one.
    `manual_points` are those of `points` that only a person gives. A name in `forbidden` stands for
    itself and for everything below it: `keras.optimizers` forbids `keras.optimizers.Adam`.
    """

    name: Identifier
    kind: Literal["code", "data"] = "code"
    file: FilePath
    provides: Identifier | Literal[""] = ""
    tier: Literal["core", "bonus", "given"] = "core"
    points: Points = 0.0
    minutes: Minutes = 0
    goal: Text
    forbidden: tuple[Dotted, ...] = ()
    uses: Literal["numpy", "tensorflow"] = "numpy"
    enabled: bool = True
    public: bool = True
    manual_points: Points = 0.0

    def __post_init__(self) -> None:
        if not self.provides:
            msgspec.structs.force_setattr(self, "provides", self.name)

    @property
    def graded(self) -> bool:
        """Whether anything is asked of it: switched on, and not given away."""
        return self.enabled and self.tier != "given"


class Convention(Record, frozen=True, kw_only=True):
    """One `[[convention]]`: another right answer, what differs, and the share of points it gets."""

    name: Slug
    title: Text
    explanation: Text
    share: Share = 1.0


class Late(Record, frozen=True, kw_only=True):
    """The table `[late]`: what handing in after `due` costs."""

    grace_minutes: Minutes = 0
    percent_per_day: Percent = 0.0
    cap_percent: Percent = 100.0


class Resubmission(Record, frozen=True, kw_only=True):
    """The table `[resubmission]`: what platforms show where people may hand in again and again.

    With the first `hidden_details_per_day` submissions of 24 hours, hidden checks tell what kind
    of thing came back; after that only whether they passed, so that nobody tries answers out.
    """

    hidden_details_per_day: Annotated[int, msgspec.Meta(ge=0)] = 5


class Manifest(Record, frozen=True, kw_only=True):
    """A whole `assignment.toml`, as `read_manifest` returns it: checked for form and sense."""

    assignment: About
    limits: Limits = Limits()
    packages: Packages = Packages()
    files: tuple[File, ...]
    exercises: tuple[Exercise, ...]
    conventions: tuple[Convention, ...] = ()
    late: Late | None = None
    resubmission: Resubmission = Resubmission()

    @property
    def enabled_exercises(self) -> tuple[Exercise, ...]:
        """The exercises that are graded: core and bonus, switched on, in their order."""
        return tuple(exercise for exercise in self.exercises if exercise.graded)

    @property
    def modules(self) -> tuple[File, ...]:
        """The files that are rendered as skeletons, in the order students meet them."""
        return tuple(file for file in self.files if file.is_module)

    @property
    def extras(self) -> tuple[File, ...]:
        """The files that are handed out as they are."""
        return tuple(file for file in self.files if file.extra)

    @property
    def scale(self) -> Scale:
        """The steps in which points are counted."""
        return self._counting[0]

    @property
    def max_score(self) -> float:
        """The highest score there is: bonus lifts it only if the manifest says so."""
        scale, worth = self._counting
        most = [scale.nearest(self.assignment.total_points)]
        if self.assignment.bonus_raises_total:
            most += [worth[made.name] for made in self.enabled_exercises if made.tier == "bonus"]
        return total(most)

    def exercise(self, name: str) -> Exercise:
        """Return one exercise by name. Raises KeyError with the names there are."""
        for exercise in self.exercises:
            if exercise.name == name:
                return exercise
        known = ", ".join(e.name for e in self.exercises)
        raise KeyError(f"no exercise {name!r} in {self.assignment.name}; there are {known}")

    def exercises_in(self, file: str) -> tuple[Exercise, ...]:
        """The exercises of one file, in order, whatever their tier."""
        return tuple(exercise for exercise in self.exercises if exercise.file == file)

    def scaled_points(self, exercise: Exercise) -> float:
        """Points the exercise counts for: the graded core sums to `total_points`, bonus stays."""
        return self._counting[1].get(exercise.name, 0.0)

    def scaled_manual_points(self, exercise: Exercise) -> float:
        """The part of `scaled_points` that a person gives."""
        if not exercise.manual_points:
            return 0.0
        share = exact(exercise.manual_points) / exact(exercise.points)
        return self.scale.part(self.scaled_points(exercise), share)

    @property
    def _counting(self) -> tuple[Scale, Mapping[str, float]]:
        """The steps, and what each graded exercise is worth in them."""
        graded = tuple((made.name, made.points, made.tier) for made in self.enabled_exercises)
        return _count(self.assignment.total_points, graded)


@functools.lru_cache(maxsize=64)
def _count(
    most: float, graded: tuple[tuple[str, float, str], ...]
) -> tuple[Scale, Mapping[str, float]]:
    scale = scale_for(most, [points for _, points, _ in graded])
    worth = {name: scale.nearest(points) for name, points, tier in graded if tier == "bonus"}
    core = {name: points for name, points, tier in graded if tier == "core"}
    shared = zip(core, scale.split(most, list(core.values())), strict=True)
    return scale, MappingProxyType(worth | dict(shared))
