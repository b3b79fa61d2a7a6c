"""Blackboard: "Assignment File Download", loose files ``ASSIGNMENT_USER_attempt_TIME_FILE``.

Each attempt has a receipt, ``ASSIGNMENT_USER_attempt_TIME.txt``, with the person's name and what
was typed into the text box. The newest attempt counts.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.intake.counted_files import printable
from autograder.intake.listing import Listing, distinct, left_over, names_in
from autograder.intake.people import Student
from autograder.intake.submissions import Entry, Part
from autograder.intake.tables import Table

NAME = re.compile(
    r"^(?P<who>.+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|(?P<receipt>\.txt))$",
    re.DOTALL,
)
# "Name: Ada Lovelace (ada)", with its first word in the language of the site.
_PERSON = re.compile(
    r"^\s*(?P<label>[^:\n]+):\s*(?P<name>.+?)\s*\((?P<user>[^()\n]+)\)\s*$", re.MULTILINE
)
_MOST_READ = 1 << 16
_TYPED = "text typed into Blackboard and no file; wanted: the notebook or the .py files"


@dataclass(frozen=True)
class _Named:
    who: str
    time: str
    file: str
    path: Path


def listing_of(folder: Path, tables: Collection[Table]) -> Listing | None:
    """One row a user, of the newest attempt; None if no name in the folder is Blackboard's."""
    found: defaultdict[str, list[_Named]] = defaultdict(list)
    for name in names_in(folder):
        if match := NAME.match(name):
            found[match["who"]].append(
                _Named(match["who"], match["time"], match["file"] or "", folder / name)
            )
    if not found:
        return None
    assignment = _shared(found)
    rows = [_entry(folder, who[len(assignment) :], named) for who, named in found.items()]
    taken = [name for row in rows for name in row.items]
    why = f"{len(taken)} names are ASSIGNMENT_USER_attempt_..."
    rest = left_over(folder, taken, lambda name: "no name as Blackboard gives them")
    return Listing(folder, "blackboard", why, tuple(distinct(rows)), rest)


def _shared(names: Iterable[str]) -> str:
    """What all names begin with up to a ``_``: the assignment, and what stands before the user."""
    parts = [name.split("_") for name in names]
    same = 0
    while all(same + 1 < len(one) and one[same] == parts[0][same] for one in parts):
        same += 1
    return "".join(f"{part}_" for part in parts[0][:same])


def _entry(folder: Path, user: str, named: list[_Named]) -> Entry:
    times = sorted({one.time for one in named})
    newest = [one for one in named if one.time == times[-1]]
    name, told = _person([one for one in newest if not one.file]) or (user, user)
    student = Student(
        name=printable(name),
        id=printable(told),
        platform="blackboard",
        submitted=_moment(times[-1]),
        earlier=tuple(times[:-1]),
        upload=f"{named[0].who}_attempt_{times[-1]}_",
    )
    parts = tuple(Part(printable(one.file), one.path) for one in newest if one.file)
    items = tuple(one.path.name for one in named)
    return Entry(student.name, folder, parts, student, items, "" if parts else _TYPED)


def _person(receipts: list[_Named]) -> tuple[str, str] | None:
    """The name and the user that a receipt tells of."""
    for receipt in receipts:
        try:
            with open(receipt.path, "rb") as file:
                text = file.read(_MOST_READ).decode("utf-8-sig", "replace")
        except OSError:
            continue
        for match in _PERSON.finditer(text):
            own = f"_{receipt.who}".endswith(f"_{match['user']}")
            if own or match["label"].strip() == "Name":
                return match["name"], match["user"]
    return None


def _moment(text: str) -> datetime.datetime | None:
    """The time in a name, which has no zone: it is read as in that of the deadline."""
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d-%H-%M-%S")
    except ValueError:
        return None
