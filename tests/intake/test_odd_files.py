"""What is no ordinary file, on each platform: a row that says so, and nobody else is touched."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.intake.counted_files import Collection, Limits
from autograder.intake.exports import list_class
from autograder.intake.submissions import Entry, read
from autograder.student.collecting import collect

from .handed_in import CODE
from .test_whole_exports import EXPORTS

READ = """
import _strptime, codecs, json, os, sys
from pathlib import Path
from autograder.intake.exports import list_class
from autograder.intake.submissions import read
for name in ("utf-8-sig", "cp1252"):
    codecs.lookup(name)  # which is imported now, while Python's own files may be read
if os.getuid() == 0:  # whom no file is closed to
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
rows = {}
for entry in list_class(Path(sys.argv[1])).entries:
    made = read(entry)
    rows[entry.name] = [made.problem, list(made.notes), sorted(made.files)]
print(json.dumps(rows))
"""


def bound(path):
    there = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(path.parent)  # such a path may have a hundred characters
    try:
        there.bind(path.name)
    finally:
        os.chdir(here)
        there.close()


def sparse(path):
    with open(path, "wb") as file:
        file.truncate(10 << 30)


def unreadable(path):
    path.write_bytes(CODE)
    path.chmod(0)


def closed_folder(path):
    path.mkdir()
    (path / "words.py").write_bytes(CODE)
    path.chmod(0)


KINDS = {
    "pipe": (os.mkfifo, "not an ordinary file"),
    "socket": (bound, "not an ordinary file"),
    "device": (lambda path: os.mknod(path, 0o20666, os.makedev(1, 5)), "not an ordinary file"),
    "dangling link": (lambda path: path.symlink_to("gone"), "a link to another place"),
    "cyclic link": (lambda path: path.symlink_to(path.name), "a link to another place"),
    "link up": (lambda path: path.symlink_to("..", True), "a link to another place"),
    "sparse": (sparse, "larger than the"),
    "unreadable file": (unreadable, "cannot be read"),
    "unreadable folder": (closed_folder, "cannot be read"),
}


@pytest.fixture
def place():
    """A folder that an ordinary user can read, too."""
    folder = Path(tempfile.mkdtemp(prefix="odd-files-"))
    folder.chmod(0o755)
    yield folder
    for path in folder.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.parametrize("platform", EXPORTS)
@pytest.mark.parametrize("kind", KINDS)
def test_it_costs_a_sentence_and_nobody_else_anything(place, platform, kind):
    make, told = KINDS[kind]
    write = EXPORTS[platform]
    for number in range(3):
        write(place, number, "words.py", CODE)
    whole = {path for path in place.rglob("*words.py")}
    (odd,) = (path for path in whole if re.search("(Student |stu|student|900)0?1", str(path)))
    write(place, 2, "helper.py", CODE)
    (beside,) = place.rglob("*helper.py")
    beside = beside.rename(beside.with_name(beside.name.replace("_5002_", "_6002_")))  # Canvas's id
    try:
        for path in (odd, beside):
            path.unlink()
            make(path)
    except PermissionError:
        pytest.skip("no device can be made here")
    run = subprocess.run(
        [sys.executable, "-B", "-c", READ, place],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    rows = json.loads(run.stdout)
    assert len(rows) == 3, rows
    first, second, third = (rows[name] for name in sorted(rows))
    assert first[0] == "" and first[2][0].endswith("words.py")
    assert told in second[0] + "".join(second[1]) and not second[2]
    assert third[0] == "" and [path.endswith("words.py") for path in third[2]] == [True]
    assert told in "".join(third[1])


def test_a_file_that_grows_while_it_is_read_is_too_large_and_no_more(tmp_path, monkeypatch):
    path = tmp_path / "words.py"
    path.write_bytes(CODE)
    limits = Limits(file_bytes=100)

    def growing(self, name):
        path.write_bytes(CODE * 1000)
        return False

    monkeypatch.setattr(Collection, "skips", growing)
    (tmp_path / "more").mkdir()
    made = read(Entry("ada", tmp_path), limits)
    assert "larger than" in made.problem + "".join(made.notes) and not made.files


@pytest.mark.parametrize(
    "names",
    [
        ("stu_101_7001_lab", "stu_101_7004_more", "ada_102_7003_words.py"),
        (
            "Stu_3_assignsubmission_file_a",
            "Stu_3_assignsubmission_file_b",
            "Ada_4_assignsubmission_file_words.py",
        ),
    ],
)
def test_an_empty_folder_holds_nobody_elses_files(tmp_path, names):
    *empty, other = names
    for name in empty:
        (tmp_path / name).mkdir()
    (tmp_path / other).write_bytes(CODE)
    made = [read(entry) for entry in list_class(tmp_path).entries]
    assert sorted(len(one.files) for one in made) == [0, 1]


@pytest.mark.parametrize("kind", ["pipe", "socket", "dangling link", "cyclic link"])
def test_check_py_names_it_and_waits_for_nothing(tmp_path, kind):
    KINDS[kind][0](tmp_path / "words.py")
    (tmp_path / "more.py").write_bytes(CODE)
    files, notes = collect(str(tmp_path))
    assert list(files) == ["more.py"]
    assert notes[0].startswith("words.py is left out: it is ")
