"""One student's odd file names do not keep a whole class's export from being unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

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
