"""Find out what was dropped here: a platform's export, or plain folders and files."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import msgspec

from autograder.intake import canvas, classroom, gradescope_export, moodle
from autograder.intake.people import Student
from autograder.intake.submissions import Entry, entries
from autograder.intake.tables import (
    GRADEBOOK,
    LATENESS,
    REPOSITORIES,
    ROSTER,
    WORKSHEET,
    Table,
    UnreadableTable,
    read_table,
    tables_in,
)

_Reader = Callable[[Path, Collection[Table]], list[Entry] | None]

# From the surest sign to the weakest.
PLATFORMS: tuple[_Reader, ...] = (
    gradescope_export.entries_in,
    moodle.entries_in,
    classroom.entries_in,
    canvas.entries_in,
)

# What a table is called, its platform and the columns by which it is known.
_SHAPES = (
    ("Canvas gradebook", "canvas", GRADEBOOK),
    ("Moodle worksheet, in English", "moodle", WORKSHEET),
    ("GitHub Classroom roster", "", ROSTER),
    ("GitHub Classroom table of grades", "", REPOSITORIES),
    ("table of days late", "", LATENESS),
)


def find_entries(folder: Path, named: Sequence[Path] = ()) -> list[Entry]:
    """The submissions in a folder, by name, none of them read yet.

    Args:
        folder: an export as it was unpacked, or one with a folder, file or archive a student.
        named: rosters, worksheets or gradebooks; those that lie in the folder are used too.

    Raises:
        NothingToGrade: there is no such folder, or nothing in it can be a submission.
        UnreadableTable: a table that was named cannot be read, or is none of this platform.
    """
    tables = [read_table(path) for path in named]
    found = _found(folder, tables)
    platforms = {entry.student.platform for entry in found if entry.student is not None}
    for table in tables:
        _expect_use(table, platforms)
    return _with_days_late(found, [table for table in tables if table.has(*LATENESS)])


def _found(folder: Path, named: Sequence[Table]) -> list[Entry]:
    if folder.is_dir():
        for place in _places(folder):
            tables = [*named, *tables_in(place, named)]
            for reader in PLATFORMS:
                if found := reader(place, tables):
                    return sorted(_distinct(found), key=lambda entry: entry.name)
    return list(entries(folder))


def _expect_use(table: Table, platforms: Collection[str]) -> None:
    """A table that was named says something about these submissions."""
    shapes = [(what, platform) for what, platform, columns in _SHAPES if table.has(*columns)]
    if not shapes:
        known = "; ".join(f"{what} ({', '.join(columns)})" for what, _, columns in _SHAPES)
        raise UnreadableTable(
            f"{table.path}: no table that is known here; its columns are "
            f"{', '.join(table.columns) or 'none'}. Known by their columns are: {known}"
        )
    if all(platform and platform not in platforms for _, platform in shapes):
        raise UnreadableTable(
            f"{table.path}: a {shapes[0][0]}, but these submissions are not from there"
        )


def _with_days_late(found: list[Entry], tables: Sequence[Table]) -> list[Entry]:
    """The entries, with the days that a person entered in such tables."""
    days: dict[str, int] = {}
    for table in tables:
        for row in table.records():
            name, told = row.get("submission", ""), row.get("days_late", "")
            if told in ("", "?"):
                continue
            if not told.isdecimal():
                raise UnreadableTable(
                    f"{table.path}: days_late of {name}: expected a whole number, got {told!r}"
                )
            days[name.removeprefix("'")] = int(told)  # grades.csv disarms formulas with a quote
    unknown = sorted(set(days) - {entry.name.removeprefix("'") for entry in found})
    if unknown:
        raise UnreadableTable(f"{tables[0].path}: no submission {', '.join(unknown[:5])}")
    return [_late_by(entry, days.get(entry.name.removeprefix("'"))) for entry in found]


def _late_by(entry: Entry, days: int | None) -> Entry:
    if days is None:
        return entry
    who = entry.student or Student(name=entry.name)
    return dataclasses.replace(entry, student=msgspec.structs.replace(who, days_late=days))


def find_tables(folder: Path, named: Sequence[Path] = ()) -> list[Table]:
    """The rosters, worksheets and gradebooks that were named or came with an export."""
    tables = [read_table(path) for path in named]
    for place in _places(folder) if folder.is_dir() else [folder]:
        tables += tables_in(place, tables)
    return tables


def _places(folder: Path) -> list[Path]:
    """A folder, and the one that unpacking an archive has put around everything in it."""
    inside = [path for path in folder.iterdir() if not path.name.startswith((".", "__"))]
    return [folder, *(inside if len(inside) == 1 and inside[0].is_dir() else [])]


def _distinct(found: list[Entry]) -> list[Entry]:
    """Entries of which no two have the same name: people of one name are told apart by their id."""
    often = Counter(entry.name for entry in found)
    taken: set[str] = set()
    distinct = []
    for entry in found:
        name = entry.name
        if often[name] > 1 and entry.student is not None:
            name = f"{name} ({entry.student.sid or entry.student.id})"
        while name in taken:
            name += " (another)"
        taken.add(name)
        distinct.append(dataclasses.replace(entry, name=name))
    return distinct
