"""What goes back to a platform: its own columns and ids stay, and it knows each file's owner."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder.assignment.manifest import Manifest
from autograder.assignment.wording import amount
from autograder.grading.result_records import Result
from autograder.intake.people import Student
from autograder.intake.tables import read_table
from autograder.publish.gradebooks import Gradebook, GradebookOutlet
from autograder.publish.results import write_results
from autograder.publish.upload import UploadOutlet

from .classes import class_of

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Essay (12),\
T6: Gradient Descent Optimization (4711),Notes
    Points Possible,,,,,10.00,100.00,
"Lovelace 0, Ada",1000,s-0,ada@example.edu,DL101,9,,"keep, this"
"Lovelace 7, Paul",1007,s-7,paul@example.edu,DL101,3,55,
"Person, Other",77,s-x,other@example.edu,DL101,3,,
"""

MOODLE = """\
Identifier,Full name,ID number,Email address,Status,Grade,Maximum grade,Grade can be changed,\
Last modified (submission),Last modified (grade),Feedback comments
Participant 1000,Ada Lovelace 0,s-0,ada@example.edu,Submitted for grading,,100.00,Yes,"Monday, 16 \
February 2026, 10:10 PM",-,
Participant 1007,Paul Lovelace 7,s-7,paul@example.edu,Submitted for grading,12.00,100.00,Yes,-,-,
Participant 9,Not Here,,,No submission,,100.00,Yes,-,-,
"""


def book(text: str) -> Gradebook:
    lines = [tuple(line) for line in csv.reader(io.StringIO(text))]
    return Gradebook(lines[0], tuple(lines[1:]))


def filled(platform: str, manifest: Manifest, folder: Path, *books: Gradebook) -> list[list[str]]:
    outlet = GradebookOutlet(manifest, books)
    write_results(class_of(10, manifest, platform=platform), manifest, folder, [outlet])
    with open(folder / f"gradebook-{platform}.csv", newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_canvas_gets_its_own_gradebook_back_without_other_assignments(
    manifest: Manifest, tmp_path: Path
) -> None:
    """Columns as Canvas exports and imports them.

    Reference: community.canvaslms.com, "How do I import grades in the Gradebook?": the columns
    Student, ID, SIS User ID, SIS Login ID and Section, then ``Title (number)`` an assignment.
    """
    before = book(CANVAS)
    after = filled("canvas", manifest, tmp_path, book(MOODLE), before)
    assert tuple(after[0]) == (*before.columns[:5], before.columns[6])
    ada = next(made for made in class_of(10, manifest) if "Ada" in made.submission)
    assert ada.final_score is not None
    assert after[2][5] == amount(ada.final_score)
    assert after[3][5] == "55", "undecided: what was there stays"
    assert after[4][5] == ""
    for old, new in zip(before.rows, after[1:], strict=True):
        assert list(old[:5]) == new[:5]


def test_a_column_of_another_name_is_filled_when_it_is_named(
    manifest: Manifest, tmp_path: Path
) -> None:
    text = re.sub(r"T6: Gradient Descent Optimization", "T6 Optimizers", CANVAS)
    named = next(name for name in book(text).columns if name.startswith("T6 Optimizers"))
    outlet = GradebookOutlet(manifest, [book(text)], column=named)
    write_results(class_of(10, manifest, platform="canvas"), manifest, tmp_path, [outlet])
    with open(tmp_path / "gradebook-canvas.csv", newline="", encoding="utf-8") as file:
        lines = list(csv.reader(file))
    assert lines[0][-1] == named and outlet.filled[0].beside == ()
    assert lines[2][lines[0].index(named)] not in ("", "55")


def test_who_has_a_gradebook_without_the_column_is_told_the_others(
    manifest: Manifest, tmp_path: Path
) -> None:
    text = re.sub(r"T6: Gradient Descent Optimization", "T6 Optimizers", CANVAS)
    outlet = GradebookOutlet(manifest, [book(text)])
    write_results(class_of(10, manifest, platform="canvas"), manifest, tmp_path, [outlet])
    assert any(name.startswith("T6 Optimizers") for name in outlet.filled[0].beside)


def test_a_moodle_worksheet_without_a_maximum_is_filled(manifest: Manifest, tmp_path: Path) -> None:
    after = filled("moodle", manifest, tmp_path, book(MOODLE.replace("Maximum grade", "Highest")))
    plain = filled("moodle", manifest, tmp_path, book(MOODLE))
    grade = plain[0].index("Grade")
    assert [line[grade] for line in after] == [line[grade] for line in plain]


def test_a_canvas_gradebook_without_the_column_gets_one(manifest: Manifest, tmp_path: Path) -> None:
    text = re.sub(r"T6: Gradient Descent Optimization", "Another", CANVAS)
    after = filled("canvas", manifest, tmp_path, book(text))
    assert after[0][-1] == manifest.assignment.title
    assert after[1][-1] == "100"
    assert float(after[2][-1]) > 0


def test_moodle_gets_its_worksheet_back_with_grades(manifest: Manifest, tmp_path: Path) -> None:
    """Columns that Moodle looks for on import.

    Reference: docs.moodle.org, "Using Assignment", Offline grading; moodle,
    mod/assign/feedback/offline/importgradeslib.php asks for Identifier, Grade and Last modified
    (grade).
    """
    before = book(MOODLE)
    after = filled("moodle", manifest, tmp_path, before)
    assert tuple(after[0]) == before.columns
    assert float(after[1][5]) > 0 and after[2][5] == "12.00" and after[3][5] == ""
    for old, new in zip(before.rows, after[1:], strict=True):
        assert [*old[:5], *old[6:]] == [*new[:5], *new[6:]]


def test_a_worksheet_goes_back_as_it_came(manifest: Manifest, tmp_path: Path) -> None:
    """Semicolons, decimal commas and German columns stay."""
    german = tmp_path / "worksheet.csv"
    german.write_text(
        "ID;Vollständiger Name;Bewertung;Bestwertung\nTeilnehmer/in1003;Ada;;100,00\n",
        encoding="utf-8",
    )
    table = read_table(german)
    made = Gradebook(table.columns, table.rows, table.known, table.separator)
    outlet = GradebookOutlet(manifest, [made])
    write_results(class_of(10, manifest, platform="moodle"), manifest, tmp_path, [outlet])
    lines = (tmp_path / "gradebook-moodle.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "ID;Vollständiger Name;Bewertung;Bestwertung"
    assert re.fullmatch(r"Teilnehmer/in1003;Ada;\d+(,\d+)?;100,00", lines[1])


@pytest.mark.parametrize("platform", ["canvas", "moodle"])
def test_without_a_gradebook_one_is_made(platform: str, manifest: Manifest, tmp_path: Path) -> None:
    after = filled(platform, manifest, tmp_path)
    people = [row for row in after[1:] if "Points Possible" not in row[0]]
    assert len(people) == 10
    keys = {row[1] if platform == "canvas" else row[0] for row in people}
    expected = "{}" if platform == "canvas" else "Participant {}"
    assert keys == {expected.format(1000 + number) for number in range(10)}


def test_other_platforms_and_plain_folders_get_none(manifest: Manifest, tmp_path: Path) -> None:
    outlets = [GradebookOutlet(manifest), UploadOutlet()]
    write_results(class_of(3, manifest), manifest, tmp_path, outlets)
    assert not list(tmp_path.glob("gradebook-*")) and not list(tmp_path.glob("feedback-*"))


def packed(platform: str, manifest: Manifest, folder: Path) -> dict[str, bytes]:
    write_results(class_of(10, manifest, platform=platform), manifest, folder, [UploadOutlet()])
    with zipfile.ZipFile(folder / f"feedback-{platform}.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_canvas_finds_user_and_file_in_each_name(manifest: Manifest, tmp_path: Path) -> None:
    """As Canvas reads the names of files that come back.

    Reference: canvas-lms, app/models/assignment.rb, ``infer_comment_context_from_filename``: the
    first two parts between ``_`` that are numbers are the user's and the file's id.
    """
    found = packed("canvas", manifest, tmp_path)
    numbers = {tuple([part for part in name.split("_") if part.isdigit()][:2]) for name in found}
    assert numbers == {(str(1000 + n), str(5000 + n)) for n in range(10)}
    assert all(page.startswith(b"<!DOCTYPE html>") for page in found.values())


def test_moodle_finds_the_participant_in_each_name(manifest: Manifest, tmp_path: Path) -> None:
    """As Moodle reads the names of feedback files.

    Reference: moodle, mod/assign/feedback/file/importziplib.php: five parts between ``_``, of
    which the second is the participant, the third and fourth name the plugin.
    """
    for name in packed("moodle", manifest, tmp_path):
        parts = name.split("_", 4)
        assert len(parts) == 5 and parts[1].isdigit()
        assert parts[2:4] == ["assignsubmission", "file"] and parts[4] == "feedback.html"


def test_the_same_pages_give_the_same_archive(manifest: Manifest, tmp_path: Path) -> None:
    for name in ("one", "two"):
        packed("moodle", manifest, tmp_path / name)
    one, two = (tmp_path / name / "feedback-moodle.zip" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_a_name_with_a_formula_is_disarmed_in_a_new_gradebook(
    manifest: Manifest, tmp_path: Path
) -> None:
    outlet = GradebookOutlet(manifest)
    base = next(class_of(1, manifest, platform="canvas"))
    evil = msgspec.structs.replace(base.student, name="=cmd|' /C calc'!A0")
    write_results([msgspec.structs.replace(base, student=evil)], manifest, tmp_path, [outlet])
    assert "\n=cmd" not in (tmp_path / "gradebook-canvas.csv").read_text()


def test_brightspace_goes_by_the_folder_of_its_export(manifest: Manifest, tmp_path: Path) -> None:
    folder = "39786-640693 - Ada L - Oct 10, 2025 1022 AM"
    student = Student(name="Ada L", id="39786-640693", platform="brightspace", upload=folder)
    (result,) = class_of(1, manifest)
    result = msgspec.structs.replace(result, submission="Ada L", student=student)
    write_results([result], manifest, tmp_path, [UploadOutlet()])
    page = (tmp_path / "feedback" / "Ada L.html").read_bytes()
    assert packed("brightspace", manifest, tmp_path) == {f"{folder}/feedback.html": page}


BRIGHTSPACE = """\
OrgDefinedId,Username,Last Name,First Name,Quiz Points Grade <Numeric MaxPoints:3>,\
{title} Points Grade <Numeric MaxPoints:{most} Weight:10>,End-of-Line Indicator
#s-1,#ada,L,Ada,2,,#
#s-2,#bo,M,Bo,3,4,#
#s-9,#cy,N,Cy,1,1,#
"""


def brightspace_class(manifest: Manifest) -> list[Result]:
    made = list(class_of(3, manifest))
    scores = (7.5, None, 2.0)
    who = [
        Student(name=name, id=f"7{number}-1", sid=sid, platform="brightspace")
        for number, (name, sid) in enumerate((("Ada L", "s-1"), ("Bo M", "s-2"), ("Di O", "")))
    ]
    return [
        msgspec.structs.replace(
            one, submission=who.name, student=who, score=score, final_score=score
        )
        for one, who, score in zip(made, who, scores, strict=True)
    ]


@pytest.mark.parametrize("ids", ["OrgDefinedId,Username", "OrgDefinedId", "Username"])
def test_brightspaces_gradebook_comes_back_as_it_imports_it(
    manifest: Manifest, tmp_path: Path, ids: str
) -> None:
    """Ids begin with #, an item is ``TITLE Points Grade``, and each line ends in a #.

    Reference: community.d2l.com, "Import grades": OrgDefinedId or Username, the items, and
    End-of-Line Indicator as the last column.
    """
    title = manifest.assignment.title
    made = book(BRIGHTSPACE.format(title=title, most=100))
    if ids == "Username":
        made = book(
            BRIGHTSPACE.format(title=title, most=100)
            .replace("#s-", "#x")
            .replace("OrgDefinedId", "Other")
            .replace("#ada", "#s-1")
            .replace("#bo", "#s-2")
        )
    elif ids == "OrgDefinedId":
        made = book(BRIGHTSPACE.format(title=title, most=100).replace("Username", "Other"))
    outlet = GradebookOutlet(manifest, [made])
    write_results(brightspace_class(manifest), manifest, tmp_path, [outlet])
    with open(tmp_path / "gradebook-brightspace.csv", newline="", encoding="utf-8") as file:
        head, *lines = csv.reader(file)
    assert ",".join(head) == f"{ids},{title} Points Grade,End-of-Line Indicator"
    assert [line[-2:] for line in lines] == [["7.5", "#"], ["4", "#"], ["1", "#"]]
    assert all(cell.startswith("#") for line in lines for cell in line[:-2])
    (told,) = outlet.filled
    assert (told.beside, told.possible, told.missing) == ((), "", ("Di O",))


def test_brightspaces_points_and_columns_that_are_others_are_told(
    manifest: Manifest, tmp_path: Path
) -> None:
    outlet = GradebookOutlet(manifest, [book(BRIGHTSPACE.format(title="Other", most=12))])
    write_results(brightspace_class(manifest), manifest, tmp_path, [outlet])
    assert len(outlet.filled[0].beside) == 2
    named = GradebookOutlet(
        manifest,
        [book(BRIGHTSPACE.format(title="Other", most=12))],
        column="Other Points Grade <Numeric MaxPoints:12 Weight:10>",
    )
    write_results(brightspace_class(manifest), manifest, tmp_path, [named])
    assert (named.filled[0].beside, named.filled[0].possible) == ((), "12")


def test_a_new_gradebook_of_brightspace_has_those_whose_id_is_known(
    manifest: Manifest, tmp_path: Path
) -> None:
    people = brightspace_class(manifest)
    write_results(people, manifest, tmp_path, [GradebookOutlet(manifest)])
    text = (tmp_path / "gradebook-brightspace.csv").read_text()
    assert text.splitlines()[1:] == ["#s-1,7.5,#", "#s-2,,#"]
    write_results(people[2:], manifest, tmp_path / "new", [GradebookOutlet(manifest)])
    assert not (tmp_path / "new" / "gradebook-brightspace.csv").exists()


@pytest.mark.parametrize(
    ("platform", "id_", "upload", "expected"),
    [
        ("canvas", "11", "lee_LATE_11_502_", "lee_LATE_11_502_feedback.html"),
        (
            "moodle",
            "21",
            "Teilnehmer_in 21_21_assignsubmission_file_",
            "Teilnehmer in 21_21_assignsubmission_file_feedback.html",
        ),
        (
            "moodle",
            "7",
            "A_7_7_assignsubmission_file_",
            "A 7_7_assignsubmission_file_feedback.html",
        ),
        (
            "brightspace",
            "7-1",
            "7-1 - A - Oct 1, 2025 1 AM - ",
            "7-1 - A - Oct 1, 2025 1 AM - feedback.html",
        ),
        (
            "brightspace",
            "7-1",
            "7-1 - A - Oct 1, 2025 1 AM",
            "7-1 - A - Oct 1, 2025 1 AM/feedback.html",
        ),
    ],
)
def test_feedback_has_the_name_by_which_its_platform_knows_whose_it_is(
    manifest: Manifest, tmp_path: Path, platform: Any, id_: str, upload: str, expected: str
) -> None:
    student = Student(name="A", id=id_, platform=platform, upload=upload)
    (result,) = class_of(1, manifest)
    write_results(
        [msgspec.structs.replace(result, student=student)], manifest, tmp_path, [UploadOutlet()]
    )
    with zipfile.ZipFile(tmp_path / f"feedback-{platform}.zip") as archive:
        assert archive.namelist() == [expected]
    pieces = expected.split("_")
    if platform == "canvas":  # as infer_comment_context_from_filename in its assignment.rb
        assert [piece for piece in pieces if piece.isdecimal()][:2] == ["11", "502"]
    elif platform == "moodle":  # as is_valid_filename_for_import in its importziplib.php
        assert pieces[1:] == [id_, "assignsubmission", "file", "feedback.html"]
