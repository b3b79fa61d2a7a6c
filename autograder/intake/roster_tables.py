"""Read people from a roster: by which columns each is known, on whatever platform's table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from autograder.intake.canvas import real_name
from autograder.intake.counted_files import printable
from autograder.intake.moodle import participant
from autograder.intake.people import Platform, Student
from autograder.intake.tables import GRADEBOOK, LATENESS, ROSTER, WORKSHEET, Table

_NAME = ("name", "full name", "student", "student name", "nom complet", "nombre completo")
_FIRST = ("first name", "firstname", "given name", "vorname", "prénom", "nombre")
_LAST = ("last name", "lastname", "surname", "family name", "nachname", "nom", "apellido(s)")
_SID = (
    *("sid", "student id", "id number", "student number", "orgdefinedid", "matriculation number"),
    *("matrikelnummer", "id-nummer", "user_id"),
)
_ID = (
    "canvas_user_id",
    "id",
    "username",
    "user name",
    "login",
    "login id",
    "user id",
    "anmeldename",
)
_GROUP = ("group_name", "group", "group name", "gruppe", "groupe", "grupo")
_EMAIL = ("email", "e-mail", "email address", "e-mail-adresse", "mail", "e-mail address")
_STAFF = {"instructor", "ta", "teacher", "grader", "observer", "designer"}


def is_roster(table: Table) -> bool:
    """Whether a table lists people by a name, an id or an address."""
    if table.has(*LATENESS):
        return False
    known = {name.casefold() for name in table.known}
    return bool(known & {*_NAME, *_LAST, *_SID, *_EMAIL}) or table.has(*WORKSHEET)


def people_in(table: Table, platform: Platform) -> Iterator[Student]:
    """Everybody on a roster who may hand in.

    Args:
        table: the roster.
        platform: whose export the hand-ins are.
    """
    columns = {name.casefold(): name for name in table.known}
    for row in table.records():
        who = _person(row, columns, table, platform)
        if who is not None and (who.name or who.id or who.sid or who.email):
            name = printable(who.name or who.email or who.sid or who.id)
            yield msgspec.structs.replace(who, name=name)


def _person(
    row: dict[str, str], columns: dict[str, str], table: Table, platform: Platform
) -> Student | None:
    def first(names: Iterable[str]) -> str:
        return next((row[columns[name]] for name in names if row.get(columns.get(name, ""))), "")

    if first(("role",)).casefold() in _STAFF:
        return None
    if table.has(*GRADEBOOK):
        listed = row["Student"]
        if listed == "Points Possible" or listed.endswith("Student, Test") or not row["ID"]:
            return None
        login = row.get("SIS Login ID", "")
        email = login if "@" in login else ""
        own: Platform = "canvas" if platform == "canvas" else ""
        sid = row.get("SIS User ID", "")
        return Student(name=real_name(listed), id=row["ID"], sid=sid, email=email, platform=own)
    name = first(_NAME) or f"{first(_FIRST)} {first(_LAST)}".strip()
    email, sid = first(_EMAIL), first(_SID)
    if table.has(*WORKSHEET):
        number = participant(row["Identifier"])
        own = "moodle" if platform == "moodle" else ""
        name = name or row["Identifier"]
        return Student(name=name, id=number, sid=sid, email=email, platform=own)
    if table.has(*ROSTER):
        own = "github" if platform == "github" else ""
        identifier = row["identifier"]
        email = identifier if "@" in identifier else ""
        user = row["github_username"]
        return Student(name=name, id=user, sid=identifier, email=email, platform=own)
    own = "canvas" if platform == "canvas" and "canvas_user_id" in columns else ""
    mark = "#" if platform == "brightspace" else ""  # its exports begin ids and names with it
    return Student(
        name=real_name(name),
        id=first(_ID).removeprefix(mark),
        sid=(sid or (first(_ID) if mark else "")).removeprefix(mark),
        email=email,
        group=printable(first(_GROUP)),
        platform=own,
    )
