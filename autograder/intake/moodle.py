"""Moodle: "Download all submissions", a folder or loose files ``Name_id_assignsubmission_file_``.

The grading worksheet, if it lies beside them, adds id numbers, addresses and times.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

from autograder.intake.counted_files import printable
from autograder.intake.people import Student
from autograder.intake.submissions import Entry, Part
from autograder.intake.tables import WORKSHEET, Table, first_with

NAME = re.compile(r"^(?P<name>.+)_(?P<id>\d+)_assignsubmission_file_?(?P<file>.*)$")
MODIFIED = "Last modified (submission)"
_FORMS = ("%A, %d %B %Y, %I:%M %p", "%A, %d %B %Y, %H:%M", "%A, %B %d, %Y, %I:%M %p")


def entries_in(folder: Path, tables: Collection[Table]) -> list[Entry] | None:
    """One entry a participant; None if no name in the folder is Moodle's."""
    found: defaultdict[str, list[tuple[str, str, Path]]] = defaultdict(list)
    for path in sorted(folder.iterdir()):
        if match := NAME.match(path.name):
            found[match["id"]].append((match["name"], match["file"], path))
    if not found:
        return None
    worksheet = first_with(tables, *WORKSHEET)
    rows = worksheet.records() if worksheet else ()
    people = {row["Identifier"].split(" ")[-1]: row for row in rows}
    return [
        _entry(folder, number, files, people.get(number, {})) for number, files in found.items()
    ]


def _entry(
    folder: Path, number: str, files: list[tuple[str, str, Path]], known: dict[str, str]
) -> Entry:
    shown, _, first = files[0]
    name = printable(known.get("Full name") or shown)
    group = shown[: -len(name) - 1] if shown.endswith(f"-{name}") else ""
    student = Student(
        name=name,
        id=number,
        sid=known.get("ID number", ""),
        email=known.get("Email address", ""),
        group=printable(group),
        platform="moodle",
        submitted=_moment(known.get(MODIFIED, "")),
        upload=f"{shown}_{number}_assignsubmission_file_",
    )
    if first.is_dir() and len(files) == 1:
        return Entry(name, first, student=student)
    parts = [Part(printable(file or path.name), path) for _, file, path in files if path.is_file()]
    for _, _, path in files:
        if path.is_dir():
            inside = sorted(item for item in path.rglob("*") if item.is_file())
            parts += [Part(printable(item.relative_to(path).as_posix()), item) for item in inside]
    return Entry(name, folder, tuple(parts), student)


def _moment(text: str) -> datetime.datetime | None:
    """A worksheet's time, which has no zone: it is read as in that of the deadline."""
    for form in _FORMS:
        try:
            return datetime.datetime.strptime(text, form)
        except ValueError:
            continue
    return None
