"""Read the tables that learning platforms and spreadsheets write: rosters, worksheets, gradebooks.

They come in whatever encoding, with whatever separator and in whatever language the machine has
that wrote them. What cannot be understood is said with file, line and column.
"""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder.refusal import Refusal

_MAX_BYTES = 64 << 20
_SEPARATORS = ",;\t"
_SUFFIXES = (".csv", ".tsv")

# Columns by which a table is known.
GRADEBOOK = ("Student", "ID")
WORKSHEET = ("Identifier",)
ROSTER = ("identifier", "github_username")
REPOSITORIES = ("student_repository_name", "github_username")
LATENESS = ("submission", "days_late")

# Moodle's worksheet has its columns in the language of the site.
_MOODLE = {
    "Identifier": ("Identifiant", "Identificador", "ID"),
    "Full name": ("Vollständiger Name", "Nom complet", "Nombre completo"),
    "ID number": ("ID-Nummer", "Numéro d'identification", "Número de ID"),
    "Email address": (
        *("E-Mail-Adresse", "Adresse de courriel", "Adresse e-mail"),
        *("Dirección de correo", "Dirección Email", "Correo electrónico"),
    ),
    "Status": ("Statut", "Estado"),
    "Grade": ("Bewertung", "Note", "Calificación"),
    "Maximum grade": (
        *("Bestwertung", "Maximale Bewertung", "Note maximale", "Calificación máxima"),
    ),
    "Last modified (submission)": (
        *("Zuletzt geändert (Abgabe)", "Dernière modification (travail remis)"),
        "Última modificación (entrega)",
    ),
}
_CANONICAL = {other: name for name, others in _MOODLE.items() for other in (name, *others)}
_TELLING = {name for name in _CANONICAL if name not in ("ID", "Status", "Note", "Grade", "Estado")}


class UnreadableTable(Refusal):
    """A table cannot be read; the message says where, what was found and what was expected."""


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        path: where it lies.
        columns: names of the columns, in order, as they are written.
        rows: the cells of each row that is not blank, in order.
        lines: the number of the line in which each row ends.
        separator: between its cells.
    """

    path: Path
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...] = ()
    separator: str = ","
    known: tuple[str, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", _canonical(self.columns))

    def has(self, *columns: str) -> bool:
        """Whether all of these columns are there, in whatever language."""
        return set(columns) <= set(self.known)

    def records(self) -> Iterator[dict[str, str]]:
        """Each row by column (as in English), without the spaces around its cells."""
        return (record for _, record in self.numbered())

    def numbered(self) -> Iterator[tuple[int, dict[str, str]]]:
        """The records, each with the number of its line."""
        for line, row in zip(self.lines, self.rows, strict=True):
            cells = [*row, *[""] * (len(self.known) - len(row))]
            yield line, {name: cells[at].strip() for at, name in enumerate(self.known) if name}

    def refused(self, line: int, column: str, found: str, expected: str) -> UnreadableTable:
        """What to raise where a cell cannot be understood."""
        written = self.columns[self.known.index(column)]
        return UnreadableTable(
            f"{self.path}: line {line}, column {written!r}: expected {expected}, got {found!r}"
        )


def read_table(path: Path) -> Table:
    """Read a table of text with a line of column names.

    Raises:
        UnreadableTable: it is missing, too large, no text, or a line has cells beyond its columns.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # reading a pipe would wait for ever
            raise UnreadableTable(f"{path}: not an ordinary file")
        if found.st_size > _MAX_BYTES:
            raise UnreadableTable(f"{path}: larger than {_MAX_BYTES >> 20} MiB")
        text = _decoded(path.read_bytes(), path)
    except OSError as error:
        raise UnreadableTable(f"{path}: cannot be read: {error.strerror}") from None
    before = 0
    if text[:4].casefold() == "sep=":  # a spreadsheet's own note
        _, _, text = text.partition("\n")
        before = 1
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(tuple(row))
                lines.append(reader.line_num + before)
    except csv.Error as error:
        where = reader.line_num + before
        raise UnreadableTable(f"{path}: line {where}: expected a CSV file: {error}") from None
    columns = tuple(name.strip() for name in rows[0]) if rows else ()
    for line, cells in zip(lines[1:], rows[1:], strict=True):
        if beyond := [cell for cell in cells[len(columns) :] if cell.strip()]:
            raise UnreadableTable(
                f"{path}: line {line}: expected {len(columns)} cells, got {len(cells)}, among them "
                f"{beyond[-1]!r}; a {separator!r} within a cell needs quotes around it"
            )
    return Table(path, columns, tuple(rows[1:]), tuple(lines[1:]), separator)


def tables_in(folder: Path, known: Collection[Table]) -> list[Table]:
    """The tables that lie in a folder of submissions, without those known or unreadable."""
    found: list[Table] = []
    paths = {table.path.resolve() for table in known}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in _SUFFIXES and path.resolve() not in paths and path.is_file():
            try:
                found.append(read_table(path))
            except UnreadableTable:
                continue
    return found


def first_with(tables: Collection[Table], *columns: str) -> Table | None:
    """The first table that has all of these columns."""
    return next((table for table in tables if table.has(*columns)), None)


def number_in(text: str) -> float | None:
    """A number with a decimal point or comma, None if it is none."""
    plain = text.strip()
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def _decoded(content: bytes, path: Path) -> str:
    """The text, in the encoding that a mark, its zeros or its form tell of."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif content[1::2].count(0) > len(content) // 4:
        encodings = ["utf-16-le"]
    elif content[::2].count(0) > len(content) // 4:
        encodings = ["utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            failed = error
    line = content.count(b"\n", 0, failed.start) + 1
    column = failed.start - content.rfind(b"\n", 0, failed.start)
    raise UnreadableTable(
        f"{path}: line {line}, byte {column}: expected text in UTF-8, UTF-16 or Windows-1252, got "
        f"byte {content[failed.start]:#04x}; save it as CSV in UTF-8"
    )


def _separator(text: str) -> str:
    """The separator that splits the first line into the most cells."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    cells = {one: len(next(csv.reader([head], delimiter=one), [])) for one in _SEPARATORS}
    return max(_SEPARATORS, key=lambda one: cells[one])


def _canonical(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Moodle's columns by their English names; others as they are."""
    plain = [name.replace("\u2019", "'") for name in columns]
    # A gradebook of Canvas may have an assignment of such a name.
    if not _TELLING & set(plain) or "Student" in plain:
        return columns
    return tuple(_CANONICAL.get(key, name) for key, name in zip(plain, columns, strict=True))
