"""A plain folder: each entry of it is one student's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from pathlib import Path
from unicodedata import normalize

from autograder.intake.archives import is_archive
from autograder.intake.counted_files import printable
from autograder.intake.listing import Listing, expected, left_over, names_in
from autograder.intake.submissions import WORK, Entry, NothingToGrade
from autograder.intake.tables import Table

WHY = "one entry a student"


def listing_of(folder: Path, tables: Collection[Table] = ()) -> Listing:
    """One row for every entry that is no table and not a system's own.

    Raises:
        NothingToGrade: a file that is nobody's work.
    """
    if not folder.is_dir():
        if not (folder.name.lower().endswith(WORK) or is_archive(folder.name)):
            raise NothingToGrade(
                f"{folder}: expected a folder of submissions, .py, .ipynb or an archive"
            )
        entry = Entry(printable(folder.stem), folder, items=(folder.name,))
        return Listing(folder, "", "one file", (entry,))
    found = [folder / name for name in names_in(folder) if not expected(folder / name)]
    found = [path for path in found if _is_somebodys(path)]
    taken: set[str] = set()
    rows = []
    # Some systems write an accent behind its letter, and to a person that is the same name.
    stems = [normalize("NFC", path.name if path.is_dir() else path.stem) for path in found]
    often = Counter(stems)
    for path, stem in zip(found, stems, strict=True):
        name = printable(stem if often[stem] == 1 else normalize("NFC", path.name))
        while name in taken:
            name += " (another)"
        taken.add(name)
        rows.append(Entry(name, path, items=(path.name,)))
    rest = left_over(folder, [path.name for path in found], lambda name: "a hidden file")
    return Listing(folder, "", WHY, tuple(rows), rest)


def _is_somebodys(path: Path) -> bool:
    """Whether its name is one that people give; a pipe or a device is theirs to explain, too."""
    if path.is_symlink() or path.is_dir():
        return True
    return not (path.name.startswith(".") and "." not in path.name[1:])
