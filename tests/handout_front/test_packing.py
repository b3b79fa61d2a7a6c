"""The zip holds the work and nothing else, and its receipt is true."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import re
import zipfile

import nbformat
import pytest

from autograder.student.packing import _lateness

from .conftest import Student


def names(student: Student) -> list[str]:
    with zipfile.ZipFile(student.folder / "tiny-submission.zip") as archive:
        return archive.namelist()


def receipt(text: str) -> dict[str, str]:
    """The rows of a receipt by name."""
    return dict(re.findall(r"^([\w. ]+):\s+(.*)$", text, re.MULTILINE))


def test_the_receipt_counts_and_hashes(student: Student) -> None:
    student.solve()
    student.replace("words.py", "return counts", 'raise NotImplementedError("word_count: count")')
    run = student.check("--pack")
    assert run.returncode == 0, run.stdout
    rows = receipt(run.stdout)
    content = (student.folder / "tiny-submission.zip").read_bytes()
    assert rows["sha256"] == hashlib.sha256(content).hexdigest()
    assert rows["packed"].startswith(f"tiny-submission.zip, {len(content)} bytes, ")
    assert rows["version"] == "tiny 2.0"
    assert rows["files"] == "tiny.ipynb, words.py"
    assert rows["exercises"] == "1 of 2 written"
    assert rows["not written"] == "word_count"
    assert rows["public"] == "3 of 4 public checks pass"
    assert student.read("tiny-submission-receipt.txt").rstrip() in run.stdout


def test_the_same_work_gives_the_same_hash(student: Student) -> None:
    first, second = (receipt(student.check("--pack").stdout)["sha256"] for _ in range(2))
    assert first == second
    student.solve()
    assert receipt(student.check("--pack").stdout)["sha256"] != first


def test_only_work_goes_in(student: Student) -> None:
    for folder in (".venv", "myenv", "figures", "__pycache__", "data", ".git"):
        (student.folder / folder).mkdir()
        student.write(folder + "/words.py", "")
        student.write(folder + "/numbers.csv", "a,b\n1,2\n")
    student.write("words.py", student.read("words.py") + '\nDATA = "data/numbers.csv"\n')
    student.write("myenv/pyvenv.cfg", "")
    student.write("notes.docx", "")
    student.write("big.csv", "1" * (9 << 20))
    run = student.check("--pack")
    wanted = ["data/numbers.csv", "data/words.py", "tiny.ipynb", "words.py"]
    assert names(student) == wanted
    assert "note: big.csv is left out: it is larger than 8 MiB." in run.stdout


def test_what_is_left_is_named(student: Student) -> None:
    student.write("notes.docx", "")
    student.write("grades.csv", "a,b\n1,2\n")
    student.write("Titanic.CSV", "a,b\n1,2\n")
    run = student.check("--pack")
    assert names(student) == ["tiny.ipynb", "words.py"]
    told = "note: left out, since no code of yours names it: Titanic.CSV and grades.csv. What your"
    assert told in run.stdout
    assert receipt(run.stdout)["left here"] == "Titanic.CSV, grades.csv, notes.docx"
    again = receipt(student.check("--pack").stdout)
    assert again["left here"] == "Titanic.CSV, grades.csv, notes.docx"


@pytest.mark.parametrize(
    "code",
    [
        'rows = open("Grades.csv")',
        "# with grades.csv beside it",
        "paths = sorted(Path().glob('*'))",
        'rows = open(f"{name}.csv")',
        'rows = open(name + ".csv")',
    ],
)
def test_a_table_that_code_may_read_goes_in(student: Student, code: str) -> None:
    student.write("grades.csv", "a,b\n1,2\n")
    student.write(
        "words.py", f"{student.read('words.py')}\n\ndef more(name):\n    {code}\n    return 1\n"
    )
    student.check("--pack")
    assert "grades.csv" in names(student)


@pytest.mark.parametrize(
    ("due", "grace", "told"),
    [
        ("", 0, None),
        ("2999-01-01T12:00:00+00:00", 0, None),
        ("2020-01-01T12:00:00+00:00", 0, "is past by"),
    ],
)
def test_a_due_time_that_is_past_is_told(
    student: Student, due: str, grace: int, told: str | None
) -> None:
    content = json.loads(student.read("tests/plain/exercises.json"))
    content["assignment"] |= {"due": due, "grace_minutes": grace}
    student.write("tests/plain/exercises.json", json.dumps(content))
    said = " ".join(student.check("--pack").stdout.split())
    assert ("The due time, " in said) == (told is not None)
    if told:
        assert "The due time, 01 January 2020, 12:00 (UTC+0000), is past by" in said
        assert "what the README says under Late holds" in said


def test_how_late_it_is() -> None:
    about = {"due": "2026-02-16T23:59:00+01:00", "grace_minutes": 30}
    start = datetime.datetime.fromisoformat(about["due"])

    def after(**passed: int) -> str:
        return _lateness(about, start + datetime.timedelta(**passed))

    assert after(minutes=-1) == ""
    assert after(minutes=1).endswith("is past by 1 minute; the first 30 minutes cost nothing.")
    assert "is past by 2 days and 3 hours: what" in after(hours=51)


def test_a_notebook_with_large_outputs_goes_in_without_them(student: Student) -> None:
    book = json.loads(student.read("tiny.ipynb"))
    cell = next(cell for cell in book["cells"] if cell["cell_type"] == "code")
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * (9 << 20)}]
    student.write("tiny.ipynb", json.dumps(book))
    run = student.check("--pack")
    assert "note: tiny.ipynb is packed without its outputs, which are large." in run.stdout
    packed = (student.folder / "tiny-submission.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        cells = json.loads(archive.read("tiny.ipynb"))["cells"]
    assert all(not cell.get("outputs") for cell in cells)
    assert [c["source"] for c in cells] == [c["source"] for c in book["cells"]]


def test_broken_work_can_be_handed_in(student: Student) -> None:
    student.write("words.py", "def broken(:\n")
    run = student.check("--pack")
    assert run.returncode == 0
    assert receipt(run.stdout)["not written"] == "word_count, Stack"
    assert "words.py cannot be read" in run.stdout


def test_nothing_to_hand_in_is_said(student: Student) -> None:
    (student.folder / "empty").mkdir()
    run = student.check("--pack", "--folder", "empty")
    assert run.returncode == 1
    assert "nothing to hand in" in run.stdout


def test_a_data_file_is_judged(student: Student) -> None:
    student.amend_exercise("Stack", kind="data", file="stack.json")
    assert "stack.json:    not there yet" in student.check("--pack").stdout
    student.write("stack.json", "{}")
    told = "stack.json:    not valid yet: look with check.py Stack"
    assert told in student.check("--pack").stdout


def test_modules_without_a_notebook_get_an_empty_one_for_otter(student: Student) -> None:
    (student.folder / "tiny.ipynb").unlink()
    assert student.check("--pack").returncode == 0
    assert names(student) == ["words.py"]
    student.write("more.py", "x = 1\n")
    run = student.check("--pack")
    assert "note: an empty tiny.ipynb is added, since Otter wants one beside modules." in run.stdout
    assert names(student) == ["more.py", "tiny.ipynb", "words.py"]
    with zipfile.ZipFile(student.folder / "tiny-submission.zip") as archive:
        assert nbformat.reads(archive.read("tiny.ipynb").decode(), as_version=4).cells == []
