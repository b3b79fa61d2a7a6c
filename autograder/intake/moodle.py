"""Moodle: "Download all submissions", a folder or loose files ``Name_id_assignsubmission_file_``.

The grading worksheet, if it lies beside them, adds id numbers, addresses and times.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from autograder.intake.counted_files import printable
from autograder.intake.dates import moment_in
from autograder.intake.listing import Listing, distinct, left_over, names_in
from autograder.intake.people import Student
from autograder.intake.submissions import Entry, Part
from autograder.intake.tables import WORKSHEET, Table, first_with

NAME = re.compile(
    r"^(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)_?(?P<file>.*)$", re.DOTALL
)
_TYPED = "text typed into Moodle and no file; wanted: the notebook or the .py files"
MODIFIED = "Last modified (submission)"


def listing_of(folder: Path, tables: Collection[Table]) -> Listing | None:
    """One row a participant; None if no name in the folder is Moodle's."""
    found: defaultdict[str, list[_Named]] = defaultdict(list)
    for name in names_in(folder):
        if match := NAME.match(name):
            named = _Named(match["name"], match["kind"], match["file"], folder / name)
            found[match["id"]].append(named)
    if not found:
        return None
    worksheet = first_with(tables, *WORKSHEET)
    people = _people(worksheet) if worksheet else {}
    made = [_entry(folder, number, all_, people.get(number)) for number, all_ in found.items()]
    taken = [name for row in made for name in row.items]
    why = f"{len(taken)} names are NAME_ID_assignsubmission_..."
    rest = left_over(folder, taken, lambda name: "no name as Moodle gives them")
    return Listing(folder, "moodle", why, tuple(distinct(made)), rest)


@dataclass(frozen=True)
class _Named:
    """What Moodle has named: whose, what kind of hand-in, and the student's own name of it."""

    shown: str
    kind: str
    file: str
    path: Path


@dataclass(frozen=True)
class _Person:
    """A line of the worksheet."""

    row: dict[str, str]
    submitted: datetime.datetime | None


def _people(worksheet: Table) -> dict[str, _Person]:
    """The lines of a worksheet by the participant's number.

    Raises:
        UnreadableTable: a number or a time cannot be understood.
    """
    people: dict[str, _Person] = {}
    for line, row in worksheet.numbered():
        number = participant(row["Identifier"])
        if not number:
            found = row["Identifier"]
            raise worksheet.refused(line, "Identifier", found, "a word and a number")
        told = row.get(MODIFIED, "").strip("-")
        moment = moment_in(told) if told else None
        if told and moment is None:
            raise worksheet.refused(
                line, MODIFIED, told, "a date and a time, such as 2026-02-18 23:00"
            )
        people[number] = _Person(row, moment)
    return people


def participant(identifier: str) -> str:
    """The number in "Participant 21", whatever the language; empty if there is none."""
    match = re.search(r"(\d+)\s*$", identifier)
    return match[1] if match else ""


def _entry(folder: Path, number: str, named: list[_Named], person: _Person | None) -> Entry:
    known = person.row if person else {}
    files = [one for one in named if one.kind == "file"]
    shown = (files or named)[0].shown
    name = printable(known.get("Full name") or _without_id(shown, number))
    group = shown[: -len(name) - 1] if shown.endswith(f"-{name}") else ""
    student = Student(
        name=name,
        id=number,
        sid=known.get("ID number", ""),
        email=known.get("Email address", ""),
        group=printable(group),
        platform="moodle",
        submitted=person.submitted if person else None,
        upload=f"{shown}_{number}_assignsubmission_file_",
    )
    items = tuple(one.path.name for one in named)
    if not files:
        return Entry(name, folder, (), student, items, _TYPED)
    if len(files) == 1 and files[0].path.is_dir():
        return Entry(name, files[0].path, (), student, items)
    parts = [
        Part("" if one.path.is_dir() else printable(one.file or one.path.name), one.path)
        for one in files
    ]
    return Entry(name, folder, tuple(parts), student, items)


def _without_id(shown: str, number: str) -> str:
    """ "Participant 21_21" is "Participant 21", as blind marking has it, with its id once more."""
    return shown.removesuffix(f"_{number}") or shown
