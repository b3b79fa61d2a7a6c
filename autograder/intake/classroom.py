"""GitHub Classroom: a repository folder each, names from the roster and the table of grades.

`classroom_roster.csv` knows a person's name by their GitHub name; the table that Classroom offers
under "Download grades" knows groups and times, and which repository is whose.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

from autograder.intake.counted_files import printable
from autograder.intake.dates import moment_in
from autograder.intake.listing import Listing, distinct, expected, left_over, names_in
from autograder.intake.people import Student
from autograder.intake.submissions import Entry
from autograder.intake.tables import REPOSITORIES, ROSTER, Table, first_with

_Row = dict[str, str]
_TIME = "submission_timestamp"


def listing_of(folder: Path, tables: Collection[Table]) -> Listing | None:
    """One row a person, members of a group with the same repository; None without a roster."""
    roster = first_with(tables, *ROSTER)
    grades = first_with(tables, *REPOSITORIES)
    if roster is None and grades is None:
        return None
    people = {row["github_username"].lower(): row for row in roster.records()} if roster else {}
    people.pop("", None)
    owners: defaultdict[str, list[_Row]] = defaultdict(list)
    for line, row in grades.numbered() if grades else ():
        told = row.get(_TIME, "")
        if grades and told and moment_in(told) is None:
            raise grades.refused(line, _TIME, told, "a date and a time")
        owners[row["student_repository_name"].lower()].append(row)
    found: list[Entry] = []
    for name in names_in(folder):
        path = folder / name
        if not path.is_dir() or expected(path):
            continue
        rows = owners.get(path.name.lower()) or _guessed(path.name, people)
        found += [_entry(path, row, people, together=len(rows) > 1) for row in rows]
        if not rows:
            found.append(Entry(printable(path.name), path, items=(path.name,)))
    if not found:
        return None
    taken = [name for row in found for name in row.items]
    rest = left_over(folder, taken, lambda name: "no repository")
    why = "there is its roster" if roster else "there is its table of grades"
    return Listing(folder, "github", why, tuple(distinct(found)), rest)


def _guessed(repository: str, people: dict[str, _Row]) -> list[_Row]:
    """Whose repository ``assignment-username`` is: the longest user name at its end."""
    ending = repository.lower()
    fitting = [user for user in people if ending.endswith(f"-{user}") or ending == user]
    return [{"github_username": max(fitting, key=len)}] if fitting else []


def _entry(path: Path, row: _Row, people: dict[str, _Row], together: bool) -> Entry:
    user = row["github_username"]
    known = people.get(user.lower(), {})
    identifier = row.get("roster_identifier") or known.get("identifier", "")
    student = Student(
        name=printable(known.get("name") or identifier or user),
        id=printable(known.get("github_username") or user),
        sid=printable(identifier),
        email=identifier if "@" in identifier else "",
        group=printable(row.get("group_name") or path.name) if together else "",
        platform="github",
        submitted=_moment(row.get(_TIME, "")),
        upload=path.name,
    )
    return Entry(student.name, path, (), student, (path.name,))


def _moment(text: str) -> datetime.datetime | None:
    """A time of GitHub's, which is in UTC where it names no zone."""
    moment = moment_in(text)
    if moment is None or moment.tzinfo:
        return moment
    return moment.replace(tzinfo=datetime.timezone.utc)
