"""A folder for results that others have filled leads nothing elsewhere and holds nobody up."""

import os
import sqlite3
import subprocess
import sys

import pytest

from autograder.batch.run_problems import StoreError
from autograder.batch.schema import SCHEMA
from autograder.batch.store import FILE, Store

from .conftest import TINY

RIGHT = (TINY / "words.py").read_text()
PRECIOUS = "precious\n"
OF_A_RUN = (
    *(".lock", "grades.csv", "grading.sqlite", "feedback", "report.html", "results.jsonl"),
    *("unpacked", "regrade.csv", "gradescope", ".grading.lock", ".grades.csv.part", "index"),
)


def grade(folder, results, seconds=60):
    told = "from autograder.cli import main; main()"
    arguments = ["grade", folder, "-a", TINY, "-o", results, "--seed", "5", "--no-similarity"]
    command = [sys.executable, "-c", told, *map(str, arguments)]
    made = subprocess.run(command, capture_output=True, text=True, timeout=seconds)
    assert "Traceback" not in made.stderr
    return made


@pytest.fixture
def results(tmp_path):
    folder = tmp_path / "results"
    folder.mkdir()
    return folder


@pytest.fixture
def victim(tmp_path):
    path = tmp_path / "elsewhere" / "victim"
    path.parent.mkdir()
    path.write_text(PRECIOUS)
    return path


LED = (
    *("grades.csv", "feedback/anna.html", "feedback/anna.md", "report.html"),
    *("results.schema.json", ".publishing"),
)


@pytest.mark.parametrize("kind", ["link", "second name", "pipe"])
def test_what_is_written_takes_the_place_of_what_lies_there(results, victim, class_folder, kind):
    (results / "feedback").mkdir()
    for name in LED:
        if kind == "pipe":
            os.mkfifo(results / name)
        elif kind == "link":
            (results / name).symlink_to(victim)
        else:
            os.link(victim, results / name)
    made = grade(class_folder(anna=RIGHT), results)
    assert made.returncode == 0, made.stderr
    assert victim.read_text() == PRECIOUS and victim.stat().st_nlink == 1
    for name in ("grades.csv", "feedback/anna.html", "feedback/anna.md", "report.html"):
        written = results / name
        assert written.is_file() and not written.is_symlink() and written.stat().st_nlink == 1
    assert "anna" in (results / "grades.csv").read_text()
    assert not list(results.glob(".publish*"))


@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        (".grading.lock", "link", "it is a link, expected an ordinary file"),
        (".grading.lock", "second name", "it is a file with another name elsewhere"),
        (".grading.lock", "pipe", "it is a pipe"),
        (FILE, "link", "it is a link"),
        (FILE, "pipe", "it is a pipe"),
        (f"{FILE}-wal", "link", "it is a link"),
        (f"{FILE}-journal", "second name", "it is a file with another name elsewhere"),
        (".published", "link", "it is a link, expected a folder"),
        (".published", "pipe", "it is a pipe, expected a folder"),
        ("results.jsonl", "pipe", "it is a pipe"),
        ("results.jsonl", "link", "it is a link"),
        ("feedback", "folder", "it is a link, expected a folder"),
        ("feedback", "pipe", "it is a pipe, expected a folder"),
    ],
)
def test_what_would_be_read_or_entered_is_refused_before_anything_is_graded(
    results, victim, class_folder, name, kind, told
):
    place = results / name
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "second name":
        os.link(victim, place)
    else:
        place.symlink_to(victim.parent if kind == "folder" else victim)
    made = grade(class_folder(anna=RIGHT), results)
    assert made.returncode == 2
    assert told in " ".join(made.stderr.split()) and name in made.stderr
    assert "Grading" not in made.stderr
    assert victim.read_text() == PRECIOUS and [victim] == list(victim.parent.iterdir())


FOREIGN = {
    "of another program": "CREATE TABLE bookmarks (url TEXT);",
    "with a trigger": SCHEMA
    + "CREATE TRIGGER more AFTER INSERT ON result BEGIN DELETE FROM mark; END;",
    "with a view": SCHEMA + "DROP TABLE mark; CREATE VIEW mark AS SELECT 1 AS person, 2 AS body;",
    "with more columns": SCHEMA + "ALTER TABLE mark ADD COLUMN more TEXT;",
    "of a later version": SCHEMA + "PRAGMA user_version = 99;",
}


@pytest.mark.parametrize("content", FOREIGN)
def test_a_database_that_is_not_ours_is_refused_and_stays_as_it_is(results, content):
    base = sqlite3.connect(results / FILE)
    base.executescript(FOREIGN[content])
    base.close()
    before = (results / FILE).read_bytes()
    with pytest.raises(StoreError, match="name another folder with --output"):
        Store(results)
    assert (results / FILE).read_bytes() == before


def test_a_student_may_be_called_whatever_the_run_uses_for_itself(results, tmp_path):
    folder = tmp_path / "class"
    for name in OF_A_RUN:
        (folder / name).mkdir(parents=True)
        (folder / name / "words.py").write_text(RIGHT)
    made = grade(folder, results)
    assert made.returncode == 0, made.stderr
    lines = (results / "grades.csv").read_text().splitlines()[1:]
    assert sorted(line.split(",")[0].strip("'") for line in lines) == sorted(OF_A_RUN)
    assert {line.split(",")[1] for line in lines} == {"graded"}
    assert len(list((results / "feedback").glob("*.html"))) == len(OF_A_RUN)
