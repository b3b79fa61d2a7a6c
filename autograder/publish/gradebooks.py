"""Give grades back in the form in which a learning platform takes them.

The gradebook that the platform exported comes back with this assignment's scores in it, and what is
matched by is untouched. Scores that are not decided leave the cell as it was.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from autograder.assignment.manifest import Manifest
from autograder.assignment.wording import amount
from autograder.grading.result_records import Result, Student
from autograder.grading.safe_text import csv_cell, disarmed
from autograder.own_files import complete

Kind = Literal["canvas", "moodle", "brightspace"]
_Scores = dict[str, tuple[Student, float | None]]

CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
# What Canvas knows a student by, with what institutions switch on.
_CANVAS_STUDENT = {*CANVAS_COLUMNS, "LastName", "FirstName", "Integration ID", "Root Account"}
_POSSIBLE = "Points Possible"
_GRADED = "Last modified (grade)"
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
    _GRADED,
    "Feedback comments",
)
# Brightspace: a score stands under "Title Points Grade <Numeric MaxPoints:10>", of which an import
# needs what comes before the "<", and each line ends in a column of its own.
_BRIGHTSPACE_IDS = ("OrgDefinedId", "Username")
_END, _END_CELL = "End-of-Line Indicator", "#"
_BRIGHTSPACE_ITEM = re.compile(
    r"^(?P<title>.+?) Points Grade(?: <(?:.*MaxPoints:(?P<most>[\d.,]+))?.*)?$"
)
_CANVAS_NUMBER = re.compile(r"\s*\(\d+\)$")
_PARTICIPANT = re.compile(r"(\d+)\s*$")


@dataclass(frozen=True)
class Gradebook:
    """A gradebook as the platform exported it.

    Attributes:
        columns: names of its columns.
        rows: its other lines, cell by cell.
        known: the columns by their English names, where it is in another language.
        separator: between its cells.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    known: tuple[str, ...] = ()
    separator: str = ","

    @property
    def kind(self) -> Kind | None:
        """Whose it is, None if nobody's that is known here."""
        if {"Student", "ID", "Section"} <= set(self.columns):
            return "canvas"
        if _END in self.columns and set(_BRIGHTSPACE_IDS) & set(self.columns):
            return "brightspace"
        if {"Identifier", "Grade"} <= set(self.known or self.columns):
            return "moodle"
        return None

    def cells(self) -> Iterator[list[str]]:
        """Each row, as long as there are columns."""
        width = len(self.columns)
        for row in self.rows:
            yield [*row, *[""] * (width - len(row))][:width]


@dataclass(frozen=True)
class Filled:
    """What a person should know of a gradebook that was filled.

    Attributes:
        kind: whose it is.
        beside: columns among which the assignment's was not, or was more than once; else empty.
        possible: how many points the platform says there are, where that is another number.
        missing: names of students of this run who have no row in it.
    """

    kind: Kind
    beside: tuple[str, ...] = ()
    possible: str = ""
    missing: tuple[str, ...] = ()


@dataclass
class GradebookOutlet:
    """Writes ``gradebook-PLATFORM.csv`` for each of Canvas, Moodle and Brightspace that was met.

    What Brightspace exports names nobody's id: only who has one from a roster is in its gradebook.

    Args:
        manifest: its title names the column of the assignment.
        books: gradebooks as exported; without one, a new one is made of the students met.
        column: the assignment's column in Canvas's gradebook, where it is not called like it.

    Attributes:
        filled: what there is to tell of each that was written.
    """

    manifest: Manifest
    books: Sequence[Gradebook] = ()
    column: str = ""
    filled: list[Filled] = field(default_factory=list)
    _scores: dict[Kind, _Scores] = field(default_factory=dict)

    def add(self, result: Result, page: Path) -> None:
        """Remember a student's score."""
        who = result.student
        if who is not None and who.platform in ("canvas", "moodle", "brightspace"):
            key = (who.sid or f" {who.id}") if who.platform == "brightspace" else who.id
            self._scores.setdefault(who.platform, {})[key] = (who, result.counts)

    def finish(self, folder: Path) -> Collection[str]:
        """Write the gradebooks."""
        for kind, results in self._scores.items():
            made = [book for book in self.books if book.kind == kind] or [_new(kind, results)]
            if not made[0].rows and made[0] not in self.books:
                continue
            fill = {
                "canvas": self._fill_canvas,
                "moodle": self._fill_moodle,
                "brightspace": self._fill_brightspace,
            }[kind]
            lines = fill(made[0], results)
            with complete(folder / f"gradebook-{kind}.csv") as file:
                table = csv.writer(file, delimiter=made[0].separator, lineterminator="\r\n")
                table.writerows(lines)
        return ()

    def _fill_canvas(self, book: Gradebook, results: _Scores) -> list[list[str]]:
        """The student's columns and the assignment's: others would replace newer scores."""
        own = self._own_columns(book)
        named = [place for place, name in enumerate(book.columns) if name in _CANVAS_STUDENT]
        beside: tuple[str, ...] = ()
        if len(own) != 1 and book in self.books:
            beside = tuple(name for name in book.columns if name not in _CANVAS_STUDENT)
        title = book.columns[own[0]] if len(own) == 1 else self.manifest.assignment.title
        lines = [[*(book.columns[place] for place in named), title]]
        possible, left = "", set(results)
        for cells in book.cells():
            score = cells[own[0]] if len(own) == 1 else ""
            who = cells[book.columns.index("ID")].strip()
            if cells[0].strip() == _POSSIBLE:
                possible = score
                score = score or amount(self.manifest.max_score)
            elif who in results:
                score = _decided(results[who], score, like=possible)
                left.discard(who)
            lines.append([*(disarmed(cells[place]) for place in named), score])
        self._tell("canvas", results, left, possible, beside)
        return lines

    def _own_columns(self, book: Gradebook) -> list[int]:
        """Places of the columns that can be the assignment's: the one named, else of its title."""
        if self.column:
            return [place for place, name in enumerate(book.columns) if name == self.column]
        about = self.manifest.assignment
        for wanted in (about.title.casefold(), about.name.casefold()):
            found = [place for place, name in enumerate(book.columns) if wanted in _titles_of(name)]
            if found:
                return found
        return []

    def _fill_moodle(self, book: Gradebook, results: _Scores) -> list[list[str]]:
        """A Moodle worksheet with the scores under ``Grade``."""
        columns = list(book.known or book.columns)
        place = columns.index("Grade")
        most = columns.index("Maximum grade") if "Maximum grade" in columns else None
        # What stands behind it are our own comments, which Moodle takes in as they are.
        ours = columns.index(_GRADED) if _GRADED in columns else len(columns)
        lines, possible, left = [list(book.columns)], "", set(results)
        for cells in book.cells():
            found = _PARTICIPANT.search(cells[columns.index("Identifier")])
            score = cells[place]
            if found and found[1] in results:
                score = _decided(results[found[1]], score, like=cells[most] if most else "")
                left.discard(found[1])
            line = [*map(disarmed, cells[:ours]), *cells[ours:]]
            line[place] = score
            if most is not None:
                possible = cells[most] or possible
                line[most] = cells[most] or amount(self.manifest.max_score)
            lines.append(line)
        self._tell("moodle", results, left, possible)
        return lines

    def _fill_brightspace(self, book: Gradebook, results: _Scores) -> list[list[str]]:
        """Who it is and the assignment's score: others would replace newer ones."""
        columns = list(book.columns)
        own = self._own_columns(book)
        named = [columns.index(name) for name in _BRIGHTSPACE_IDS if name in columns]
        beside: tuple[str, ...] = ()
        title, possible = self.manifest.assignment.title, ""
        if len(own) != 1:
            beside = tuple(name for name in columns if _BRIGHTSPACE_ITEM.match(name))
        elif item := _BRIGHTSPACE_ITEM.match(columns[own[0]]):
            title, possible = item["title"], item["most"] or ""
        lines = [[*(columns[place] for place in named), f"{title} Points Grade", _END]]
        left = set(results)
        for cells in book.cells():
            score = cells[own[0]] if len(own) == 1 else ""
            who = cells[named[0]].strip().removeprefix(_END_CELL)
            if who in results:
                score = _decided(results[who], score, like=possible)
                left.discard(who)
            lines.append([*(disarmed(cells[place]) for place in named), score, _END_CELL])
        self._tell("brightspace", results, left, possible, beside)
        return lines

    def _tell(
        self,
        kind: Kind,
        results: _Scores,
        left: set[str],
        possible: str,
        beside: tuple[str, ...] = (),
    ) -> None:
        missing = tuple(results[who][0].name for who in results if who in left)
        other = possible if _number(possible) not in (None, self.manifest.max_score) else ""
        self.filled.append(Filled(kind, beside, other, missing))


def _new(kind: Kind, results: _Scores) -> Gradebook:
    """A gradebook with the students of a run."""
    people = [
        (who.id, *(csv_cell(cell) for cell in (who.name, who.sid, who.email)))
        for who, _ in results.values()
    ]
    if kind == "canvas":
        rows = [(name, number, sid, email, "") for number, name, sid, email in people]
        return Gradebook(CANVAS_COLUMNS, ((f"    {_POSSIBLE}", "", "", "", ""), *rows))
    if kind == "brightspace":
        ids = [(f"{_END_CELL}{sid}", _END_CELL) for _, _, sid, _ in people if sid]
        return Gradebook((_BRIGHTSPACE_IDS[0], _END), tuple(ids))
    empty = ("",) * (len(MOODLE_COLUMNS) - 4)
    lines = [(f"Participant {number}", *cells, *empty) for number, *cells in people]
    return Gradebook(MOODLE_COLUMNS, tuple(lines))


def _titles_of(column: str) -> set[str]:
    """What an assignment may be called that has this column."""
    item = _BRIGHTSPACE_ITEM.match(column)
    titles = {column, _CANVAS_NUMBER.sub("", column), item["title"] if item else column}
    return {title.casefold() for title in titles}


def _decided(known: tuple[Student, float | None], before: str, like: str) -> str:
    """The score, with the decimal sign of another cell; what was there where there is none."""
    sign = "," if "," in like else "."
    return before if known[1] is None else amount(known[1]).replace(".", sign)


def _number(cell: str) -> float | None:
    try:
        return float(cell.strip().replace(",", "."))
    except ValueError:
        return None
