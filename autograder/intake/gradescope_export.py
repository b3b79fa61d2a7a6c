"""Gradescope: "Export Submissions", a folder each, and `submission_metadata.yml` says whose."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from autograder.intake.counted_files import printable
from autograder.intake.listing import Leftover, Listing, distinct, expected, left_over, names_in
from autograder.intake.people import Student
from autograder.intake.submissions import Entry, NothingToGrade
from autograder.intake.tables import Table

METADATA = "submission_metadata.yml"
_FOLDER = re.compile(r"\w[\w-]*")


def listing_of(folder: Path, tables: Collection[Table]) -> Listing | None:
    """One row a person, the members of a group with the same folder; None if it is no export.

    Raises:
        NothingToGrade: the metadata cannot be read.
    """
    path = folder / METADATA
    if not path.is_file():
        return None
    newest: dict[str, Entry] = {}
    for number, entry in enumerate(_all(folder, _metadata(path))):
        assert entry.student is not None
        # Of two with one name and nothing else nobody knows whether they are one.
        who = entry.student.sid or entry.student.email or str(number)
        kept = newest.get(who)
        newest[who] = entry if kept is None else _newer(kept, entry)
    there = set(names_in(folder))
    known = [replace(row, items=_there(row.items, there)) for row in newest.values()]
    rows = [*known, *_unlisted(folder, {name for row in known for name in row.items})]
    taken = [METADATA, *(name for row in rows for name in row.items)]
    rest = left_over(folder, taken, lambda name: "no folder of a submission")
    rest = (Leftover(METADATA, "says whose each folder is", expected=True), *rest)
    return Listing(folder, "gradescope", f"it has {METADATA}", tuple(distinct(rows)), rest)


def _there(items: tuple[str, ...], there: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in items if name in there))


def _metadata(path: Path) -> dict[str, Any]:
    safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # plain values only; the C one is fast
    try:
        with open(path, encoding="utf-8") as file:
            found = safe(file).get_single_data()
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise NothingToGrade(f"{path}: expected Gradescope's metadata in YAML: {error}") from None
    if not isinstance(found, dict):
        raise NothingToGrade(f"{path}: expected a table of submissions, got {type(found).__name__}")
    return found


def _all(folder: Path, metadata: dict[str, Any]) -> Iterator[Entry]:
    for name, about in metadata.items():
        if not isinstance(about, dict):
            continue
        submitters = about.get(":submitters")
        listed = submitters if isinstance(submitters, list) else []
        people = [made for made in listed if isinstance(made, dict)]
        inside = _FOLDER.fullmatch(str(name)) is not None
        together = " and ".join(sorted(_text(made, ":name") for made in people))
        history = about.get(":history") or []
        for person in people:
            student = Student(
                name=_text(person, ":name") or _text(person, ":email") or str(name),
                id=str(name).removeprefix("submission_"),
                sid=_text(person, ":sid"),
                email=_text(person, ":email"),
                group=together if len(people) > 1 else "",
                platform="gradescope",
                submitted=_moment(about.get(":created_at")),
                earlier=tuple(_told(made) for made in history if isinstance(made, dict)),
                upload=str(name),
            )
            told = printable(str(name))
            problem = "" if inside else f"the export has no folder of the name {told!r} for it"
            items = (str(name),) if inside else ()
            yield Entry(
                student.name, folder / (told if inside else "-"), (), student, items, problem
            )


def _newer(one: Entry, other: Entry) -> Entry:
    """The later of two submissions of one person, with the other among the earlier ones."""
    late, early = sorted((one, other), key=_when, reverse=True)
    assert late.student is not None and early.student is not None
    told = f"{early.student.upload}, {early.student.submitted or 'time unknown'}"
    earlier = (*late.student.earlier, *early.student.earlier, told)
    student = Student(**{**_fields(late.student), "earlier": earlier})
    return replace(late, student=student, items=(*late.items, *early.items))


def _fields(student: Student) -> dict[str, Any]:
    return {name: getattr(student, name) for name in student.__struct_fields__}


def _when(entry: Entry) -> tuple[float, str]:
    assert entry.student is not None
    moment = entry.student.submitted
    return (moment.timestamp() if moment else 0.0, entry.student.id.zfill(20))


def _unlisted(folder: Path, known: Collection[str]) -> Iterator[Entry]:
    """Folders that the metadata does not mention, so that nobody is overlooked."""
    for name in names_in(folder):
        path = folder / name
        if path.is_dir() and name not in known and not expected(path):
            yield Entry(printable(name), path, items=(name,))


def _text(person: dict[str, Any], key: str) -> str:
    value = person.get(key)
    return "" if value is None else printable(str(value)).strip()


def _moment(value: object) -> datetime.datetime | None:
    if not isinstance(value, datetime.datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=datetime.timezone.utc)


def _told(attempt: dict[str, Any]) -> str:
    moment = _moment(attempt.get(":created_at"))
    return moment.isoformat() if moment else "time unknown"
