"""The class of a desk as a whole: everybody's row, and whose code is alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from autograder.batch.fingerprints import Fingerprint
from autograder.extras import MissingExtra
from autograder.grading.safe_text import shown_name
from autograder.marking.code_lines import CodeLine, Shown, beside
from autograder.marking.desk import Desk, Seat
from autograder.own_files import open_ordinary
from autograder.publish.analysis import Analysis
from autograder.publish.class_report import likeness_of
from autograder.publish.results import PAGES
from autograder.publish.roster_rows import RosterRow, roster_rows
from autograder.publish.safe_names import file_name
from autograder.publish.similarity import Pair


@dataclass(frozen=True)
class AlikePair:
    """Two submissions whose code is alike.

    Attributes:
        one: place of a submission.
        other: place of the other.
        names: of both.
        share: of the passages of the one that has fewer, those that the other has; 1 for equal
            files.
    """

    one: int
    other: int
    names: tuple[str, str]
    share: float


@dataclass(frozen=True)
class FilesBeside:
    """A file of each of two submissions, row by row; empty where nothing can be shown."""

    names: tuple[str, str]
    rows: list[tuple[Shown | None, Shown | None]]
    alike: int


@dataclass
class ClassRoster:
    """What the roster page shows.

    Args:
        desk: of the class.
        works: takes the fingerprints of the class's code, by submission.
        handed_out: renders the files that everybody was given.
    """

    desk: Desk
    works: Callable[[], Mapping[str, Fingerprint]] = dict
    handed_out: Callable[[], Mapping[str, bytes]] = dict
    _pages: list[str] = field(default_factory=list)

    def rows(self) -> list[RosterRow]:
        """Everybody, in the order of their places."""
        analysis, taken = Analysis(), set[str]()
        for result in self.desk.results():
            analysis.add(result, f"{file_name(result.submission, taken)}.html")
        self._pages = [line.page for line in analysis.lines]
        named = {seat.submission for pair in self.pairs for seat in self._seats(pair)}
        return list(roster_rows(analysis.lines, named))

    @cached_property
    def pairs(self) -> list[AlikePair]:
        """Whose code is alike, equal files first, then the most alike."""
        analysis = Analysis()
        for result in self.desk.results():
            analysis.add(result, "")
        places = {seat.submission: place for place, seat in enumerate(self.desk.seats)}
        same_work = self.desk.same_work()
        passages = {name: made.passages for name, made in self.works().items()}
        found: tuple[Pair, ...] = ()
        with suppress(MissingExtra):  # fingerprints that another machine took
            found = likeness_of(analysis.lines, passages, same_work).pairs
        pairs = [(places[names[0]], places[name], 1.0) for names in same_work for name in names[1:]]
        pairs += [(pair.one, pair.other, pair.share) for pair in found]
        return [
            AlikePair(one, other, (self._name(one), self._name(other)), share)
            for one, other, share in pairs
        ]

    def beside(self, one: int, other: int) -> list[FilesBeside]:
        """The code of two submissions, each file beside the other's of the same name.

        Raises:
            LookupError: one is no longer in the results.
        """
        sides = [self._code(place) for place in (one, other)]
        made = []
        for path, lines in sides[0].items():
            match = self._partner(path, sides[1])
            rows = beside(lines, sides[1][match], self._given) if match else []
            alike = sum(left is not None and left.alike for left, _ in rows)
            made.append(FilesBeside((path, match), rows, alike))
        return sorted(made, key=lambda pair: -pair.alike)

    def feedback(self, place: int) -> bytes | None:
        """The page that a student reads, None if there is none."""
        if not self._pages:
            self.rows()
        try:
            path = self.desk.folder / PAGES / self._pages[place]
            with open(open_ordinary(path), "rb") as page:
                return page.read()
        except OSError:
            return None

    @cached_property
    def _given(self) -> set[str]:
        """The lines that everybody was given."""
        files = self.handed_out().items()
        texts = [text.decode("utf-8", "replace") for path, text in files if path.endswith(".py")]
        return {line.strip() for text in texts for line in text.splitlines()} - {""}

    def _seats(self, pair: AlikePair) -> list[Seat]:
        return [self.desk.seats[pair.one], self.desk.seats[pair.other]]

    def _name(self, place: int) -> str:
        return shown_name(self.desk.seats[place].submission)

    def _code(self, place: int) -> dict[str, list[CodeLine]]:
        made = {}
        for source in self.desk.sheet(place).sources:
            if source.lines:
                made[source.title] = list(source.lines)
        return made

    def _partner(self, path: str, others: Mapping[str, object]) -> str:
        name = path.rsplit("/", 1)[-1]
        same = [other for other in others if other.rsplit("/", 1)[-1] == name]
        ending = [other for other in others if other.rsplit(".", 1)[-1] == path.rsplit(".", 1)[-1]]
        return path if path in others else next(iter([*same, *ending, *others]), "")
