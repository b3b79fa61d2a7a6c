"""Published files are a set: whatever ends a run, all of them are old, or all are new."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.publish.file_set import DECIDED, PLACE, FileSet, finish

OLD = {"grades.csv": "old", "feedback/ada.html": "old", "feedback/gone.html": "old"}
NEW = {"grades.csv": "new", "feedback/ada.html": "new", "gradescope/1/results.json": "new"}
# Publishes into a folder, and is killed right before its n-th call that changes what has a name.
KILLED = """
import os, signal, sys
from pathlib import Path
from autograder.publish.file_set import FileSet
folder, left = Path(sys.argv[1]), int(sys.argv[2])
def counted(call):
    def counting(*arguments, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **named)
    return counting
for name in ("replace", "rename", "unlink", "mkdir", "rmdir", "open"):
    setattr(os, name, counted(getattr(os, name)))
with FileSet(folder) as made:
    for path in ("grades.csv", "feedback/ada.html", "gradescope/1/results.json"):
        (made.place / path).parent.mkdir(parents=True, exist_ok=True)
        (made.place / path).write_text("new")
    made.take_place(["feedback/gone.html"])
"""


def lay(folder, files):
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def there(folder):
    """The files that have their names."""
    names = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    ours = [path for path in names if path.parts[0] not in (PLACE, DECIDED)]
    return {path.as_posix(): (folder / path).read_text() for path in ours}


def killed_after(calls, folder):
    command = [sys.executable, "-c", KILLED, str(folder), str(calls)]
    return subprocess.run(command, check=False).returncode == -signal.SIGKILL


def test_a_kill_at_any_call_leaves_the_old_files_or_the_new(tmp_path):
    outcomes = []
    for calls in range(200):
        folder = tmp_path / str(calls)
        lay(folder, OLD)
        killed = killed_after(calls, folder)
        decided = (folder / DECIDED).exists()
        if not decided:
            assert there(folder) in (OLD, NEW), calls
        finish(folder)
        assert there(folder) in (OLD, NEW), calls
        assert there(folder) == NEW or not decided
        outcomes.append(there(folder))
        with FileSet(folder) as made:  # and the next run is not disturbed by what was left
            lay(made.place, {"grades.csv": "newer"})
            made.take_place(["feedback/gone.html", "gradescope/1/results.json"])
        assert there(folder) == {
            "grades.csv": "newer",
            "feedback/ada.html": outcomes[-1]["feedback/ada.html"],
        }
        assert not any((folder / name).exists() for name in (PLACE, DECIDED))
        if not killed:
            break
    assert not killed and outcomes.count(OLD) > 3 and outcomes.count(NEW) > 3


def test_what_has_not_taken_its_place_is_gone(tmp_path):
    lay(tmp_path, OLD)
    with pytest.raises(ZeroDivisionError), FileSet(tmp_path) as made:
        lay(made.place, NEW)
        raise ZeroDivisionError
    assert there(tmp_path) == OLD and not (tmp_path / PLACE).exists()


@pytest.mark.parametrize("name", ["grades.csv", "gradescope"])
def test_what_stands_in_the_way_changes_nothing(tmp_path, name):
    lay(tmp_path, OLD)
    (tmp_path / name).unlink(missing_ok=True)
    if name == "gradescope":
        (tmp_path / name).symlink_to(tmp_path / "feedback")
    else:
        (tmp_path / name).mkdir()
    before = there(tmp_path)
    with FileSet(tmp_path) as made:
        lay(made.place, NEW)
        with pytest.raises(OSError, match="expected"):
            made.take_place(["feedback/gone.html"])
    assert there(tmp_path) == before and not (tmp_path / DECIDED).exists()


def test_ctrl_c_while_files_take_their_places_waits_for_them(tmp_path, monkeypatch):
    lay(tmp_path, OLD)
    replace = os.replace

    def interrupted(source, target):
        monkeypatch.setattr(os, "replace", replace)
        raise KeyboardInterrupt

    with FileSet(tmp_path) as made:
        lay(made.place, NEW)
        real = os.rename

        def renamed(source, target):
            real(source, target)
            monkeypatch.setattr(os, "replace", interrupted)

        monkeypatch.setattr(os, "rename", renamed)
        with pytest.raises(KeyboardInterrupt):
            made.take_place(["feedback/gone.html"])
    assert there(tmp_path) == NEW


@pytest.mark.parametrize("name", [PLACE, DECIDED])
def test_a_link_under_a_name_of_ours_leads_nowhere(tmp_path, name):
    lay(tmp_path / "elsewhere", OLD)
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / name).symlink_to(tmp_path / "elsewhere")
    if name == DECIDED:
        with pytest.raises(OSError, match="it is a link"):
            FileSet(tmp_path / "results")
    else:
        with FileSet(tmp_path / "results") as made:
            lay(made.place, NEW)
            made.take_place()
    assert there(tmp_path / "elsewhere") == OLD
    shutil.rmtree(tmp_path / "elsewhere")
    assert Path(tmp_path / "results").is_dir()
