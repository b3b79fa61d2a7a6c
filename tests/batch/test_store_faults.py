"""A store that cannot be written stops a run with a clear line; afterwards the run goes on."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys

import pytest

from autograder.batch.run_problems import StoreError
from autograder.batch.schedule import ClassRun
from autograder.batch.store import FILE, Store
from autograder.intake.exports import find_entries

from .conftest import TINY, PretendSlots, result_of

RIGHT = (TINY / "words.py").read_text()


def grade(folder, results):
    told = "from autograder.cli import main; main()"
    arguments = ["grade", folder, "-a", TINY, "-o", results, "--seed", "5"]
    command = [sys.executable, "-c", told, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of its own, and what sets the size of that disk in KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(size, *options):
        told = ",".join([f"size={size}k", *options])
        command = ["mount", "-t", "tmpfs", "-o", told, "tmpfs", str(folder)]
        return subprocess.run(command, capture_output=True, text=True)

    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting a small disk needs root")
    mounted = mount(64)
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder, lambda size: mount(size, "remount").check_returncode()
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def kept(results):
    with contextlib.closing(sqlite3.connect(results / FILE)) as base:
        return dict(base.execute("SELECT key, body FROM result").fetchall())


def scores(results):
    return [line.split(",")[:3] for line in (results / "grades.csv").read_text().splitlines()]


def test_a_full_disk_stops_a_run_which_goes_on_when_there_is_room(small_disk, class_folder):
    results, resize = small_disk
    folder = class_folder(**{f"s{n:02}": f"{RIGHT}# {n}" for n in range(24)})
    resize(480)  # room for the tables and some results
    full = grade(folder, results)
    assert full.returncode == 2
    assert "the disk is full; make room and run again: what was graded" in full.stderr
    assert "Traceback" not in full.stderr
    before = kept(results)
    assert 0 < len(before) < 24

    resize(8192)
    assert grade(folder, results).returncode == 0
    now = kept(results)
    assert len(now) == 24 and {key: now[key] for key in before} == before
    assert scores(results)[1:] == [[f"s{n:02}", "graded", "10"] for n in range(24)]


def test_a_disk_that_fills_with_pages_leaves_whole_ones_and_a_run_makes_the_rest(
    small_disk, class_folder, tmp_path, request
):
    results, resize = tmp_path / "results", small_disk[1]
    folder = class_folder(**{f"s{n:02}": f"{RIGHT}# {n}" for n in range(12)})
    results.mkdir()
    (results / "feedback").mkdir()
    bound = ["mount", "--bind", str(small_disk[0]), str(results / "feedback")]
    subprocess.run(bound, check=True)
    request.addfinalizer(lambda: subprocess.run(["umount", bound[-1]], check=True))
    full = grade(folder, results)
    assert full.returncode == 2
    assert "results cannot be written here: No space left on device" in full.stderr
    assert "Traceback" not in full.stderr
    before = {path.name: path.read_bytes() for path in (results / "feedback").iterdir()}
    graded = kept(results)
    assert before and len(graded) == 12
    resize(8192)
    assert grade(folder, results).returncode == 0
    pages = {path.name: path.read_bytes() for path in (results / "feedback").iterdir()}
    assert len(pages) == 24
    assert before.items() <= pages.items()
    assert kept(results) == graded


def test_a_store_that_another_program_locks_stops_a_run_which_goes_on_afterwards(
    tmp_path, conditions, class_folder
):
    folder = class_folder(**{f"s{n}": str(n) for n in range(8)})
    results = tmp_path / "results"
    other = None

    def lock(progress):
        nonlocal other
        if progress.done == 3 and other is None:
            other = sqlite3.connect(results / FILE)
            other.execute("BEGIN IMMEDIATE")

    slots = PretendSlots(result_of)
    with Store(results, wait_seconds=0.1) as store, pytest.raises(StoreError) as raised:
        ClassRun(store, conditions, slots, lock).run(find_entries(folder))
    assert f"{results / FILE}: another program has it open and locked" in str(raised.value)
    other.rollback()
    other.close()
    before = kept(results)
    assert len(before) >= 3
    again = PretendSlots(result_of)
    with Store(results) as store:
        ClassRun(store, conditions, again).run(find_entries(folder))
        store.accept()
        assert [row.result.status for row in store.rows()] == ["graded"] * 8
    assert len(again.graded) == 8 - len(before)
    now = kept(results)
    assert {key: now[key] for key in before} == before
