"""Brightspace (D2L): "Download", a folder ``USER-FOLDER - NAME - TIME`` each, and an index.html.

The time is written in the language of whoever downloads, without a colon: ``Oct 10, 2025 1022 AM``
or ``05 March 2026 612 PM``. Where all are kept, a student has a folder for each; the newest counts.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.intake.counted_files import printable
from autograder.intake.dates import moment_in
from autograder.intake.listing import Listing, distinct, left_over, names_in
from autograder.intake.people import Student
from autograder.intake.submissions import Entry, Part
from autograder.intake.tables import Table

NAME = re.compile(
    r"^(?P<id>\d+-\d+) ?- (?P<name>.+?) ?- "
    r"(?P<time>[^-]*\b\d{4}\b[^-]*?\d{3,4}(?: ?[AaPp]\.?[Mm]\.?)?)"
    r"(?: - (?P<file>.+))?$",
    re.DOTALL,
)
INDEX = "index.html"


@dataclass(frozen=True)
class _Named:
    id: str
    name: str
    moment: datetime.datetime | None
    time: str
    file: str
    path: Path


def listing_of(folder: Path, tables: Collection[Table]) -> Listing | None:
    """One row a user, of the newest folder; None if no name in the folder is Brightspace's."""
    found: defaultdict[str, list[_Named]] = defaultdict(list)
    for name in names_in(folder):
        if match := NAME.match(name):
            who, time, file = match["name"], match["time"], match["file"] or ""
            moment = moment_in(_with_colon(time))
            found[match["id"]].append(_Named(match["id"], who, moment, time, file, folder / name))
    if not found:
        return None
    rows = [_entry(folder, named) for named in found.values()]
    taken = [name for row in rows for name in row.items]
    why = f"{len(taken)} names are USER-FOLDER - NAME - TIME"
    rest = left_over(folder, taken, lambda name: "no name as Brightspace gives them")
    rest = tuple(
        replace(one, why="the platform's own list", expected=True) if one.name == INDEX else one
        for one in rest
    )
    return Listing(folder, "brightspace", why, tuple(distinct(rows)), rest)


def _entry(folder: Path, named: list[_Named]) -> Entry:
    by_time = sorted(named, key=lambda one: (one.moment or datetime.datetime.min, one.path.name))
    last = by_time[-1]
    newest = [one for one in named if one.time == last.time]
    student = Student(
        name=printable(last.name),
        id=last.id,
        platform="brightspace",
        submitted=last.moment,
        earlier=tuple(printable(one.path.name) for one in by_time if one.time != last.time),
        upload=last.path.name if not last.file else last.path.name[: -len(last.file)],
    )
    items = tuple(one.path.name for one in named)
    if len(newest) == 1 and last.path.is_dir():
        return Entry(student.name, last.path, (), student, items)
    parts = tuple(Part(printable(one.file or one.path.name), one.path) for one in newest)
    return Entry(student.name, folder, parts, student, items)


def _with_colon(text: str) -> str:
    """``1022 AM`` as ``10:22 AM``."""
    return re.sub(r"(\d{1,2})(\d\d)( ?[AaPp]\.?[Mm]\.?)?$", r"\1:\2\3", text)
