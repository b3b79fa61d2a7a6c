"""Read and write the table in which people give points."""

from __future__ import annotations

import csv
import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from autograder.assignment.manifest import Manifest
from autograder.assignment.wording import amount
from autograder.batch.store import Row
from autograder.grading.marks import CountsAs, Mark
from autograder.grading.result_records import Result
from autograder.grading.safe_text import csv_cell
from autograder.intake.tables import number_in, read_table
from autograder.refusal import Refusal

COLUMNS = ("submission", "exercise", "points", "author", "reason", "date", "counts_as")


class BadMark(Refusal):
    """A line of the table that cannot be taken; says which, what was found and what to do."""


def read_marks(
    path: Path,
    rows: Iterable[Row],
    manifest: Manifest,
    given: Iterable[tuple[str, Mark]] = (),
) -> list[tuple[Row, Mark]]:
    """The marks in a table, each with its submission; lines without points are passed over.

    Args:
        path: a CSV file with the columns submission, exercise, points and author, and if wanted
            reason, date (2026-02-20) and counts_as (open, added or instead); semicolons or tabs
            may stand for its commas.
        rows: the submissions there are; a line may name one by name, id or address.
        manifest: of the assignment.
        given: marks that count by now, each with `Row.person`.

    Raises:
        UnreadableTable: it is no table.
        BadMark: a line cannot be taken; then none is.
    """
    table = read_table(path)
    missing = [name for name in COLUMNS[:4] if name not in table.columns]
    if missing:
        raise BadMark(
            f"{path}: no column {', '.join(missing)}; expected {', '.join(COLUMNS)}, separated by "
            "commas, semicolons or tabs"
        )
    people = _people(rows)
    standing: defaultdict[str, list[Mark]] = defaultdict(list)
    for person, mark in given:
        standing[person].append(mark)
    marks = []
    for number, line in table.numbered():
        if line.get("points", "").strip():
            try:
                line = {**dict.fromkeys(COLUMNS, ""), **line}  # a line may end early
                row = _found(line["submission"], people)
                mark = mark_for(row, line, manifest, standing[row.person])
                standing[row.person].append(mark)
                marks.append((row, mark))
            except ValueError as problem:
                raise BadMark(f"{path}, line {number}: {problem}; nothing was taken") from None
    return marks


def write_template(file: IO[str], results: Iterable[Result]) -> int:
    """Write a table with a line for everything that waits for a person.

    Returns:
        How many lines.
    """
    table = csv.writer(file, lineterminator="\n")
    table.writerow([*COLUMNS, "at_most"])
    lines = 0
    for result in results:
        for one in waiting(result):
            name, empty = csv_cell(result.submission), ("",) * 4
            table.writerow([name, one.exercise, *empty, one.counts_as, amount(one.most)])
            lines += 1
    return lines


@dataclass(frozen=True)
class Waiting:
    """Something that only a person can decide.

    Attributes:
        exercise: which; empty for the whole submission.
        counts_as: how points that are given for it count.
        most: how many there are to give.
    """

    exercise: str
    counts_as: CountsAs
    most: float


def waiting(result: Result) -> Iterator[Waiting]:
    """What waits for a person in a settled result; nothing once the whole is decided."""
    if any(not mark.exercise for mark in result.marks) or result.status == "missing":
        return
    if not result.exercises and result.score is None:
        yield Waiting("", "instead", result.max_score)
    for exercise in result.exercises:
        if exercise.score is None:
            yield Waiting(exercise.name, "instead", exercise.max_score)
        elif exercise.open_points:
            yield Waiting(exercise.name, "open", exercise.open_points)


def _people(rows: Iterable[Row]) -> dict[str, list[Row]]:
    people: dict[str, list[Row]] = {}
    for row in rows:
        exercises = tuple(
            msgspec.structs.replace(made, checks=(), notes=()) for made in row.result.exercises
        )
        slim = msgspec.structs.replace(row.result, exercises=exercises, log="", staff_log="")
        kept = Row(row.submission, row.key, row.handed, slim)
        who = row.handed.student
        names = {row.submission, *((who.name, who.id, who.sid, who.email) if who else ())}
        for name in {*names, *map(csv_cell, names)} - {""}:
            people.setdefault(name, []).append(kept)
    return people


def _found(name: str, people: Mapping[str, list[Row]]) -> Row:
    found = people.get(name, [])
    if len(found) != 1:
        told = "nobody" if not found else f"{len(found)} submissions"
        raise ValueError(f"submission {name!r} stands for {told}")
    return found[0]


def mark_for(
    row: Row, line: Mapping[str, str], manifest: Manifest, given: Collection[Mark] = ()
) -> Mark:
    """The mark that a line gives to a submission.

    Args:
        row: the submission, as graded.
        line: exercise, points, author and what else a table of marks has, by column.
        manifest: of the assignment.
        given: the marks that it has by now.

    Raises:
        ValueError: it cannot be taken; the message says what was expected.
    """
    exercise = line["exercise"]
    known = {made.name: made for made in manifest.enabled_exercises}
    if exercise and exercise not in known:
        raise ValueError(f"no exercise {exercise!r}; there are {', '.join(known)}")
    open_points = manifest.scaled_manual_points(known[exercise]) if exercise else 0.0
    kind = line.get("counts_as") or ("open" if open_points else "")
    if kind not in ("open", "added", "instead"):
        raise ValueError(f"counts_as: expected open, added or instead, got {kind!r}")
    if exercise:
        _refuse_without_effect(row.result, exercise, kind)
    most = _most(kind, exercise, open_points, manifest)
    points = _points(line["points"], most, lowest=-most if kind == "added" else 0.0)
    if not line["author"].strip():
        raise ValueError("author: expected who gives the points, got nothing")
    mark = Mark(
        submission=row.submission,
        exercise=exercise,
        counts_as=kind,  # type: ignore[arg-type]
        points=points,
        author=line["author"].strip(),
        reason=line.get("reason", ""),
        date=_date(line.get("date", "")),
    )
    if mark not in given:
        _refuse_beside_instead(mark, given)
    return mark


def _refuse_beside_instead(mark: Mark, given: Collection[Mark]) -> None:
    """Refuse points that would not count, since a person gave others instead of everything."""
    replaced = {made.exercise for made in given if made.counts_as == "instead"}
    for where in {mark.exercise, ""} & replaced:
        if where != mark.exercise or mark.counts_as != "instead":
            what = where or "the whole"
            raise ValueError(
                f"counts_as: {what} has points that count instead of everything else, so these "
                f"would not count; give the new points of {what} with counts_as instead"
            )


def _refuse_without_effect(result: Result, exercise: str, kind: str) -> None:
    """Refuse points for an exercise that has no score they could change."""
    if result.status == "unreadable" or not result.exercises:
        why = {"unreadable": "is unreadable", "missing": "handed in nothing"}.get(
            result.status, "could not be graded"
        )
        raise ValueError(
            f"exercise: expected none, since {result.submission!r} {why}: give points instead of "
            "the whole (counts_as instead)"
        )
    made = next((made for made in result.exercises if made.name == exercise), None)
    if made is None:
        raise ValueError(f"{exercise} was not graded; give it points when it is")
    if made.score is None and kind != "instead":
        raise ValueError(
            f"counts_as: expected instead, got {kind!r}: {exercise} has no score, since the grader "
            "failed there"
        )


def _most(kind: str, exercise: str, open_points: float, manifest: Manifest) -> float:
    if kind == "open":
        if not open_points:
            raise ValueError(f"{exercise or 'the whole'} has no points that only a person gives")
        return open_points
    if not exercise:
        if kind == "added":
            raise ValueError("exercise: expected one, since the points are added")
        return manifest.max_score
    return manifest.scaled_points(manifest.exercise(exercise))


def _points(text: str, most: float, lowest: float) -> float:
    points = number_in(text)
    if points is None:
        raise ValueError(f"points: expected a number like 7.5, got {text!r}")
    if not lowest - 1e-9 <= points <= most + 1e-9:
        raise ValueError(f"points: expected {amount(lowest)} to {amount(most)}, got {text}")
    return points


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text) if text else datetime.date.today()
    except ValueError:
        raise ValueError(f"date: expected one like 2026-02-20, got {text!r}") from None
