"""Every cell that leaves: each score under the right name, and no text of a student's as a formula.

Scores come from settling: late, capped, marked, undecided; platforms' tables as they export them.
"""

from __future__ import annotations

import csv
import datetime
import html
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder.assignment.manifest import Late, Manifest, read_manifest
from autograder.assignment.wording import amount
from autograder.grading.marks import Mark
from autograder.grading.result_records import CheckResult, ExerciseResult, Result, Student
from autograder.grading.settling import settle
from autograder.intake.people import Platform
from autograder.publish.gradebooks import Filled, Gradebook, GradebookOutlet
from autograder.publish.gradescope_results import GradescopeOutlet
from autograder.publish.results import grade_header, write_results
from autograder.publish.safe_names import grading_id
from autograder.publish.upload import UploadOutlet

DUE = datetime.datetime(2026, 2, 16, 23, 59, tzinfo=datetime.timezone.utc)
FORMULA = '=HYPERLINK("http://evil.example")'
# Who, what they got of 4 and 6 (None: the grader failed), minutes late, marks, and what counts.
CLASS: tuple[tuple[str, float | None, float | None, int, tuple[Any, ...], float | None], ...] = (
    ("Ada Lovelace", 4, 6, -5, (), 10),
    ("Ada Lovelace", 4, 0, -5, (), 4),  # another of that name
    ("Late Comer", 4, 6, 1, (), 9),
    ("Very Late", 4, 4.5, 3 * 1440, (), 5.95),
    ("Kurt Gödel", 0, 3, -5, (("Stack", "added", 2.5),), 5.5),
    ("Over Whelmed", 4, 6, -5, (("Stack", "added", 5.0),), 10),
    ("Un Decided", 4, None, -5, (), None),
    ("De Cided", 4, None, 1440, (("Stack", "instead", 5.0),), 8.1),
    (FORMULA, 1, 1.25, -5, (), 2.25),
    ("No Thing", 0, 0, -5, (), 0),
)


@pytest.fixture(scope="module")
def tiny() -> Manifest:
    made = read_manifest(Path(__file__).parents[1] / "tiny")
    about = msgspec.structs.replace(made.assignment, due=DUE, title="Words (part 1)")
    return msgspec.structs.replace(made, assignment=about, late=Late(percent_per_day=10.0))


def exercise(name: str, most: float, score: float | None) -> ExerciseResult:
    check = CheckResult(
        name=f"{name}_check",
        title=f"{name} is right",
        public=False,
        points=most,
        score=score,
        outcome="infrastructure" if score is None else "passed" if score else "failed",
    )
    return ExerciseResult(name=name, tier="core", score=score, max_score=most, checks=(check,))


def results(manifest: Manifest, platform: Platform) -> list[Result]:
    made = []
    for number, (name, first, second, minutes, marks, counts) in enumerate(CLASS):
        student = Student(
            name=name,
            id=str(1000 + number),
            sid=f"s-{number}" if name != FORMULA else "+49 (123)",
            email=f"s{number}@example.edu" if name != FORMULA else "@SUM(A1:A9)",
            group="" if name != FORMULA else "-2+3",
            platform=platform,
            submitted=DUE + datetime.timedelta(minutes=minutes),
            upload=f"upload{number}_{1000 + number}_{5000 + number}_",
        )
        raw = Result(
            submission=name if number != 1 else f"{name} (s-1)",
            status="graded",
            score=None,
            max_score=10.0,
            seconds=1.0,
            seed=1,
            assignment="a",
            version="1",
            isolation=(),
            log="",
            exercises=(exercise("word_count", 4.0, first), exercise("Stack", 6.0, second)),
            student=student,
        )
        given = [
            Mark(submission=raw.submission, exercise=where, counts_as=kind, points=points,
                 author="T", reason="", date=DUE.date())
            for where, kind, points in marks
        ]  # fmt: skip
        made.append(settle(raw, manifest, given))
        assert made[-1].final_score == counts
    return made


def read(path: Path) -> list[list[str]]:
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def written(
    manifest: Manifest, folder: Path, platform: Platform, *books: str, **more: Any
) -> tuple[list[list[str]], Filled]:
    parsed = [list(csv.reader(io.StringIO(text))) for text in books]
    made = [Gradebook(tuple(lines[0]), tuple(map(tuple, lines[1:]))) for lines in parsed]
    outlet = GradebookOutlet(manifest, made, **more)
    write_results(results(manifest, platform), manifest, folder, [outlet])
    (filled,) = outlet.filled
    return read(folder / f"gradebook-{platform}.csv"), filled


def points_of(number: int, before: str = "") -> str:
    counts = CLASS[number][-1]
    return before if counts is None else amount(counts)


def canvas(
    *rows: Sequence[str], own: str = "Words (part 1) (4711)", possible: str = "10.00"
) -> str:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(
        [
            *("Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Section"),
            *("Essay (12)", own, "Words (part 2) (4712)", "Current Score", "Final Score"),
        ]
    )
    table.writerow(["    Points Possible", *[""] * 5, "20", possible, "30", "(read only)", ""])
    table.writerows(rows)
    return text.getvalue()


def enrolled(number: int, id: str | None = None, before: str = "") -> list[str]:
    name = CLASS[number][0]
    listed = ", ".join(reversed(name.split(" ", 1))) if name != FORMULA else name
    section = "=1+1" if name == FORMULA else "DL101"
    known = [listed, id or str(1000 + number), f"s-{number}", f"s{number}@example.edu", "", section]
    return [*known, "17", before, "28", "81.5", "80"]


def test_canvas_gets_each_score_in_its_row_and_no_other_assignment(
    tiny: Manifest, tmp_path: Path
) -> None:
    everybody = [enrolled(number, before="3") for number in reversed(range(len(CLASS)))]
    everybody[0] = enrolled(9, id=" 1009 ")
    absent = ["Student, Test", "77", "", "", "", "DL101", "", "", "", "", ""]
    after, filled = written(tiny, tmp_path, "canvas", canvas(*everybody, absent, ["", ""]))
    assert filled == Filled("canvas")
    assert after[0] == [
        *("Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Section"),
        "Words (part 1) (4711)",
    ]
    assert after[1] == ["    Points Possible", *[""] * 5, "10.00"]
    for number, row in zip(reversed(range(len(CLASS))), after[2:], strict=False):
        known = enrolled(number, id=" 1009 " if number == 9 else None)[:6]
        if CLASS[number][0] == FORMULA:
            known[0], known[5] = "'" + FORMULA, "'=1+1"
        assert row == [*known, points_of(number, before="3")]
    assert after[-2] == [*absent[:6], ""]
    assert after[-1] == [""] * 7
    assert len(after) == len(CLASS) + 4


@pytest.mark.parametrize(
    ("own", "column", "found"),
    [
        ("words (PART 1) (99)", "", True),
        ("Words (part 1)", "", True),
        ("tiny (4711)", "", True),
        ("Words (4711)", "", False),
        ("Words (part 1) extra (4711)", "", False),
        ("Lab 3 (4711)", "Lab 3 (4711)", True),
        ("Words (part 1) (4711)", "Lab 3", False),
    ],
)
def test_the_column_of_an_assignment_is_that_of_its_whole_title(
    tiny: Manifest, tmp_path: Path, own: str, column: str, found: bool
) -> None:
    text = canvas(enrolled(0), own=own)
    after, filled = written(tiny, tmp_path, "canvas", text, column=column)
    assert after[0][6:] == [own if found else "Words (part 1)"]
    assert after[2][6:] == ["10"]
    assert after[1][6] == ("10.00" if found else "10")
    others = ("Essay (12)", own, "Words (part 2) (4712)", "Current Score", "Final Score")
    assert filled.beside == (() if found else others)


def test_two_columns_of_one_title_are_asked_about(tiny: Manifest, tmp_path: Path) -> None:
    text = canvas(enrolled(0, before="2")).replace("Essay (12)", "Words (part 1) (12)")
    after, filled = written(tiny, tmp_path, "canvas", text)
    assert after[0][6:] == ["Words (part 1)"] and after[2][6] == "10"
    assert filled.beside[:2] == ("Words (part 1) (12)", "Words (part 1) (4711)")
    after, filled = written(tiny, tmp_path, "canvas", text, column="Words (part 1) (4711)")
    assert after[0][6:] == ["Words (part 1) (4711)"] and filled.beside == ()


@pytest.mark.parametrize(
    ("possible", "told"), [("20", "20"), ("10", ""), ("", ""), ("10,00", ""), ("(read only)", "")]
)
def test_other_points_possible_stay_and_are_told(
    tiny: Manifest, tmp_path: Path, possible: str, told: str
) -> None:
    after, filled = written(tiny, tmp_path, "canvas", canvas(enrolled(0), possible=possible))
    assert after[1][6] == (possible or "10")
    assert filled.possible == told
    sheet = worksheet(worked(0, most=possible), worked(1, most=""))
    after, filled = written(tiny, tmp_path, "moodle", sheet)
    assert after[1][6] == (possible or "10")
    assert filled.possible == told


def test_who_has_no_row_in_the_gradebook_is_named(tiny: Manifest, tmp_path: Path) -> None:
    _, filled = written(tiny, tmp_path, "canvas", canvas(*map(enrolled, range(8))))
    assert filled.missing == (FORMULA, "No Thing")
    _, filled = written(tiny, tmp_path, "moodle", worksheet(*map(worked, range(9))))
    assert filled.missing == ("No Thing",)


MOODLE = (
    *("Identifier", "Full name", "ID number", "Email address", "Status", "Grade", "Maximum grade"),
    *("Grade can be changed", "Last modified (submission)", "Online text"),
    *("Last modified (grade)", "Feedback comments"),
)


def worksheet(*rows: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([MOODLE, *rows])
    return text.getvalue()


def worked(number: int, participant: str = "Participant {}", most: str = "10.00") -> list[str]:
    name, evil = CLASS[number][0], CLASS[number][0] == FORMULA
    known = [participant.format(1000 + number), name, f"s-{number}", f"s{number}@example.edu"]
    online = "=1+1" if evil else ""
    submitted = "Monday, 16 February 2026, 11:54 PM"
    return [
        *known, "Submitted for grading", "3.00", most, "Yes", submitted, online, "-", "- well done"
    ]  # fmt: skip


@pytest.mark.parametrize("participant", ["Participant {}", "Participant {} ", "Teilnehmer/in{}"])
def test_moodle_gets_each_score_in_its_row_and_all_else_as_it_was(
    tiny: Manifest, tmp_path: Path, participant: str
) -> None:
    rows = [worked(number, participant) for number in reversed(range(len(CLASS)))]
    absent = ["Participant 9", "Not Here", *[""] * 3, "", "10.00", "Yes", "-", "", "-", ""]
    odd = ["Nobody", *[""] * 11]
    after, filled = written(tiny, tmp_path, "moodle", worksheet(*rows, odd, absent))
    assert filled == Filled("moodle")
    assert after.pop(-2) == [*odd[:6], "10", *odd[7:]]
    assert after[0] == list(MOODLE)
    for number, row in zip(reversed(range(len(CLASS))), after[1:], strict=False):
        expected = worked(number, participant)
        expected[5] = points_of(number, before="3.00")
        if CLASS[number][0] == FORMULA:
            expected[1], expected[9] = "'" + FORMULA, "'=1+1"
        assert row == expected
    assert after[-1] == absent


def test_a_new_canvas_gradebook_has_everybody_and_no_formula(
    tiny: Manifest, tmp_path: Path
) -> None:
    after, filled = written(tiny, tmp_path, "canvas")
    assert filled == Filled("canvas")
    assert after[0] == [
        *("Student", "ID", "SIS User ID", "SIS Login ID", "Section"),
        "Words (part 1)",
    ]
    assert after[1] == ["    Points Possible", "", "", "", "", "10"]
    rows = {row[1]: row for row in after[2:]}
    assert len(after) == len(CLASS) + 2
    for number, (name, *_) in enumerate(CLASS):
        known = [name, str(1000 + number), f"s-{number}", f"s{number}@example.edu", ""]
        if name == FORMULA:
            known = ["'" + FORMULA, "1008", "'+49 (123)", "'@SUM(A1:A9)", ""]
        assert rows[str(1000 + number)] == [*known, points_of(number)]


def test_a_new_moodle_worksheet_has_everybody_and_no_formula(
    tiny: Manifest, tmp_path: Path
) -> None:
    after, _ = written(tiny, tmp_path, "moodle")
    rows = {row[0]: row for row in after[1:]}
    assert len(after) == len(CLASS) + 1
    for number, (name, *_) in enumerate(CLASS):
        known = [name, f"s-{number}", f"s{number}@example.edu"]
        if name == FORMULA:
            known = ["'" + FORMULA, "'+49 (123)", "'@SUM(A1:A9)"]
        row = rows[f"Participant {1000 + number}"]
        assert row == [row[0], *known, "", points_of(number), "10", *[""] * 4]


def test_the_table_of_grades_has_everybody_and_no_formula(tiny: Manifest, tmp_path: Path) -> None:
    found = results(tiny, "canvas")
    write_results(found, tiny, tmp_path)
    header, *lines = read(tmp_path / "grades.csv")
    assert header == grade_header(tiny)
    rows = {row[header.index("id")]: dict(zip(header, row, strict=True)) for row in lines}
    days = {1: "1", 1440: "1", 3 * 1440: "3"}
    for number, (name, first, second, minutes, marks, counts) in enumerate(CLASS):
        row, result = rows[str(1000 + number)], found[number]
        evil = name == FORMULA
        assert row["submission"] == ("'" + name if evil else result.submission)
        assert row["name"] == ("'" + name if evil else name)
        assert row["sid"] == ("'+49 (123)" if evil else f"s-{number}")
        assert row["email"] == ("'@SUM(A1:A9)" if evil else f"s{number}@example.edu")
        assert row["group"] == ("'-2+3" if evil else "")
        assert row["status"] == ("needs_person" if counts is None else "graded")
        assert row["final_score"] == points_of(number)
        assert row["days_late"] == days.get(minutes, "0")
        assert row["max_score"] == "10" and row["open_points"] == "0"
        if not marks:
            assert row["word_count"] == ("" if first is None else amount(first))
            assert row["Stack"] == ("" if second is None else amount(second))


def test_feedback_goes_back_under_the_name_of_its_student(tiny: Manifest, tmp_path: Path) -> None:
    found = results(tiny, "canvas")
    write_results(found, tiny, tmp_path, [UploadOutlet()])
    with zipfile.ZipFile(tmp_path / "feedback-canvas.zip") as archive:
        pages = {name: archive.read(name).decode() for name in archive.namelist()}
    assert len(pages) == len(CLASS)
    for result in found:
        assert result.student is not None
        page = pages[f"{result.student.upload}feedback.html"]
        assert grading_id(result) in page
        assert html.escape(result.submission) in page.replace("&#34;", "&quot;")
        if result.final_score is None:
            assert "No score yet" in page
        else:
            assert f'>{amount(result.final_score)} <span class="of">of 10 points' in page


def test_gradescope_gets_each_score_in_its_folder(tiny: Manifest, tmp_path: Path) -> None:
    found = results(tiny, "gradescope")
    write_results(found, tiny, tmp_path, [GradescopeOutlet(tiny, tmp_path)])
    assert len(list((tmp_path / "gradescope").iterdir())) == len(CLASS)
    for result in found:
        assert result.student is not None
        folder = tmp_path / "gradescope" / result.student.upload
        report = json.loads((folder / "results.json").read_text())
        assert report.get("score") == result.final_score
        assert report["extra_data"]["grading_id"] == grading_id(result)
        assert [test.get("score") for test in report["tests"]] == [
            made.score for made in result.exercises
        ]


def test_members_of_a_group_share_one_report_where_gradescope_has_their_work(
    tiny: Manifest, tmp_path: Path
) -> None:
    found = results(tiny, "gradescope")[:3]
    group = [
        msgspec.structs.replace(
            one, student=msgspec.structs.replace(one.student, upload="submission_9")
        )
        for one in found[:2]
    ]
    stale = tmp_path / "gradescope" / "submission_1"
    stale.mkdir(parents=True)
    (stale / "results.json").write_text("{}")
    outlet = GradescopeOutlet(tiny, tmp_path)
    write_results([*group, found[2]], tiny, tmp_path, [outlet])
    folders = sorted(path.name for path in (tmp_path / "gradescope").iterdir())
    assert folders == ["submission_9", found[2].student.upload]  # type: ignore[union-attr]
    everybody = GradescopeOutlet(tiny, tmp_path / "all", everybody=True)
    plain = [msgspec.structs.replace(one, student=None) for one in found]
    write_results(plain, tiny, tmp_path / "all", [everybody])
    names = {path.name for path in (tmp_path / "all" / "gradescope").iterdir()}
    assert names == {one.submission for one in plain}
    for others in (plain, results(tiny, "moodle")):
        nobody = GradescopeOutlet(tiny, tmp_path / "none")
        write_results(others, tiny, tmp_path / "none", [nobody])
        assert not (tmp_path / "none" / "gradescope").exists()
