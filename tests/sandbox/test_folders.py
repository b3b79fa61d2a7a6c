"""A killed process leaves its folders; the next one removes them, and no other's."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.sandbox import folders
from autograder.sandbox.folders import OwnFolder

HELD = """
import sys
from autograder.sandbox.folders import OwnFolder

folder = OwnFolder("autograder-trial-")
(folder.path / "file").touch()
print(folder.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of this test alone, in which nothing is too new to remove."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(folders, "_NEW_SECONDS", 0.0)
    return tmp_path


def held() -> tuple[subprocess.Popen[str], Path]:
    """A process with a folder of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", HELD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_a_folder_stays_while_its_process_lives_and_goes_after_a_kill() -> None:
    process, path = held()
    OwnFolder("autograder-trial-").remove()
    assert (path / "file").exists()
    process.kill()
    process.communicate()
    assert path.exists()
    OwnFolder("autograder-trial-").remove()
    assert not path.exists()


def test_removing_takes_the_content_and_can_be_repeated() -> None:
    folder = OwnFolder("autograder-trial-")
    (folder.path / "inner").mkdir()
    folder.remove()
    folder.remove()
    assert not folder.path.exists()


def test_other_names_links_and_new_folders_are_left_alone(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, aim = place / "somebody", place / "aim"
    other.mkdir()
    aim.mkdir()
    link = place / "autograder-trial-link"
    link.symlink_to(aim)
    OwnFolder("autograder-trial-").remove()
    assert other.exists() and link.is_symlink() and aim.exists()
    new = place / "autograder-trial-new"
    new.mkdir()
    monkeypatch.setattr(folders, "_NEW_SECONDS", 60.0)
    OwnFolder("autograder-trial-").remove()
    assert new.exists()
