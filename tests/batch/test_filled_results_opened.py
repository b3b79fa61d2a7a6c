"""Every command that opens results refuses what others planted there, in a sentence, and ends."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys

import pytest

from autograder.batch.store import FILE

from .conftest import TINY
from .test_filled_results import PRECIOUS, RIGHT, grade

COMMANDS = (
    ("show", "anna"),
    ("regrade", "--accept"),
    ("report",),
    ("report", "--anonymous"),
    ("drop", "count_case", "--accept", "--reason", "no"),
    ("mark",),
    ("mark", "--template", "marks.csv"),
)
# Each in one process: how it ended, and what it said.
RUN = """
import contextlib, io, json, sys
from autograder.cli import main
told = []
for command in json.loads(sys.argv[1]):
    sys.argv = ["autograder", *command]
    said = io.StringIO()
    code = 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main()
        except SystemExit as end:
            code = end.code
    told.append([command[0], code, said.getvalue()])
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Results of a run as it should be."""
    place = tmp_path_factory.mktemp("whole")
    (place / "class" / "anna").mkdir(parents=True)
    (place / "class" / "anna" / "words.py").write_text(RIGHT)
    assert grade(place / "class", place / "results").returncode == 0
    return place


@pytest.fixture
def place(whole, tmp_path):
    shutil.copytree(whole / "results", tmp_path / "results")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "victim").write_text(PRECIOUS)
    return tmp_path


def asked(place):
    """How each command ends on these results."""
    arguments = [[name, str(place / "results"), *more, "-a", str(TINY)] for name, *more in COMMANDS]
    run = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(arguments)],
        capture_output=True,
        text=True,
        cwd=place,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(run.stdout)


def planted(path, kind, victim):
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "second name":
        os.link(victim, path)
    else:
        path.symlink_to(victim.parent if kind == "folder" else victim)


def changed(place, script):
    base = sqlite3.connect(place / "results" / FILE)
    base.executescript(script)
    base.close()


PLANTED = [
    *((FILE, kind) for kind in ("link", "pipe", "second name")),
    *((f"{FILE}-wal", kind) for kind in ("link", "pipe")),
    *((".grading.lock", kind) for kind in ("link", "pipe", "second name")),
    *(("results.jsonl", kind) for kind in ("link", "pipe")),
    *(("feedback", kind) for kind in ("folder", "pipe")),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind"), PLANTED)
def test_what_leads_elsewhere_is_refused_by_each_command(place, name, kind):
    victim = place / "elsewhere" / "victim"
    planted(place / "results" / name, kind, victim)
    for command, code, said in asked(place):
        assert code == 2 and "expected" in said and "Traceback" not in said, (command, code, said)
    assert victim.read_text() == PRECIOUS and [victim] == list(victim.parent.iterdir())


FOREIGN = {
    "another program's": "DROP TABLE result; CREATE TABLE bookmarks (url TEXT);",
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON mark BEGIN DELETE FROM result; END;",
    "a view": "DROP TABLE mark; CREATE VIEW mark AS SELECT 1 AS person, 2 AS body;",
    "more columns": "ALTER TABLE mark ADD COLUMN more TEXT;",
    "a later version": "PRAGMA user_version = 99;",
}


@pytest.mark.slow
@pytest.mark.parametrize("content", FOREIGN)
def test_a_foreign_database_is_refused_by_each_command(place, content):
    changed(place, FOREIGN[content])
    before = (place / "results" / FILE).read_bytes()
    for command, code, said in asked(place):
        assert code == 2 and "Traceback" not in said, (command, code, said)
    assert (place / "results" / FILE).read_bytes() == before


HOSTILE = {
    "results that are none": "UPDATE result SET body = 'x';",
    "results without end": "UPDATE result SET body = replace(hex(zeroblob(50000)), '0', '[');",
    "results as bytes": "UPDATE result SET body = x'ff00fe';",
    "settings of other kinds": "UPDATE setting SET value = x'00ff';",
    "tables that are none": "REPLACE INTO setting VALUES ('tables', '[[1]]');",
    "a class that is a pipe": "REPLACE INTO setting VALUES ('submissions', 'PIPE');",
    "a seed that is none": "REPLACE INTO setting VALUES ('seed', 'x');",
}


@pytest.mark.slow
@pytest.mark.parametrize("content", HOSTILE)
def test_hostile_content_ends_no_command_in_a_traceback(place, content):
    os.mkfifo(place / "pipe")
    changed(place, HOSTILE[content].replace("PIPE", str(place / "pipe")))
    for command, code, said in asked(place):
        assert code in (0, 1, 2) and "Traceback" not in said, (command, code, said)


@pytest.mark.slow
def test_each_command_works_where_nothing_is_planted(place):
    codes = {command: code for command, code, _ in asked(place)}
    assert set(codes.values()) <= {0, 1}, codes
