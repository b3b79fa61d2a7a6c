"""Exports of learning platforms, laid out as the platforms document or write them."""

import datetime
import io
import zipfile

import pytest

from autograder.intake.counted_files import Limits
from autograder.intake.exports import find_entries, list_class
from autograder.intake.submissions import NothingToGrade, read
from autograder.intake.tables import UnreadableTable
from autograder.intake.unpacking import is_export, left_out, unpack

UTC = datetime.timezone.utc


def lay(folder, files):
    """Write files by path."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return folder


def by_name(folder, *tables):
    return {entry.name: entry for entry in find_entries(folder, tables)}


GRADESCOPE = """\
---
submission_9001:
  :submitters:
  - :name: Ada Lovelace
    :sid: '1001'
    :email: ada@example.edu
  :created_at: 2026-02-16 22:10:00.123456789 Z
  :score: 0.0
  :status: processed
  :results:
    output: "- :name: no person"
  :history:
  - :created_at: 2026-02-15 10:00:00.000000000 Z
    :score: 3.0
    :id: 8999
submission_9002:
  :submitters:
  - :name: Grace Hopper
    :sid: '1002'
    :email: grace@example.edu
  - :name: Alan Turing
    :sid: '1003'
    :email: alan@example.edu
  :created_at: 2026-02-17 08:00:00.000000000 Z
  :history: []
submission_9003:
  :submitters:
  - :name: Grace Hopper
    :sid: '1002'
    :email: grace@example.edu
  :created_at: 2026-02-01 08:00:00.000000000 Z
submission_9004:
  :submitters:
  - :name: Ada Lovelace
    :sid: '1004'
    :email: other-ada@example.edu
  :created_at: 2026-02-10 08:00:00.000000000 Z
"""


@pytest.fixture
def gradescope(tmp_path):
    """ "Export Submissions" of a programming assignment.

    Reference: help.gradescope.com, "Reviewing submissions": a folder ``submission_ID`` for each
    and ``submission_metadata.yml`` with ``:submitters:``, ``:created_at:`` and ``:history:``.
    """
    folders = {f"submission_900{n}/words.py": f"# {n}" for n in range(1, 6)}
    root = tmp_path / "assignment_77_export"
    return lay(root, {**folders, "submission_metadata.yml": GRADESCOPE})


def test_gradescope_names_groups_times_and_newest_attempts(gradescope):
    found = by_name(gradescope)
    assert set(found) == {
        "Ada Lovelace (1001)",
        "Ada Lovelace (1004)",
        "Grace Hopper",
        "Alan Turing",
        "submission_9005",
    }
    ada = found["Ada Lovelace (1001)"].student
    assert (ada.name, ada.sid, ada.email, ada.id) == (
        "Ada Lovelace",
        "1001",
        "ada@example.edu",
        "9001",
    )
    assert ada.submitted == datetime.datetime(2026, 2, 16, 22, 10, 0, 123456, UTC)
    assert ada.earlier == ("2026-02-15T10:00:00+00:00",)
    grace, alan = found["Grace Hopper"], found["Alan Turing"]
    assert grace.path == alan.path == gradescope / "submission_9002"
    assert grace.student.group == alan.student.group == "Alan Turing and Grace Hopper"
    assert grace.student.earlier[0].startswith("submission_9003, 2026-02-01")
    assert alan.student.earlier == ()
    assert read(grace).files == {"words.py": b"# 2"}


def test_gradescope_folders_that_are_gone_are_somebodys_and_not_silent(gradescope):
    (gradescope / "submission_9001" / "words.py").unlink()
    (gradescope / "submission_9001").rmdir()
    assert "cannot be read" in read(by_name(gradescope)["Ada Lovelace (1001)"]).problem


@pytest.mark.parametrize(
    "text", ["- a list", "{", "a: 2026-99-99", "\x00", "!!python/object/apply:os.system ['true']"]
)
def test_gradescope_metadata_that_is_none_says_so(tmp_path, text):
    lay(tmp_path, {"submission_metadata.yml": text, "submission_1/a.py": ""})
    with pytest.raises(NothingToGrade, match=r"submission_metadata\.yml: expected"):
        find_entries(tmp_path)


def test_gradescope_folders_outside_the_export_are_not_read(tmp_path):
    lay(tmp_path, {"secret/a.py": "1", "export/submission_1/a.py": "2"})
    metadata = "".join(
        f"{name}:\n  :submitters:\n  - :name: {person}\n"
        for name, person in (("../secret", "Eve"), ("submission_1", "Bo"))
    )
    lay(tmp_path / "export", {"submission_metadata.yml": metadata})
    found = by_name(tmp_path / "export")
    assert set(found) == {"Bo", "Eve"}
    assert "no folder of the name '../secret'" in read(found["Eve"]).problem


@pytest.fixture
def canvas(tmp_path):
    """ "Download Submissions" of an assignment.

    Reference: community.canvaslms.com, "How do I download all student submissions for an
    assignment?"; the names are put together in canvas-lms, lib/content_zipper.rb.
    """
    return lay(
        tmp_path / "submissions",
        {
            "lovelaceada_1001_55501_optimizers.py": "old",
            "lovelaceada_1001_55507_optimizers-1.py": "new",
            "lovelaceada_1001_55508_clipping.py": "clip",
            "o_briengrace_LATE_1002_55510_findings-2.json": "{}",
            "o_briengrace_LATE_1002_55511_lab.ipynb": "{}",
            "turingalan_1003_55520_part-1.py": "1",
            "turingalan_1003_55521_part-2.py": "2",
            "anon_Zq3x9_55530_work_final_v2.py": "anonymous",
            "nohandin_1005_text.html": "typed into the box",
        },
    )


def test_canvas_files_of_a_student_are_one_submission(canvas):
    found = by_name(canvas)
    assert set(found) == {"lovelaceada", "o_briengrace", "turingalan", "anon_Zq3x9", "nohandin"}
    assert "a text entry typed into Canvas and no file" in read(found["nohandin"]).problem
    ada = found["lovelaceada"]
    assert read(ada).files == {"clipping.py": b"clip", "optimizers.py": b"new"}
    assert ada.student.id == "1001" and ada.student.late is False
    assert ada.student.earlier == ("lovelaceada_1001_55501_optimizers.py",)
    assert ada.student.upload == "lovelaceada_1001_55508_"
    grace = found["o_briengrace"]
    assert grace.student.id == "1002" and grace.student.late is True
    assert set(read(grace).files) == {"findings.json", "lab.ipynb"}
    assert set(read(found["turingalan"]).files) == {"part-1.py", "part-2.py"}
    assert set(read(found["anon_Zq3x9"]).files) == {"work_final_v2.py"}


def test_canvas_names_come_from_the_gradebook(canvas, tmp_path):
    book = tmp_path / "2026-02-20T1010_Grades-DL101.csv"
    book.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,T6 (4711)\n"
        "    Points Possible,,,,,100.00\n"
        '"Lovelace, Ada",1001,s-77,ada@example.edu,DL101,\n',
        encoding="utf-8-sig",
    )
    ada = by_name(canvas, book)["Ada Lovelace"].student
    assert (ada.name, ada.id, ada.sid, ada.email) == (
        "Ada Lovelace",
        "1001",
        "s-77",
        "ada@example.edu",
    )


def test_other_files_among_canvas_names_are_named_and_change_nothing(canvas):
    before = set(by_name(canvas))
    for name in ("mine.py", "rename.py", ".DS_Store", "desktop.ini", "README.txt"):
        (canvas / name).write_text("")
    assert set(by_name(canvas)) == before
    listing = list_class(canvas)
    assert listing.platform == "canvas"
    odd = {one.name for one in listing.leftovers if not one.expected}
    assert odd == {"mine.py", "rename.py", "README.txt"}
    assert "Not graded: README.txt (no name as Canvas gives them)" in listing.questionable


@pytest.fixture
def moodle(tmp_path):
    """ "Download all submissions", in folders and loose, with the grading worksheet.

    Reference: docs.moodle.org, "Using Assignment", Download all submissions, Offline grading; the
    names are put together in moodle, mod/assign/locallib.php and submission/file/locallib.php.
    """
    worksheet = (
        "Identifier,Full name,ID number,Email address,Status,Grade,Maximum grade,"
        "Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments\n"
        "Participant 301,Ada Lovelace,s-77,ada@example.edu,Submitted for grading,,100.00,Yes,"
        '"Monday, 16 February 2026, 10:10 PM",-,\n'
        "Participant 302,Jean-Luc Picard,s-78,jl@example.edu,Submitted for grading,,100.00,Yes,"
        "-,-,\n"
    )
    return lay(
        tmp_path / "submissions",
        {
            "Ada Lovelace_301_assignsubmission_file_/words.py": "ada",
            "Team 4-Jean-Luc Picard_302_assignsubmission_file_words.py": "jl",
            "Team 4-Jean-Luc Picard_302_assignsubmission_file_findings.json": "{}",
            "Participant_303_assignsubmission_file_words.py": "blind",
            "Ada Lovelace_301_assignsubmission_onlinetext_/onlinetext.html": "text",
            "Grades-DL101-T6-4711.csv": worksheet,
        },
    )


def test_moodle_folders_and_loose_files(moodle):
    found = by_name(moodle)
    assert set(found) == {"Ada Lovelace", "Jean-Luc Picard", "Participant"}
    ada = found["Ada Lovelace"]
    assert read(ada).files == {"words.py": b"ada"}
    assert (ada.student.id, ada.student.sid, ada.student.email) == (
        "301",
        "s-77",
        "ada@example.edu",
    )
    assert ada.student.submitted == datetime.datetime(2026, 2, 16, 22, 10)
    assert ada.student.upload == "Ada Lovelace_301_assignsubmission_file_"
    picard = found["Jean-Luc Picard"]
    assert picard.student.group == "Team 4"
    assert read(picard).files == {"findings.json": b"{}", "words.py": b"jl"}
    assert found["Participant"].student.id == "303"


@pytest.fixture
def classroom(tmp_path):
    """Repositories as ``gh classroom clone student-repos`` leaves them, with both tables.

    Reference: docs.github.com, "Use the Git and GitHub starter assignment" and "Classroom
    rosters": ``identifier,github_username,github_id,name``; "Download grades" for the other one.
    """
    return lay(
        tmp_path / "t6-submissions",
        {
            "t6-ada-l/words.py": "ada",
            "t6-ada-l/.git/config": "[core]",
            "t6-l/words.py": "l",
            "t6-team-nine/words.py": "team",
            "t6-unknown-person/words.py": "who",
            "classroom_roster.csv": "identifier,github_username,github_id,name\n"
            '"Lovelace, Ada (s-77)",Ada-L,11,Ada Lovelace\nell@example.edu,l,12,\n'
            'grace@example.edu,ghopper,13,Grace Hopper\n"late, joiner",,,\n',
            "grades.csv": "assignment_name,assignment_url,starter_code_url,github_username,"
            "roster_identifier,student_repository_name,student_repository_url,"
            "submission_timestamp,points_awarded,points_available,group_name\n"
            "T6,,,ghopper,grace@example.edu,t6-team-nine,,2026-02-17T09:00:00Z,,,nine\n"
            "T6,,,aturing,alan@example.edu,t6-team-nine,,2026-02-17T09:00:00Z,,,nine\n",
        },
    )


def test_github_classroom_repositories_get_names_from_the_roster(classroom):
    found = by_name(classroom)
    assert set(found) == {
        "Ada Lovelace",
        "ell@example.edu",
        "Grace Hopper",
        "alan@example.edu",
        "t6-unknown-person",
    }
    ada = found["Ada Lovelace"]
    assert (ada.student.id, ada.student.sid) == ("Ada-L", "Lovelace, Ada (s-77)")
    assert read(ada).files == {"words.py": b"ada"}
    grace = found["Grace Hopper"]
    assert grace.student.group == found["alan@example.edu"].student.group == "nine"
    assert grace.student.submitted == datetime.datetime(2026, 2, 17, 9, tzinfo=UTC)
    assert found["t6-unknown-person"].student is None


def test_a_plain_folder_stays_one(tmp_path):
    lay(tmp_path, {"anna/words.py": "", "ben.py": "", "notes.csv": "a,b\n1,2\n"})
    assert set(by_name(tmp_path)) == {"anna", "ben"}
    assert list_class(tmp_path).platform == ""


def test_the_folder_that_unpacking_put_around_is_looked_into(gradescope):
    assert len(find_entries(gradescope.parent)) == 5


def test_a_table_that_was_named_must_be_readable(tmp_path):
    lay(tmp_path, {"anna.py": ""})
    with pytest.raises(UnreadableTable, match=r"missing\.csv: cannot be read: No such file"):
        find_entries(tmp_path, [tmp_path / "missing.csv"])
    (tmp_path / "other.csv").write_bytes(b"name\nJos\x81\n")
    with pytest.raises(UnreadableTable, match=r"other\.csv: line 2, byte 4: expected text in"):
        find_entries(tmp_path, [tmp_path / "other.csv"])


def zipped(folder, path):
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder))
    return path


@pytest.mark.parametrize("platform", ["gradescope", "canvas", "moodle"])
def test_an_export_is_taken_zipped_as_it_was_downloaded(platform, request, tmp_path):
    folder = request.getfixturevalue(platform)
    archive = zipped(folder, tmp_path / "export.zip")
    assert is_export(archive)
    place = unpack(archive, tmp_path / "unpacked")
    before = {entry.name: read(entry).files for entry in find_entries(folder)}
    assert {entry.name: read(entry).files for entry in find_entries(place)} == before
    assert unpack(archive, tmp_path / "unpacked") == place


def test_one_students_zip_is_no_export(tmp_path):
    for files in ({"words.py": ""}, {"lab_1_2_words.py": ""}, {"work/words.py": ""}):
        archive = zipped(lay(tmp_path / str(len(files)), files), tmp_path / "anna.zip")
        assert not is_export(archive)


def test_an_export_cannot_write_outside_its_folder(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("submission_metadata.yml", GRADESCOPE)
        archive.writestr("../evil.py", "1")
        archive.writestr("/tmp/evil-export.py", "1")
        link = zipfile.ZipInfo("submission_9001/link.py")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    (tmp_path / "export.zip").write_bytes(buffer.getvalue())
    place = unpack(tmp_path / "export.zip", tmp_path / "unpacked")
    assert [path.name for path in place.rglob("*")] == ["submission_metadata.yml"]
    assert not (tmp_path / "unpacked" / "evil.py").exists()


def test_a_damaged_export_says_so(gradescope, tmp_path):
    archive = zipped(gradescope, tmp_path / "export.zip")
    content = bytearray(archive.read_bytes())
    content[40:60] = bytes(20)
    archive.write_bytes(bytes(content))
    with pytest.raises(NothingToGrade, match=r"export\.zip: the export cannot be unpacked"):
        unpack(archive, tmp_path / "unpacked")
    assert list((tmp_path / "unpacked").glob("export-*")) == []


@pytest.mark.slow
def test_ten_thousand_entries_are_listed_in_a_moment_and_none_is_read(tmp_path, monkeypatch):
    import time
    from pathlib import Path

    for number in range(10_000):
        (tmp_path / f"student{number}.py").touch()
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("read while listing"))
    started = time.process_time()
    assert len(find_entries(tmp_path)) == 10_000
    assert time.process_time() - started < 5


def test_what_is_named_as_left_out_of_an_export_is_nobodys_file(tmp_path):
    """A file too large to be read lies there as one: it is told of whose it is, and not lost."""
    link = zipfile.ZipInfo("user2-lab/link.py")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("user1-lab/", "")
        archive.writestr("user1-lab/words.py", "x = 1")
        archive.writestr("user2-lab/words.py", bytes(Limits.file_bytes + 1))
        archive.writestr("user3-lab/words.py", "x = 1")
        archive.writestr("user3-lab/photo.jpg", b"\xff")
        archive.writestr(link, "/etc/passwd")
        archive.writestr("../evil.py", "x = 1")
    place = unpack(tmp_path / "export.zip", tmp_path / "unpacked")
    assert sorted(left_out(place)) == ["../evil.py", "user2-lab/link.py"]
    assert left_out(tmp_path) == []
    bundles = {entry.name: read(entry) for entry in list_class(place).entries}
    assert len(bundles) == 3
    problems = {name: bundle.problem for name, bundle in bundles.items() if bundle.problem}
    assert [("2" in name, "larger than the 16 MiB" in told) for name, told in problems.items()] == [
        (True, True)
    ]
