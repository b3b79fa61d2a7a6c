"""Faults of the machine cost nobody points: what is killed, vanishes or cannot be written."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

from autograder.batch.keys import Conditions
from autograder.batch.local_grader import LocalGrader
from autograder.batch.schedule import ClassRun
from autograder.batch.slots import LocalSlots
from autograder.cli.class_run import stoppable
from autograder.intake.exports import find_entries
from autograder.isolation import tiers
from autograder.sandbox import patience
from autograder.sandbox.zygote import PRELOAD_NUMPY, Zygote

from .conftest import TINY, children

RIGHT = (TINY / "words.py").read_text()
SLOW = RIGHT + "\nimport time\ntime.sleep(0.4)\n"


@pytest.fixture
def conditions(tiny):
    return Conditions(tiny.digest, 7, "environment")


@pytest.fixture
def open_grader(tiny, conditions):
    """Opens local_graders and tells of each zygote that is started."""
    offer = tiers.probe()
    tier = tiers.choose(offer)
    made = []

    def start():
        made.append(Zygote(tier, PRELOAD_NUMPY))
        return made[-1]

    def open_one():
        return LocalGrader(tiny, conditions, start)

    open_one.zygotes = made
    return open_one


def graded(store, conditions, open_grader, folder, width=2, on_progress=lambda progress: None):
    slots = LocalSlots(open_grader, width)
    try:
        ClassRun(store, conditions, slots, on_progress).run(find_entries(folder))
    finally:
        slots.close()
    store.accept()
    return {row.submission: row.result for row in store.rows()}


def running(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def zygote_process(zygote):
    """The forking process itself, inside whatever wraps it."""
    pid = zygote._process.pid
    while True:
        below = [
            int(child)
            for task in Path(f"/proc/{pid}/task").glob("*/children")
            for child in task.read_text().split()
        ]
        if len(below) != 1 or b"bwrap" not in running(pid):
            return pid
        pid = below[0]


@pytest.mark.parametrize("inner", [True, False], ids=["zygote", "what wraps it"])
def test_a_killed_zygote_is_started_again_and_costs_nothing(
    store, conditions, open_grader, class_folder, inner
):
    folder = class_folder(**{f"s{n}": f"{SLOW}# {n}" for n in range(6)})
    killed = []

    def kill(progress):
        if progress.done == 2 and not killed:
            zygote = open_grader.zygotes[0]
            killed.append(zygote_process(zygote) if inner else zygote._process.pid)
            os.kill(killed[0], signal.SIGKILL)

    results = graded(store, conditions, open_grader, folder, on_progress=kill)
    assert killed and len(open_grader.zygotes) == 2
    assert {made.score for made in results.values()} == {10.0}
    assert all(made.status == "graded" for made in results.values())


def test_a_killed_worker_costs_nothing(store, conditions, open_grader, class_folder):
    folder = class_folder(anna=SLOW)
    stop = threading.Event()
    killed = []

    def kill_one():
        while not stop.is_set() and not killed:
            if open_grader.zygotes:
                zygote = zygote_process(open_grader.zygotes[0])
                workers = [pid for pid in children(zygote) if pid != zygote]
                if len(workers) >= 2:  # the supervisor and the worker below it
                    time.sleep(0.2)  # it is loading by now: the submission sleeps 0.4 s
                    os.kill(workers[-1], signal.SIGKILL)
                    killed.append(workers[-1])
            stop.wait(0.01)

    killer = threading.Thread(target=kill_one)
    killer.start()
    try:
        results = graded(store, conditions, open_grader, folder)
    finally:
        stop.set()
        killer.join()
    assert killed
    assert results["anna"].score == 10.0


def test_a_submission_that_kills_its_own_process_loses_only_its_points(
    store, conditions, open_grader, class_folder
):
    death = "import os, signal\ndef word_count(text):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    stack = RIGHT[RIGHT.index("class Stack") :]
    results = graded(store, conditions, open_grader, class_folder(anna=death + stack, ben=RIGHT))
    assert (results["anna"].score, results["ben"].score) == (6.0, 10.0)
    assert len(open_grader.zygotes) == 1


def test_a_corrupt_zip_is_one_submissions_status(store, conditions, open_grader, class_folder):
    folder = class_folder(anna=RIGHT)
    with zipfile.ZipFile(folder / "ben.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("words.py", RIGHT)
    content = bytearray((folder / "ben.zip").read_bytes())
    content[60:90] = bytes(30)
    (folder / "ben.zip").write_bytes(bytes(content))
    results = graded(store, conditions, open_grader, folder)
    assert (results["anna"].status, results["anna"].score) == ("graded", 10.0)
    assert results["ben"].status == "unreadable"
    assert "words.py" in results["ben"].reason


def test_submissions_that_vanish_while_others_run_are_unreadable_and_the_rest_is_graded(
    store, conditions, open_grader, class_folder
):
    folder = class_folder(**{f"s{n}": f"{SLOW}# {n}" for n in range(9)})
    (folder / "zoe.py").write_text(RIGHT)
    gone = [folder / "s7", folder / "s8" / "words.py", folder / "zoe.py"]

    def vanish(progress):
        if progress.done and gone[0].exists():
            shutil.rmtree(gone[0])
            gone[1].unlink()
            gone[2].unlink()

    results = graded(store, conditions, open_grader, folder, on_progress=vanish)
    unreadable = {name: made for name, made in results.items() if made.status == "unreadable"}
    assert set(unreadable) == {"s7", "s8", "zoe"}
    assert all(made.score is None and made.reason for made in unreadable.values())
    rest = [made for name, made in results.items() if name not in unreadable]
    assert [(made.status, made.score) for made in rest] == [("graded", 10.0)] * 7


class JumpingClock:
    """The clock of a machine that stands still for an hour, again and again."""

    def __init__(self, every):
        self.jumps = 0
        self._every = every
        self._asked = 0

    def monotonic(self):
        self._asked += 1
        if self._asked % self._every == 0:
            self.jumps += 1
        return time.monotonic() + 3600 * self.jumps


def test_a_clock_that_jumps_is_no_time_out(
    store, conditions, open_grader, class_folder, monkeypatch
):
    clock = JumpingClock(every=5)
    monkeypatch.setattr(patience, "time", clock)
    monkeypatch.setattr(time, "time", lambda: 1e9 - 3600.0 * clock.jumps)
    folder = class_folder(anna=SLOW, ben=SLOW + "# another")
    # In a single slot a time-out would count at once.
    results = graded(store, conditions, open_grader, folder, width=1)
    assert clock.jumps >= 4
    assert {name: made.score for name, made in results.items()} == {"anna": 10.0, "ben": 10.0}


def test_a_clock_that_runs_evenly_still_ends_what_only_waits(
    store, conditions, open_grader, class_folder, monkeypatch
):
    monkeypatch.setattr(patience, "WALL_PER_CPU", 0.2)
    text = RIGHT.replace(
        "    counts = {}\n", "    import time\n\n    time.sleep(600)\n    counts = {}\n"
    )
    assert text != RIGHT
    results = graded(store, conditions, open_grader, class_folder(anna=text), width=1)
    told = [made.outcome for made in results["anna"].exercises[0].checks]
    assert told.count("timeout") >= 2


def test_an_error_of_the_grader_itself_is_a_persons_and_nobodys_zero(
    store, conditions, open_grader, class_folder, monkeypatch
):
    from autograder.batch import local_grader

    right = local_grader.grade

    def broken(assignment, bundle, *more):
        if bundle.name == "ben":
            raise RuntimeError("a bug of ours")
        return right(assignment, bundle, *more)

    monkeypatch.setattr(local_grader, "grade", broken)
    results = graded(
        store, conditions, open_grader, class_folder(anna=RIGHT, ben=RIGHT + "# another")
    )
    assert results["anna"].score == 10.0
    assert (results["ben"].status, results["ben"].score) == ("needs_person", None)
    assert "a bug of ours" in results["ben"].reason


def command(*arguments):
    told = "from autograder.cli import main; main()"
    return [sys.executable, "-c", told, *map(str, arguments)]


def test_a_read_only_results_folder_is_refused_before_anything_runs(tmp_path, class_folder):
    bubblewrap = tiers.probe().bubblewrap
    if bubblewrap is None:
        pytest.skip("needs bubblewrap to make a folder read-only for root too")
    folder, results = class_folder(anna=RIGHT), tmp_path / "results"
    results.mkdir()
    walls = [bubblewrap, "--dev-bind", "/", "/", "--ro-bind", results, results, "--"]
    grade = command("grade", folder, "-a", TINY, "-o", results)
    run = subprocess.run([*walls, *grade], capture_output=True, text=True)
    assert run.returncode == 2
    assert f"{results}/.grading.lock: results cannot be written here" in run.stderr
    assert "--output" in run.stderr


def test_a_second_grade_of_the_same_results_is_refused(tmp_path, class_folder):
    folder = class_folder(**{f"s{n}": f"{SLOW}# {n}" for n in range(60)})
    results = tmp_path / "results"
    grade = command("grade", folder, "-a", TINY, "-o", results)
    first = subprocess.Popen(grade, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wait_for_results(results, 1, first)
    second = subprocess.run(grade, capture_output=True, text=True)
    first.terminate()
    first.communicate(timeout=60)
    assert first.returncode == 130, "a polite end is one, too"
    assert second.returncode == 2
    assert f"process {first.pid}" in second.stderr and "is writing results here" in second.stderr


def test_ctrl_c_ends_soon_and_says_how_to_go_on(tmp_path, class_folder):
    folder = class_folder(**{f"s{n}": f"{SLOW}# {n}" for n in range(20)})
    results = tmp_path / "results"
    grade = command("grade", folder, "-a", TINY, "-o", results, "--seed", "5")
    first = subprocess.Popen(
        grade, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    wait_for_results(results, 2, first)
    os.killpg(first.pid, signal.SIGINT)
    _, told = first.communicate(timeout=30)
    assert first.returncode == 130
    assert "of 20 are graded, and kept. Go on with:" in told
    assert f"autograder grade {folder}" in told
    second = subprocess.run(grade, capture_output=True, text=True)
    assert second.returncode == 0, second.stderr
    assert "had their result" in second.stderr
    grades = (results / "grades.csv").read_text().splitlines()[1:]
    assert [line.split(",")[2] for line in grades] == ["10"] * 20


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_that_meets_a_finalizer_is_not_lost(number):
    class Finalized:
        def __del__(self):
            os.kill(os.getpid(), number)
            for _ in range(100):  # the interpreter runs the handler between instructions
                pass

    before = signal.getsignal(number)
    with stoppable() as expect_no_stop:
        expect_no_stop()
        Finalized()  # its exception goes nowhere
        with pytest.raises(KeyboardInterrupt):
            expect_no_stop()
    assert signal.getsignal(number) is before


def wait_for_results(results, count, process):
    """Until a run has stored so many results."""
    import sqlite3

    while process.poll() is None:
        try:
            base = sqlite3.connect(f"file:{results / 'grading.sqlite'}?mode=ro", uri=True)
            (found,) = base.execute("SELECT count(*) FROM result").fetchone()
            base.close()
        except sqlite3.Error:
            found = 0
        if found >= count:
            return
        time.sleep(0.02)
    raise AssertionError(process.communicate()[1])
