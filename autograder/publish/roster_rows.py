"""The roster of the class report: a line for everybody, and what a person may look for in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from autograder.assignment.wording import amount
from autograder.grading.safe_text import clean, shown_name
from autograder.publish.analysis import Line

_WORDS = {
    "graded": "graded",
    "needs_person": "needs a person",
    "unreadable": "unreadable",
    "missing": "missing",
}
_NAMED = 2
# What the rows can be narrowed to: the tag, and what the page calls it.
FILTERS = {
    "person": "needs a person",
    "unreadable": "unreadable",
    "missing": "missing",
    "late": "late",
    "open": "open points",
    "lost": "points lost",
    "named": "a named mistake",
    "alike": "code alike",
}


@dataclass(frozen=True)
class RosterRow:
    """One line.

    Attributes:
        name: as it is shown.
        href: of the student's page, relative to the report.
        known: ids and addresses.
        status: in words.
        score: what counts; empty where nothing is decided.
        opened: points that a person gives.
        late: days, ``?`` for an unknown number, or empty.
        why: the reason for no score, else where most was lost.
        tags: which of `FILTERS` it is in.
    """

    name: str
    href: str
    known: str
    status: str
    score: str
    opened: str
    late: str
    why: str
    tags: tuple[str, ...]


def filters_of(rows: Collection[RosterRow]) -> list[tuple[str, str, int]]:
    """The filters that somebody is in: tag, label and how many."""
    found = [(tag, label, sum(tag in row.tags for row in rows)) for tag, label in FILTERS.items()]
    return [one for one in found if one[2]]


def roster_rows(lines: Iterable[Line], alike: Collection[str]) -> Iterator[RosterRow]:
    """The roster, in the order of the lines.

    Args:
        lines: what is kept of each student.
        alike: names of the submissions whose code is like another's.
    """
    for line in lines:
        tags = {
            "person": line.status == "needs_person",
            "unreadable": line.status == "unreadable",
            "missing": line.status == "missing",
            "late": line.late,
            "open": bool(line.open_points),
            "lost": bool(line.lost),
            "named": bool(line.named),
            "alike": line.submission in alike,
        }
        days = "?" if line.late_days is None else str(line.late_days)
        more = len(line.named) - _NAMED
        named = [*line.named[:_NAMED], *([f"and {more} more known mistakes"] if more > 0 else [])]
        why = clean(line.reason) or "; ".join(filter(None, (line.lost, *named)))
        yield RosterRow(
            shown_name(line.submission),
            f"feedback/{quote(line.page)}" if line.page else "",
            ", ".join(map(shown_name, line.known)),
            _WORDS[line.status],
            "" if line.score is None else amount(line.score),
            amount(line.open_points) if line.open_points else "",
            days if line.late else "",
            why,
            tuple(tag for tag, holds in tags.items() if holds),
        )
