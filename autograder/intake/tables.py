"""Read the tables that learning platforms export: rosters, worksheets, gradebooks."""

from __future__ import annotations

import csv
import stat
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.refusal import Refusal

_MAX_BYTES = 64 << 20
_SEPARATORS = ",;\t"

# Columns by which a table is known.
GRADEBOOK = ("Student", "ID")
WORKSHEET = ("Identifier", "Full name")
ROSTER = ("identifier", "github_username")
REPOSITORIES = ("student_repository_name", "github_username")
LATENESS = ("submission", "days_late")


class UnreadableTable(Refusal):
    """A table that was named cannot be read; the message says why."""


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        path: where it lies.
        columns: names of the columns, in order.
        rows: the cells of each row, in order.
    """

    path: Path
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def has(self, *columns: str) -> bool:
        """Whether all of these columns are there."""
        return set(columns) <= set(self.columns)

    def records(self) -> Iterable[dict[str, str]]:
        """Each row by column, without the spaces around its cells."""
        for row in self.rows:
            yield {
                name: cell.strip() for name, cell in zip(self.columns, row, strict=False) if name
            }


def read_table(path: Path) -> Table:
    """Read a CSV file.

    Raises:
        UnreadableTable: it is missing, too large, or no text in UTF-8.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # reading a pipe would wait for ever
            raise UnreadableTable(f"{path}: not an ordinary file")
        if found.st_size > _MAX_BYTES:
            raise UnreadableTable(f"{path}: larger than {_MAX_BYTES >> 20} MiB")
        with open(path, newline="", encoding="utf-8-sig") as file:
            head = file.readline()
            file.seek(0)
            # Canvas and spreadsheets write semicolons or tabs where a comma is part of numbers.
            separator = max(_SEPARATORS, key=head.count)
            lines = [tuple(line) for line in csv.reader(file, delimiter=separator)]
    except OSError as error:
        raise UnreadableTable(f"{path}: cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableTable(f"{path}: expected a CSV file in UTF-8: {error}") from None
    columns = tuple(name.strip() for name in lines[0]) if lines else ()
    return Table(path, columns, tuple(lines[1:]))


def tables_in(folder: Path, known: Collection[Table]) -> list[Table]:
    """The tables that lie in a folder of submissions, without those known or unreadable."""
    found: list[Table] = []
    paths = {table.path.resolve() for table in known}
    for path in sorted(folder.glob("*.csv")):
        if path.resolve() not in paths and path.is_file():
            try:
                found.append(read_table(path))
            except UnreadableTable:
                continue
    return found


def first_with(tables: Collection[Table], *columns: str) -> Table | None:
    """The first table that has all of these columns."""
    return next((table for table in tables if table.has(*columns)), None)
