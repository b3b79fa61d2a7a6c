"""Find out what was dropped here: a platform's export, or plain folders and files."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from autograder.intake import canvas, classroom, gradescope, moodle
from autograder.intake.submissions import Entry, entries
from autograder.intake.tables import Table, tables_for

_Reader = Callable[[Path, Collection[Table]], list[Entry] | None]

# From the surest sign to the weakest.
PLATFORMS: tuple[_Reader, ...] = (
    gradescope.entries_in,
    moodle.entries_in,
    classroom.entries_in,
    canvas.entries_in,
)


def find_entries(folder: Path, named: Sequence[Path] = ()) -> list[Entry]:
    """The submissions in a folder, by name, none of them read yet.

    Args:
        folder: an export as it was unpacked, or one with a folder, file or archive a student.
        named: rosters, worksheets or gradebooks; those that lie in the folder are used too.

    Raises:
        NothingToGrade: there is no such folder, or nothing in it can be a submission.
        UnreadableTable: a table that was named cannot be read.
    """
    if folder.is_dir():
        for place in _places(folder):
            tables = tables_for(place, named)
            for reader in PLATFORMS:
                if found := reader(place, tables):
                    return sorted(_distinct(found), key=lambda entry: entry.name)
    return list(entries(folder))


def find_tables(folder: Path, named: Sequence[Path] = ()) -> list[Table]:
    """The rosters, worksheets and gradebooks that were named or came with an export."""
    inside = _places(folder)[1:] if folder.is_dir() else []
    return [
        *tables_for(folder, named),
        *(table for place in inside for table in tables_for(place, ())),
    ]


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
