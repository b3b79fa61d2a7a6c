"""Fill the gradebooks that Canvas and Moodle import; every column and id of theirs stays."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from autograder.assignment.manifest import Manifest
from autograder.assignment.wording import amount
from autograder.grading.result_records import Result, Student
from autograder.publish.complete_files import complete
from autograder.publish.safe_names import csv_cell

Kind = Literal["canvas", "moodle"]
_Scores = dict[str, tuple[Student, float | None]]

CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MOODLE_COLUMNS = (
    "Identifier",
    "Full name",
    "ID number",
    "Email address",
    "Status",
    "Grade",
    "Maximum grade",
    "Grade can be changed",
    "Last modified (submission)",
    "Last modified (grade)",
    "Feedback comments",
)


@dataclass(frozen=True)
class Gradebook:
    """A gradebook as the platform exported it.

    Attributes:
        columns: names of its columns.
        rows: its other lines, cell by cell.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def kind(self) -> Kind | None:
        """Whose it is, None if nobody's that is known here."""
        if {"Student", "ID", "Section"} <= set(self.columns):
            return "canvas"
        if {"Identifier", "Grade"} <= set(self.columns):
            return "moodle"
        return None


@dataclass
class GradebookOutlet:
    """Writes ``gradebook-canvas.csv`` and ``gradebook-moodle.csv``, for the platforms met.

    Args:
        manifest: its title names the column of the assignment.
        books: gradebooks as exported; without one, a new one is made of the students met.
        column: the assignment's column in Canvas's gradebook, where it is not called like it.

    Attributes:
        added: columns of Canvas's gradebook among which the assignment's was not; empty if it was.
    """

    manifest: Manifest
    books: Sequence[Gradebook] = ()
    column: str = ""
    added: tuple[str, ...] = ()
    _scores: dict[Kind, _Scores] = field(default_factory=dict)

    def add(self, result: Result, page: Path) -> None:
        """Remember a student's score."""
        who = result.student
        if who is not None and who.platform in ("canvas", "moodle"):
            self._scores.setdefault(who.platform, {})[who.id] = (who, result.final_score)

    def finish(self, folder: Path) -> None:
        """Write the gradebooks."""
        for kind, results in self._scores.items():
            made = [book for book in self.books if book.kind == kind] or [_new(kind, results)]
            lines = (
                self._filled_canvas(made[0], results)
                if kind == "canvas"
                else _fill_moodle(made[0], results, self.manifest)
            )
            with complete(folder / f"gradebook-{kind}.csv") as file:
                csv.writer(file, lineterminator="\r\n").writerows(lines)

    def _filled_canvas(self, book: Gradebook, results: _Scores) -> list[list[str]]:
        own = next((name for name in book.columns if self._is_own(name)), None)
        if own is None and book in self.books:
            self.added = tuple(name for name in book.columns if name not in CANVAS_COLUMNS)
        return _fill_canvas(book, results, self.manifest, own)

    def _is_own(self, name: str) -> bool:
        """Whether a column is the assignment's: the one named, else one of its title."""
        return name == self.column if self.column else _is_column_of(name, self.manifest)


def _new(kind: Kind, results: _Scores) -> Gradebook:
    """A gradebook with the students of a run."""
    if kind == "canvas":
        rows = [(csv_cell(who.name), who.id, who.sid, who.email, "") for who, _ in results.values()]
        return Gradebook(CANVAS_COLUMNS, (("    Points Possible", "", "", "", ""), *rows))
    lines = [
        (f"Participant {who.id}", csv_cell(who.name), who.sid, who.email, *("",) * 7)
        for who, _ in results.values()
    ]
    return Gradebook(MOODLE_COLUMNS, tuple(lines))


def _fill_canvas(
    book: Gradebook, results: _Scores, manifest: Manifest, own: str | None
) -> list[list[str]]:
    """A Canvas gradebook with the scores in the assignment's own column, or in one more."""
    columns = list(book.columns)
    place = len(columns) if own is None else columns.index(own)
    if own is None:
        columns.append(manifest.assignment.title)
    lines = [columns]
    for row in book.rows:
        cells = [*row, *[""] * (len(columns) - len(row))]
        if cells[0].strip() == "Points Possible":
            cells[place] = cells[place] or amount(manifest.max_score)
        else:
            _put(cells, place, results.get(cells[columns.index("ID")].strip()))
        lines.append(cells)
    return lines


def _is_column_of(name: str, manifest: Manifest) -> bool:
    """Whether a column is the assignment's: its title, then Canvas's number in brackets."""
    about = manifest.assignment
    stem = name.rsplit(" (", 1)[0].strip().casefold()
    return stem in (about.title.casefold(), about.name.casefold())


def _fill_moodle(book: Gradebook, results: _Scores, manifest: Manifest) -> list[list[str]]:
    """A Moodle worksheet with the scores under ``Grade``."""
    columns = list(book.columns)
    place = columns.index("Grade")
    most = columns.index("Maximum grade") if "Maximum grade" in columns else None
    lines = [columns]
    for row in book.rows:
        cells = [*row, *[""] * (len(columns) - len(row))]
        _put(cells, place, results.get(cells[columns.index("Identifier")].split(" ")[-1]))
        if most is not None:
            cells[most] = cells[most] or amount(manifest.max_score)
        lines.append(cells)
    return lines


def _put(cells: list[str], place: int, known: tuple[Student, float | None] | None) -> None:
    """A decided score; what was there stays where there is none."""
    if known is not None and known[1] is not None:
        cells[place] = amount(known[1])
