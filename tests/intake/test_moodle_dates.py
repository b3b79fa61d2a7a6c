"""A worksheet's times, in each form that Moodle writes them, against the deadline to the minute."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec
import pytest

from autograder.assignment.manifest import Late, Manifest, read_manifest
from autograder.grading.settling import lateness
from autograder.intake.exports import find_entries
from autograder.intake.people import Student

HEADER = "Identifier,Full name,ID number,Email address,Status,Grade,Last modified (submission)\n"
FORMS = {
    "12 hours": ("%A, {day} %B %Y, {hour}:%M %p", "Monday, 16 February 2026, 11:59 PM"),
    "24 hours": ("%A, {day} %B %Y, %H:%M", "Monday, 16 February 2026, 23:59"),
    "American": ("%A, %B {day}, %Y, {hour}:%M %p", "Monday, February 16, 2026, 11:59 PM"),
}
ZONES = {"west": -300, "utc": 0, "east": 330}


def written(moment: datetime.datetime, form: str) -> str:
    hour = moment.hour % 12 or 12
    return moment.strftime(FORMS[form][0].format(day=moment.day, hour=hour))


def handed_in(folder: Path, told: str) -> Student:
    (folder / "Ada Lovelace_1000_assignsubmission_file_").mkdir()
    (folder / "Ada Lovelace_1000_assignsubmission_file_" / "words.py").write_text("")
    row = f'Participant 1000,Ada Lovelace,s-0,ada@example.edu,Submitted,,"{told}"\n'
    (folder / "worksheet.csv").write_text(HEADER + row)
    (entry,) = find_entries(folder)
    assert entry.student is not None
    return entry.student


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    made = read_manifest(Path(__file__).parents[1] / "tiny")
    return msgspec.structs.replace(made, late=Late(percent_per_day=10.0))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("minutes", "days"), [(-1, None), (0, None), (1, 1), (721, 1), (1441, 2)])
def test_a_minute_decides_in_each_form_and_zone(
    manifest: Manifest, tmp_path: Path, form: str, zone: str, minutes: int, days: int | None
) -> None:
    """Moodle tells no zone: its times are read in that of the deadline."""
    there = datetime.timezone(datetime.timedelta(minutes=ZONES[zone]))
    due = datetime.datetime(2026, 2, 16, 23, 59, tzinfo=there)
    assert written(due, form) == FORMS[form][1]
    about = msgspec.structs.replace(manifest.assignment, due=due)
    strict = msgspec.structs.replace(manifest, assignment=about)
    moment = due + datetime.timedelta(minutes=minutes)
    student = handed_in(tmp_path, written(moment, form))
    assert student.submitted is not None
    late = lateness(student, strict)
    assert (late and late.days) == days
    assert student.submitted.replace(tzinfo=there) == moment


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("hour", [0, 1, 11, 12, 13, 23])
def test_midnight_and_noon_are_told_apart(tmp_path: Path, form: str, hour: int) -> None:
    moment = datetime.datetime(2026, 3, 1, hour, 5)
    assert handed_in(tmp_path, written(moment, form)).submitted == moment
