"""Write what a grading run found: `grades.csv`, `results.jsonl` and a page for every student.

Results may come in any order and any number: each is put aside on disk as it arrives, and only its
place is remembered. All files take their places together, or none does (`file_set`).
"""

from __future__ import annotations

import csv
import hashlib
import statistics
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

import msgspec

from autograder.assignment.manifest import Manifest
from autograder.assignment.points import total
from autograder.assignment.wording import amount
from autograder.grading.result_records import (
    Result,
    Status,
    from_json,
    timeless,
    to_json,
)
from autograder.grading.safe_text import csv_cell
from autograder.grading.settling import TimeKnown, time_known
from autograder.own_files import complete, expect_ordinary, open_ordinary, own_folder
from autograder.publish.file_set import FileSet, finish
from autograder.publish.gradebooks import Filled
from autograder.publish.pages_kept import PagesKept
from autograder.publish.results_schema import schema_text
from autograder.publish.safe_names import file_name
from autograder.refusal import Refusal

GRADES, LINES, SCHEMA, PAGES = "grades.csv", "results.jsonl", "results.schema.json", "feedback"


class PublishError(Refusal):
    """Results cannot be written; the message says where, why, and what to do."""


@dataclass(frozen=True)
class Summary:
    """A grading run in numbers; `mean` and `median` are over `scored`, None when that is 0.

    `late_unknown` were handed in late, nobody knows how late. Where lateness costs something,
    `time_unknown` were handed in nobody knows when, and `time_assumed` in no zone. `gradebooks`
    were filled. `missing` are on the roster and handed in nothing.
    """

    folder: Path
    submissions: int
    graded: int
    needs_person: int
    unreadable: int
    scored: int
    mean: float | None
    median: float | None
    max_score: float
    open_points: float
    late_unknown: int = 0
    time_unknown: int = 0
    time_assumed: int = 0
    missing: int = 0
    gradebooks: tuple[Filled, ...] = ()


class Outlet(Protocol):
    """Takes every result of a run as it is written, and makes something of them at the end."""

    def add(self, result: Result, page: Path) -> None:
        """Take a result, and the page that its student reads."""

    def finish(self, folder: Path) -> Collection[str]:
        """Write what there is to write; all results are in.

        Args:
            folder: to write into; files take their places in the results from there.

        Returns:
            Paths in the results of files that are to go.
        """


def expect_place(folder: Path) -> None:
    """Refuse a folder in which results would be led elsewhere, before anything is graded.

    What a run that was killed had begun to put in place is brought to its end.

    Raises:
        PublishError: a link, a pipe or something else stands under a name that is written or read.
    """
    try:
        finish(folder)
        own_folder(folder / PAGES)
        expect_ordinary(folder / LINES)
    except OSError as error:
        raise PublishError(f"{error.filename or folder}: {error.strerror}") from None


def write_results(
    results: Iterable[Result],
    manifest: Manifest,
    folder: Path,
    outlets: Sequence[Outlet] = (),
) -> Summary:
    """Write a run's results into a folder, in the order of the submissions' names.

    Pages of students who were in the results written there before, and are no longer, are removed.

    Args:
        results: one a submission, in any order; taken one at a time.
        manifest: of the assignment that was graded.
        folder: made if it is missing.
        outlets: what else is made of the results.

    Raises:
        PublishError: the folder cannot be written, or the disk is full.
    """
    folder = Path(folder)
    try:
        own_folder(folder / PAGES)
        before = _pages_before(folder)
        with FileSet(folder) as made, tempfile.TemporaryFile(dir=folder) as aside:
            places = _put_aside(results, aside)
            summary, pages = _write(_in_order(aside, places), manifest, made, outlets)
            gone = {f"{PAGES}/{page}" for page in before - pages}
            made.take_place(gone.union(*(outlet.finish(made.place) for outlet in outlets)))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        where = error.filename or folder
        raise PublishError(
            f"{where}: results cannot be written here: {reason}; name a folder that can be "
            "written and has space left"
        ) from error
    return summary


def grade_row(result: Result, manifest: Manifest) -> list[str]:
    """One line of `grades.csv`; a score that is not decided is an empty cell."""
    scores = {exercise.name: exercise.score for exercise in result.exercises}
    return [
        csv_cell(result.submission),
        result.status,
        _cell(result.score),
        _cell(result.max_score),
        *(_cell(scores.get(exercise.name)) for exercise in manifest.enabled_exercises),
        _cell(result.open_points),
        _cell(result.uncapped_score),
        _cell(result.final_score),
        _days_late(result),
        *_identity(result),
    ]


def grade_header(manifest: Manifest) -> list[str]:
    """The first line of `grades.csv`."""
    exercises = (exercise.name for exercise in manifest.enabled_exercises)
    known = ["submission", "status", "score", "max_score", *exercises, "open_points"]
    return [
        *known,
        "uncapped_score",
        "final_score",
        "days_late",
        "name",
        "id",
        "sid",
        "email",
        "group",
    ]


def _days_late(result: Result) -> str:
    """Days, 0 for in time, "?" for late without a known time, empty where nothing is known."""
    if result.late is not None:
        return "?" if result.late.days is None else str(result.late.days)
    return "0" if result.student is not None and result.student.submitted is not None else ""


def _identity(result: Result) -> list[str]:
    who = result.student
    parts = (who.name, who.id, who.sid, who.email, who.group) if who else ("",) * 5
    return [csv_cell(part) for part in parts]


def _write(
    results: Iterable[Result], manifest: Manifest, made: FileSet, outlets: Sequence[Outlet]
) -> tuple[Summary, set[str]]:
    status: dict[Status, int] = {"graded": 0, "needs_person": 0, "unreadable": 0, "missing": 0}
    scores: list[float] = []
    opened: list[float] = []
    most = 0.0
    late_unknown = 0
    times: Counter[TimeKnown] = Counter()
    taken: set[str] = set()
    pages: set[str] = set()
    kept = PagesKept(made.folder, made.place, manifest, PAGES)
    with ExitStack() as files:
        lines = files.enter_context(complete(made.place / LINES))
        schema = files.enter_context(complete(made.place / SCHEMA))
        grades = files.enter_context(complete(made.place / GRADES))
        table = csv.writer(grades, lineterminator="\n")
        table.writerow(grade_header(manifest))
        schema.write(schema_text())
        for result in results:
            lines.write(to_json(result).decode() + "\n")
            table.writerow(grade_row(result, manifest))
            written = kept.write(result, taken)
            for outlet in outlets:
                outlet.add(result, written[0])
            pages.update(path.name for path in written)
            status[result.status] += 1
            most = max(most, result.max_score)
            opened.append(result.open_points)
            times[time_known(result.student, manifest)] += 1
            late_unknown += result.late is not None and result.late.days is None
            if result.counts is not None:
                scores.append(result.counts)
    kept.save()
    summary = Summary(
        folder=made.folder,
        submissions=sum(status.values()),
        scored=len(scores),
        mean=statistics.fmean(scores) if scores else None,
        median=statistics.median(scores) if scores else None,
        max_score=most or manifest.max_score,
        open_points=total(opened),
        late_unknown=late_unknown,
        time_unknown=times["no"],
        time_assumed=times["without a zone"],
        graded=status["graded"],
        needs_person=status["needs_person"],
        unreadable=status["unreadable"],
        missing=status["missing"],
    )
    return summary, pages


@dataclass(frozen=True, order=True)
class _Place:
    """Where a result was put aside; in the order of name, then of content without its time."""

    submission: str
    digest: bytes
    start: int
    length: int


def _put_aside(results: Iterable[Result], aside: IO[bytes]) -> list[_Place]:
    places = []
    for result in results:
        named = msgspec.structs.replace(result, submission=_encodable(result.submission))
        line = to_json(named)
        digest = hashlib.sha256(to_json(timeless(named))).digest()
        places.append(_Place(named.submission, digest, aside.tell(), len(line)))
        aside.write(line)
    return sorted(places)


def _in_order(aside: IO[bytes], places: Iterable[_Place]) -> Iterator[Result]:
    for place in places:
        aside.seek(place.start)
        yield from_json(aside.read(place.length))


def _pages_before(folder: Path) -> set[str]:
    """The pages that results already in the folder belong to; none where they cannot be read."""
    taken: set[str] = set()
    pages: set[str] = set()
    try:
        with open(open_ordinary(folder / LINES), "rb") as lines:
            for line in lines:
                name = file_name(msgspec.json.decode(line, type=_Named).submission, taken)
                pages |= {f"{name}.html", f"{name}.md"}
    except (FileNotFoundError, msgspec.DecodeError):
        return set()
    return pages


class _Named(msgspec.Struct):
    submission: str


def _encodable(name: str) -> str:
    """A name as UTF-8 can hold it; a file name need not be."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _cell(score: float | None) -> str:
    return "" if score is None else amount(score)
