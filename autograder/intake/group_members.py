"""Give every member of a group the hand-in of the one who handed it in, where a roster tells."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import msgspec

from autograder.intake.people import Student
from autograder.intake.submissions import Entry


def squeezed(name: str) -> str:
    """A name as platforms write it into file names: letters and digits alone, without accents."""
    return "".join(one for one in unicodedata.normalize("NFKD", name) if one.isalnum()).casefold()


def share(found: Sequence[Entry], absent: Iterable[Student]) -> tuple[list[Entry], list[Student]]:
    """A row for each of the people without a hand-in whose group has exactly one.

    Args:
        found: the rows of what was handed in; whose person is on the roster, with their group.
        absent: people on the roster without a row.

    Returns:
        The rows, and the people who are still without one. A row under the name of a group, which
        is nobody's own, makes room for those of its members.
    """
    rows, left, replaced = list(found), [], set[int]()
    for person in absent:
        theirs = list(_of_group(found, person.group)) if person.group else []
        if len(theirs) != 1:
            left.append(person)
            continue
        known = found[theirs[0]]
        assert known.student is not None
        who = msgspec.structs.replace(
            person,
            platform=person.platform or ("" if person.id else known.student.platform),
            submitted=known.student.submitted,
            late=known.student.late,
            earlier=known.student.earlier,
        )
        rows.append(replace(known, name=who.name, student=who))
        if not known.student.group:
            replaced.add(theirs[0])
    return [row for at, row in enumerate(rows) if at not in replaced], left


def _of_group(found: Sequence[Entry], group: str) -> Iterator[int]:
    for at, entry in enumerate(found):
        who = entry.student
        if who is not None and squeezed(who.group or who.name) == squeezed(group):
            yield at
