"""Who is on the course: everybody on a table that was named gets a row, also without a hand-in.

A person and a hand-in belong together where an id, an address or the whole name is the same, and
only one has it on either side. Names that are merely alike are told to a person and never joined.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from unicodedata import normalize

import msgspec

from autograder.intake.canvas import real_name
from autograder.intake.group_members import share, squeezed
from autograder.intake.name_likeness import alike
from autograder.intake.people import Platform, Student
from autograder.intake.roster_tables import is_roster, people_in
from autograder.intake.submissions import Entry
from autograder.intake.tables import Table

_ALIKE = 0.8
_MOST_COMPARED = 300


@dataclass(frozen=True)
class Suggestion:
    """Somebody without a hand-in, and names of hand-ins of nobody on the roster that are alike."""

    person: str
    alike: tuple[str, ...]


@dataclass(frozen=True)
class Enrolled:
    """A class with everybody on its roster.

    Attributes:
        entries: the rows; those of people who handed in nothing say so.
        people: how many are on the roster.
        missing: how many of them handed in nothing.
        strangers: names of the hand-ins that are of nobody on it.
        together: names of people whose hand-in has another name, as that of a group has, while no
            roster tells of groups.
        suggestions: which of these may be whose.
    """

    entries: tuple[Entry, ...]
    people: int = 0
    missing: int = 0
    strangers: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def told(self) -> list[str]:
        """What a person should know, a line each."""
        if not self.people:
            return []
        lines = [f"On the roster: {self.people}, of whom {self.missing} handed in nothing"]
        if self.strangers:
            lines.append(f"Not on the roster: {_first(self.strangers)}")
        if self.together:
            lines.append(
                f"Handed in under a name that is not their own, as groups do: "
                f"{_first(self.together)}. Name the platform's table of groups with --table, and "
                "every member has a row"
            )
        for one in self.suggestions[:20]:
            lines.append(
                f"{one.person} handed in nothing; alike: {', '.join(one.alike)}. If it is the same "
                "person, give both the same name or id"
            )
        if self.missing and (self.strangers or self.together):
            lines.append("Nobody gets a 0 for handing in nothing while it is open whose those are")
        return lines


def _first(names: Sequence[str]) -> str:
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def enrol(entries: Sequence[Entry], tables: Iterable[Table], platform: Platform) -> Enrolled:
    """Give everybody on the rosters a row.

    Args:
        entries: the rows of what was handed in.
        tables: those that were named.
        platform: whose export it is.
    """
    people: list[Student] = []
    for table in tables:
        if is_roster(table):
            people = _merged(people, list(people_in(table, platform)))
    if not people:
        return Enrolled(tuple(entries))
    found = list(entries)
    free = dict(enumerate(found))
    absent = people
    for key in (_by_id, _by_sid, _by_email, _by_name):
        absent = _joined(absent, found, free, key)
    strangers = [entry.name for entry in free.values()]
    place = found[0].path.parent
    found, absent = share(found, absent)
    still = {entry.name for entry in found}
    strangers = [name for name in strangers if name in still]
    together = () if any(person.group for person in people) else tuple(_under_another_name(found))
    unmatched = bool(strangers or together)
    absent = [msgspec.structs.replace(person, unmatched=unmatched) for person in absent]
    missing = [Entry(person.name, place, student=person, missing=True) for person in absent]
    return Enrolled(
        (*found, *missing),
        len(people),
        len(missing),
        tuple(strangers),
        together,
        tuple(_suggestions([person.name for person in absent], strangers)),
    )


def _under_another_name(found: Iterable[Entry]) -> Iterable[str]:
    for entry in found:
        if entry.student is not None and entry.student.platform == "canvas" and entry.student.group:
            yield entry.name


def _joined(
    people: list[Student],
    found: list[Entry],
    free: dict[int, Entry],
    key: Callable[[Student, Entry | None], str],
) -> list[Student]:
    """Join whom one key names on both sides, once each; the people who are left."""
    theirs = {at: key(_shown(entry), entry) for at, entry in free.items()}
    often_there = Counter(theirs.values())
    often_here = Counter(key(person, None) for person in people)
    at_of = {told: at for at, told in theirs.items()}
    left = []
    for person in people:
        told = key(person, None)
        # A group's members hand in one thing: each has a row of their own by now.
        if told and often_here[told] == 1 and often_there[told] == 1:
            at = at_of[told]
            who = _filled(found[at].student, person)
            renamed = found[at].student is not None and _shown(found[at]).name != who.name
            name = who.name if renamed else found[at].name
            found[at] = replace(found[at], name=name, student=who)
            del free[at]
        else:
            left.append(person)
    return left


def _shown(entry: Entry) -> Student:
    return entry.student or Student(name=entry.name)


def _filled(known: Student | None, person: Student) -> Student:
    """What the hand-in tells of somebody, and the roster where it tells nothing."""
    if known is None:
        return person
    group = person.group or known.group
    return msgspec.structs.replace(
        known,
        name=person.name if group and squeezed(known.name) == squeezed(group) else known.name,
        group=group,
        sid=known.sid or person.sid,
        email=known.email or person.email,
    )


def _by_id(who: Student, entry: Entry | None) -> str:
    """The platform's own id; Gradescope's is that of an attempt, and a plain entry's its name."""
    if entry is not None and entry.student is None:
        return f" {entry.name.casefold()}"
    of_attempt = entry is not None and who.platform == "gradescope"
    return f"{who.platform} {who.id.casefold()}" if who.id and not of_attempt else ""


def _by_sid(who: Student, entry: Entry | None) -> str:
    return who.sid.casefold() or (entry.name.casefold() if entry and not entry.student else "")


def _by_email(who: Student, entry: Entry | None) -> str:
    plain = entry is not None and entry.student is None
    return entry.name.casefold() if entry and plain else who.email.casefold()


def _by_name(who: Student, entry: Entry | None) -> str:
    return " ".join(normalize("NFC", real_name(who.name)).split())


def _merged(known: list[Student], listed: list[Student]) -> list[Student]:
    """People of two tables, whoever is on both once: the same id or address, or the whole name.

    A name alone joins two lines only where each table has it once and no id speaks against it.
    """
    merged = list(known)
    here, there = (Counter(_by_name(one, None) for one in side) for side in (listed, known))
    for one in listed:
        name = _by_name(one, None)
        alone = here[name] == there[name] == 1
        match = next(
            (at for at, other in enumerate(known) if _same(one, other, alone)),
            None,
        )
        if match is None:
            merged.append(one)
        else:
            other = merged[match]
            merged[match] = msgspec.structs.replace(
                other,
                id=other.id or one.id,
                sid=other.sid or one.sid,
                email=other.email or one.email,
                group=other.group or one.group,
                platform=other.platform or (one.platform if not other.id else ""),
            )
    return merged


def _same(one: Student, other: Student, alone: bool) -> bool:
    """Whether two lines of different tables are one person.

    Args:
        one: a line.
        other: a line of another table.
        alone: whether each table has the first one's name once.
    """
    pairs = [
        (_by_sid(one, None), _by_sid(other, None)),
        (_by_email(one, None), _by_email(other, None)),
    ]
    pairs += [(_by_id(one, None), _by_id(other, None))] if one.platform == other.platform else []
    told = [ours == theirs for ours, theirs in pairs if ours and theirs]
    if told:
        return all(told)
    return alone and _by_name(one, None) == _by_name(other, None)


def _suggestions(absent: Sequence[str], strangers: Sequence[str]) -> Iterable[Suggestion]:
    for person in absent[:_MOST_COMPARED]:
        scored = [(alike(person, name), name) for name in strangers[:_MOST_COMPARED]]
        near = sorted((made for made in scored if made[0] >= _ALIKE), reverse=True)
        if near:
            yield Suggestion(person, tuple(name for _, name in near[:3]))
