"""Gradescope: "Export Submissions", a folder each, and `submission_metadata.yml` says whose."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import yaml

from autograder.intake.counted_files import printable
from autograder.intake.people import Student
from autograder.intake.submissions import Entry, NothingToGrade
from autograder.intake.tables import Table

METADATA = "submission_metadata.yml"
_FOLDER = re.compile(r"\w[\w-]*")


def entries_in(folder: Path, tables: Collection[Table]) -> list[Entry] | None:
    """One entry a person, the members of a group with the same folder; None if it is no export.

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
    return [*newest.values(), *_unlisted(folder, newest.values())]


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
        if not isinstance(about, dict) or not _FOLDER.fullmatch(str(name)):
            continue
        people = [made for made in about.get(":submitters") or [] if isinstance(made, dict)]
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
            yield Entry(student.name, folder / str(name), student=student)


def _newer(one: Entry, other: Entry) -> Entry:
    """The later of two submissions of one person, with the other among the earlier ones."""
    late, early = sorted((one, other), key=_when, reverse=True)
    assert late.student is not None and early.student is not None
    told = f"{early.student.upload}, {early.student.submitted or 'time unknown'}"
    earlier = (*late.student.earlier, *early.student.earlier, told)
    student = Student(**{**_fields(late.student), "earlier": earlier})
    return Entry(late.name, late.path, late.parts, student)


def _fields(student: Student) -> dict[str, Any]:
    return {name: getattr(student, name) for name in student.__struct_fields__}


def _when(entry: Entry) -> tuple[float, str]:
    assert entry.student is not None
    moment = entry.student.submitted
    return (moment.timestamp() if moment else 0.0, entry.student.id.zfill(20))


def _unlisted(folder: Path, known: Collection[Entry]) -> Iterator[Entry]:
    """Folders that the metadata does not mention, so that nobody is overlooked."""
    listed = {entry.path.name for entry in known}
    mentioned = {told.split(",")[0] for e in known if e.student for told in e.student.earlier}
    for path in sorted(folder.glob("submission_*")):
        if path.is_dir() and path.name not in listed | mentioned:
            yield Entry(printable(path.name), path)


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
