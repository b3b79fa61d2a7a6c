"""One student's odd file names do not keep a whole class's export from being unpacked."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from autograder.intake.submissions import Entry, NothingToGrade, read
from autograder.intake.unpacking import unpack


@pytest.mark.parametrize(
    "names",
    [
        ["a/\x01.py", "a/\x02.py/inner.py"],
        ["a/" + "\x01" * 200 + ".py"],
        ["a", "a/b.py"],
        ["a/b.py", "a"],
        ["../../redteam-left.py", "/tmp/redteam-left.py"],
        ["."],
    ],
    ids=["file-and-folder", "too-long", "folder-after-file", "file-after-folder", "outside", "dot"],
)
def test_a_class_is_unpacked_whatever_one_member_is_called(
    tmp_path: Path, names: list[str]
) -> None:
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x = 1")
        archive.writestr("benno/work.py", "y = 2")
    unpacked = unpack(path, tmp_path / "into")
    assert (unpacked / "benno" / "work.py").read_text() == "y = 2"
    inside = [file for file in tmp_path.rglob("*.py")]
    assert all(unpacked in file.parents for file in inside)
    assert not list(Path("/tmp").glob("redteam-left*"))


def _export(folder: Path, members: dict[str, bytes]) -> Path:
    path = folder / "class.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_bombs_of_one_student_take_no_room_from_the_class(tmp_path: Path) -> None:
    bombs = {f"mallory/b{n:03}.py": bytes(15 << 20) for n in range(60)}
    huge = {"mallory/huge.zip": bytes(80 << 20), "mallory/lab.ipynb": bytes(20 << 20)}
    path = _export(tmp_path, {**bombs, **huge, "benno/work.py": b"y = 2"})
    assert path.stat().st_size < 2 << 20
    unpacked = unpack(path, tmp_path / "into")
    held = sum(file.stat().st_blocks * 512 for file in unpacked.rglob("*") if file.is_file())
    assert held < 400 << 20
    assert (unpacked / "benno" / "work.py").read_text() == "y = 2"
    notes = read(Entry("mallory", unpacked / "mallory")).notes
    assert "b000.py: larger than the 16 MiB allowed; passed over" in notes


def test_an_archive_in_an_archive_counts_as_one_file(tmp_path: Path) -> None:
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        for n in range(30_000):
            archive.writestr(f"{n}.txt", b"")
    outer = tmp_path / "anna.zip"
    with zipfile.ZipFile(outer, "w") as archive:
        archive.write(inner, "data.bin")
        archive.writestr("work.py", "x = 1")
    made = read(Entry("anna", outer))
    assert made.problem == "" and "work.py" in made.files
    assert "lists more than" in read(Entry("all", inner)).problem


@pytest.mark.parametrize(
    "where", ["unpacked", "unpacked/.class-{digest}.part", "unpacked/class-{digest}"]
)
def test_an_export_is_not_unpacked_through_a_link(tmp_path: Path, where: str) -> None:
    path = _export(tmp_path, {"benno/work.py": b"y = 2"})
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = tmp_path / where.format(digest=digest)
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(elsewhere)
    try:
        assert (unpack(path, tmp_path / "unpacked") / "benno" / "work.py").is_file()
    except NothingToGrade as problem:
        assert "it is a link, expected a folder" in str(problem)
    assert list(elsewhere.iterdir()) == []
