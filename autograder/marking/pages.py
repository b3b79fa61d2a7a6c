"""Lay out the marking page: the list of a class, and one submission with its forms."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from autograder.assignment.wording import amount, points
from autograder.grading.marks import Mark
from autograder.grading.safe_text import clean, shown_name
from autograder.marking.blocks import Prose, Table
from autograder.marking.class_roster import ClassRoster
from autograder.marking.desk import Seat
from autograder.marking.figures import Figure
from autograder.publish.roster_rows import filters_of
from autograder.templating import environment, templates_folder

FIELDS = ("exercise", "counts_as", "points", "author", "reason")
_A_PAGE = 100


class Pages:
    """Renders the pages of a desk.

    Args:
        roster: the class that is marked.
        base: what the path of every page begins with.

    Attributes:
        author: who gave the last mark; put into the next form.
        style: the pages' style sheet.
        script: their script.
    """

    def __init__(self, roster: ClassRoster, base: str) -> None:
        self._roster, self._desk = roster, roster.desk
        self.base = base
        self.author = ""
        sheets = ("feedback.css", "report.css", "marking.css")
        self.style = "\n".join(_text(name) for name in sheets)
        self.script = "\n".join(_text(name) for name in ("marking.js", "report.js"))
        self._environment = environment().overlay(finalize=_cleaned)
        self._environment.filters["amount"] = amount
        self._environment.filters["shown"] = shown_name
        self._environment.tests["prose"] = lambda block: isinstance(block, Prose)
        self._environment.tests["table"] = lambda block: isinstance(block, Table)
        self._environment.tests["figure"] = lambda block: isinstance(block, Figure)

    def roster(self) -> str:
        """Everybody, to sort and to narrow down."""
        rows = self._roster.rows()
        return self._render("marking-roster.html.j2", roster=rows, filters=filters_of(rows))

    def alike(self) -> str:
        """Whose code is alike."""
        return self._render("marking-alike.html.j2", pairs=self._roster.pairs)

    def beside(self, one: int, other: int) -> str:
        """The code of two submissions side by side."""
        files = self._roster.beside(one, other)
        seats = [self._desk.seats[place] for place in (one, other)]
        return self._render("marking-beside.html.j2", files=files, seats=seats, places=(one, other))

    def listing(self, wanted: str, page: str) -> str:
        """Who waits; with `wanted` everybody whose name holds it.

        Args:
            wanted: part of a name; ``*`` is everybody.
            page: number of the page of the list, as it came in.
        """
        seats = list(enumerate(self._desk.seats))
        if wanted:
            sought = "" if wanted == "*" else wanted.casefold()
            found = [(n, seat) for n, seat in seats if sought in seat.submission.casefold()]
        else:
            found = [(n, seat) for n, seat in seats if seat.waits]
        first = (int(page) if page.isascii() and page.isdecimal() else 0) * _A_PAGE
        return self._render(
            "marking-list.html.j2",
            found=found[first : first + _A_PAGE],
            count=len(found),
            first=first,
            page_size=_A_PAGE,
            wanted=wanted[:200],
            shown_score=_score,
        )

    def sheet(
        self,
        place: int,
        problem: str = "",
        line: Mapping[str, str] | None = None,
        saved: bool = False,
    ) -> str:
        """One submission.

        Args:
            place: in the list.
            problem: why the last mark was not taken, empty if it was.
            line: that mark, as it was sent.
            saved: whether a mark was taken just now.
        """
        sheet = self._desk.sheet(place)
        count = len(self._desk.seats)
        return self._render(
            "marking-sheet.html.j2",
            place=place,
            sheet=sheet,
            result=sheet.result,
            seat=self._desk.seats[place],
            previous=(place - 1) % count,
            following=(place + 1) % count,
            next_waiting=self._desk.next_waiting(place),
            previous_waiting=self._desk.next_waiting(place, -1),
            problem=problem,
            saved=saved,
            line=line or dict.fromkeys(FIELDS, ""),
            author=self.author,
            told=_told,
            shown_score=_score,
            partners=[
                (pair, pair.other if pair.one == place else pair.one)
                for pair in self._roster.pairs
                if place in (pair.one, pair.other)
            ],
        )

    def _render(self, name: str, **values: object) -> str:
        return self._environment.get_template(name).render(
            base=self.base,
            about=self._desk.manifest.assignment,
            total=len(self._desk.seats),
            waiting=self._desk.waiting,
            style=Markup(self.style),
            script=Markup(self.script),
            **values,
        )


def _score(seat: Seat) -> str:
    return "none" if seat.score is None else amount(seat.score)


def _told(mark: Mark) -> str:
    return f"{points(mark.points)}, {mark.counts_as}, {mark.author}, {mark.date}"


def _cleaned(value: object) -> object:
    """What is plain text is cleaned again: whoever wrote it, the page stays safe."""
    return clean(value) if type(value) is str else value


def _text(name: str) -> str:
    return (templates_folder() / name).read_text(encoding="utf-8")
