"""Find out what was dropped here: a platform's export, or plain folders and files."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import msgspec

from autograder.intake import (
    blackboard,
    brightspace,
    canvas,
    classroom,
    gradescope_export,
    moodle,
    plain_folder,
)
from autograder.intake.listing import NAMES, Leftover, Listing, distinct
from autograder.intake.people import Platform, Student
from autograder.intake.roster import enrol
from autograder.intake.roster_tables import is_roster
from autograder.intake.submissions import Entry, NothingToGrade
from autograder.intake.tables import (
    GRADEBOOK,
    LATENESS,
    REPOSITORIES,
    ROSTER,
    WORKSHEET,
    Table,
    UnreadableTable,
    number_in,
    read_table,
    tables_in,
)

_Reader = Callable[[Path, Collection[Table]], Listing | None]

# From the surest sign to the weakest.
PLATFORMS: dict[Platform, _Reader] = {
    "gradescope": gradescope_export.listing_of,
    "moodle": moodle.listing_of,
    "blackboard": blackboard.listing_of,
    "brightspace": brightspace.listing_of,
    "github": classroom.listing_of,
    "canvas": canvas.listing_of,
}
# As people call them on the command line.
CHOICES: dict[str, Platform] = {
    **{name: name for name in PLATFORMS},
    "classroom": "github",
    "d2l": "brightspace",
    "plain": "",
}

# What a table is called, its platform and the columns by which it is known.
_SHAPES = (
    ("Canvas gradebook", "canvas", GRADEBOOK),
    ("Moodle worksheet", "moodle", WORKSHEET),
    ("GitHub Classroom roster", "", ROSTER),
    ("GitHub Classroom table of grades", "", REPOSITORIES),
    ("table of days late", "", LATENESS),
)


def list_class(folder: Path, named: Sequence[Path] = (), platform: str | None = None) -> Listing:
    """Everything in a folder of submissions, none of it read yet.

    Args:
        folder: an export as it was unpacked, or one with a folder, file or archive a student.
        named: rosters, worksheets or gradebooks; those that lie in the folder are used too.
        platform: one of `CHOICES`; found out unless given.

    Raises:
        NothingToGrade: there is no such folder, nothing in it can be a submission, or it is not
            of the platform that was named.
        UnreadableTable: a table that was named cannot be read, or is none of this platform.
    """
    if not folder.exists():
        raise NothingToGrade(f"{folder}: there is no such folder")
    tables = [read_table(path) for path in named]
    listing = _recognised(folder, tables, platform)
    if not listing.entries:
        raise NothingToGrade(
            f"{folder}: no submission in it; expected one folder, .py, .ipynb or archive a student"
            + (f". {listing.questionable}" if listing.questionable else "")
        )
    platforms = {entry.student.platform for entry in listing.entries if entry.student is not None}
    for table in tables:
        _expect_use(table, platforms)
    enrolled = enrol(listing.entries, tables, listing.platform)
    rows = tuple(distinct(enrolled.entries)) if enrolled.people else listing.entries
    told = (*enrolled.told, *_not_named(listing, tables))
    listing = dataclasses.replace(listing, entries=rows, enrolled=told)
    late = [table for table in tables if table.has(*LATENESS)]
    left = tuple(_readable(one, listing.place) for one in listing.leftovers)
    listing = dataclasses.replace(listing, leftovers=left)
    return dataclasses.replace(listing, entries=tuple(_with_days_late(listing.entries, late)))


def _not_named(listing: Listing, tables: Sequence[Table]) -> list[str]:
    """A word for each roster that lies there: it tells names, and gives nobody a row."""
    if not listing.platform:
        return []
    return [
        f"{table.path.name} lists people: name it with --table, and everybody on it has a row"
        for table in tables_in(listing.place, tables)
        if is_roster(table)
    ]


def _readable(one: Leftover, place: Path) -> Leftover:
    """A table that lies there and cannot be read is worth a word: it may have names and times."""
    if not one.expected or not one.name.lower().endswith(".csv"):
        return one
    try:
        read_table(place / one.name)
    except UnreadableTable as problem:
        told = str(problem).removeprefix(f"{place / one.name}: ")
        return Leftover(one.name, f"a table that cannot be read: {told}")
    return one


def find_entries(folder: Path, named: Sequence[Path] = ()) -> list[Entry]:
    """The rows of `list_class`, by name."""
    return list(list_class(folder, named).entries)


def _recognised(folder: Path, named: Sequence[Table], platform: str | None) -> Listing:
    if platform is not None and platform not in CHOICES:
        known = ", ".join(CHOICES)
        raise NothingToGrade(f"--platform {platform}: there is no such; expected one of {known}")
    places = _places(folder) if folder.is_dir() else []
    wanted = [*PLATFORMS] if platform is None else [CHOICES[platform]]
    readers = [PLATFORMS[name] for name in wanted if name]
    for place in places:
        tables = [*named, *tables_in(place, named)]
        for reader in readers:
            if listing := reader(place, tables):
                return listing
    if platform is not None and CHOICES[platform]:
        raise NothingToGrade(
            f"--platform {platform}: nothing in {folder} is named as {NAMES[CHOICES[platform]]} "
            "names it; leave the option out to have it found out, or say plain"
        )
    return plain_folder.listing_of(folder)


def _expect_use(table: Table, platforms: Collection[str]) -> None:
    """A table that was named says something about these submissions."""
    shapes = [(what, platform) for what, platform, columns in _SHAPES if table.has(*columns)]
    if not shapes and is_roster(table):
        return
    if not shapes:
        known = "; ".join(f"{what} ({', '.join(columns)})" for what, _, columns in _SHAPES)
        raise UnreadableTable(
            f"{table.path}: no table that is known here, nor one of people; its columns are "
            f"{', '.join(table.columns) or 'none'}. Known by their columns are: {known}"
        )
    if all(platform and platform not in platforms for _, platform in shapes):
        raise UnreadableTable(
            f"{table.path}: a {shapes[0][0]}, but these submissions are not from there"
        )


def _with_days_late(found: Sequence[Entry], tables: Sequence[Table]) -> list[Entry]:
    """The entries, with the days that a person entered in such tables."""
    days: dict[str, int] = {}
    for table in tables:
        for line, row in table.numbered():
            name, told = row.get("submission", ""), row.get("days_late", "")
            if told in ("", "?"):
                continue
            number = number_in(told)
            if number is None or number < 0 or number != int(number):
                raise table.refused(line, "days_late", told, "a whole number of days")
            days[name.removeprefix("'")] = int(number)  # grades.csv disarms formulas with a quote
    unknown = sorted(set(days) - {entry.name.removeprefix("'") for entry in found})
    if unknown:
        raise UnreadableTable(f"{tables[0].path}: no submission {', '.join(unknown[:5])}")
    return [_late_by(entry, days.get(entry.name.removeprefix("'"))) for entry in found]


def _late_by(entry: Entry, days: int | None) -> Entry:
    if days is None:
        return entry
    who = entry.student or Student(name=entry.name)
    return dataclasses.replace(entry, student=msgspec.structs.replace(who, days_late=days))


def find_tables(folder: Path | None, named: Sequence[Path] = ()) -> list[Table]:
    """The rosters, worksheets and gradebooks that were named or came with an export.

    Args:
        folder: of the export, None where it is not known.
        named: paths of tables.
    """
    tables = [read_table(path) for path in named]
    for place in _places(folder) if folder is not None and folder.is_dir() else []:
        tables += tables_in(place, tables)
    return tables


def _places(folder: Path) -> list[Path]:
    """A folder, and the one that unpacking an archive has put around everything in it."""
    inside = [path for path in folder.iterdir() if not path.name.startswith((".", "__"))]
    return [folder, *(inside if len(inside) == 1 and inside[0].is_dir() else [])]
