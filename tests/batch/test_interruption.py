"""Killed at any moment and run again, a class ends with the same bytes as one left in peace."""

import collections
import contextlib
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from .conftest import TINY, children

RIGHT = (TINY / "words.py").read_text()
WRONG = RIGHT.replace("counts.get(word, 0) + 1", "1")
UNWRITTEN = RIGHT.replace("self._things.append(thing)", "raise NotImplementedError('Stack.push')")
DIES = "import os\n" + RIGHT.replace("top = self._things[-1]", "os._exit(1)")
SEED = "11"
SIZE = 60
STAGES = ("starting", "grading", "publishing")


@dataclass(frozen=True)
class Peace:
    """A class and what a run that nobody disturbed made of it."""

    folder: Path
    files: dict[str, bytes]
    seconds_to_first_result: float


@pytest.fixture(scope="module")
def peace(tmp_path_factory):
    root = tmp_path_factory.mktemp("peace")
    texts = [RIGHT, WRONG, UNWRITTEN, DIES, "def word_count(:\n"]
    for number in range(SIZE):
        home = root / "class" / f"s{number:02}"
        home.mkdir(parents=True)
        (home / "words.py").write_text(f"{texts[number % 5]}\n# {number}\n")
    (root / "class" / "broken.zip").write_bytes(b"PK no zip")
    began = time.monotonic()
    run = start(root / "class", root / "results")
    wait_until(run, lambda: results_kept(root / "results"))
    first = time.monotonic() - began
    assert run.wait() == 1  # one is unreadable
    return Peace(root / "class", files(root / "results"), first)


def start(folder, results):
    told = "from autograder.cli import main; main()"
    arguments = ["grade", folder, "-a", TINY, "-o", results, "--seed", SEED]
    temporary = results.with_name("temporary")  # what a killed run leaves there is not ours
    temporary.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-c", told, *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    )


def wait_until(run, condition):
    """Look again and again until a condition holds; False if the run has ended before."""
    while run.poll() is None:
        if condition():
            return True
        time.sleep(0.002)
    return False


def published(results):
    return [
        path
        for path in sorted(results.rglob("*"))
        if path.is_file() and not path.name.startswith((".grading", "grading.sqlite"))
    ]


def files(results, exactly=False):
    """What is published; unless exactly, but for time and memory, which no two runs share."""
    return {
        path.relative_to(results).as_posix(): path.read_bytes()
        if exactly
        else _timeless(path.read_bytes())
        for path in published(results)
    }


def _timeless(content):
    content = re.sub(rb'(?s)<section aria-labelledby="time">.*?</section>', b"", content)
    return re.sub(rb'"(seconds|memory_mib)":[0-9.e-]+', rb'"\1":0', content)


def results_kept(results):
    """Key and body of what the store holds; a body has its seconds, so it is of one grading."""
    if not (results / "grading.sqlite").exists():
        return {}
    with contextlib.closing(sqlite3.connect(results / "grading.sqlite")) as base:
        try:
            found = base.execute("SELECT key, body FROM result WHERE state = 'settled'").fetchall()
        except sqlite3.OperationalError:  # killed before it had tables
            found = []
    return dict(found)


def written_since(results, moment):
    """How many files were published after a moment by the clock that files have."""
    count = 0
    for path in published(results):
        with contextlib.suppress(FileNotFoundError):  # a part that has its name by now
            count += path.stat().st_mtime_ns > moment
    return count


def kill_at(stage, chance, peace, results):
    """Run the class and kill it in a stage, at a random point of it; the stage it was found in."""
    kept = len(results_kept(results))
    moment = time.time_ns()
    run = start(peace.folder, results)
    if stage == "starting":
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.wait(chance.uniform(0, peace.seconds_to_first_result))
    elif stage == "grading":
        more = chance.randint(1, 3)
        wait_until(run, lambda: len(results_kept(results)) >= kept + more)
    else:
        pages = chance.randint(1, len(peace.files))
        wait_until(run, lambda: written_since(results, moment) >= pages)
    below = children(run.pid)
    os.killpg(run.pid, signal.SIGKILL)
    if run.wait() != -signal.SIGKILL:
        return "over"
    wait_for_the_end_of(below)
    if written_since(results, moment):
        return "publishing"
    return "grading" if len(results_kept(results)) > kept else "starting"


def wait_for_the_end_of(processes):
    """Until nothing is left of a run: its zygote and workers are not in its process group."""
    deadline = time.monotonic() + 30
    while left := [pid for pid in processes if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < deadline, f"processes {left} outlived the run"
        time.sleep(0.005)


def plan(moments, chance):
    """Stages to kill in: grading before publishing, starting between all of them."""
    each = moments // len(STAGES)
    first = ["grading"] * each + ["starting"] * (moments - 2 * each - each // 2)
    second = ["publishing"] * each + ["starting"] * (each // 2)
    chance.shuffle(first)
    chance.shuffle(second)
    return first + second


@pytest.mark.parametrize(
    "moments",
    [
        pytest.param(6, marks=pytest.mark.slow),
        pytest.param(30, marks=pytest.mark.nightly),
    ],
)
def test_kills_at_random_moments_change_nothing(peace, tmp_path, moments):
    results = tmp_path / "results"
    chance = random.Random(moments)
    kept, hit = {}, collections.Counter()
    for stage in plan(moments, chance):
        hit[kill_at(stage, chance, peace, results)] += 1
        now = results_kept(results)
        assert {key: now.get(key) for key in kept} == kept, "a result was lost or graded twice"
        kept = now
    assert start(peace.folder, results).wait() == 1
    assert files(results) == peace.files
    now = results_kept(results)
    assert {key: now[key] for key in kept} == kept
    # Kills that came too late, or all in one stage, would show nothing.
    assert hit["over"] <= moments // 6
    assert all(hit[stage] >= moments // 6 for stage in STAGES), hit
    # With the same results, seconds included, a run in peace writes the very same bytes.
    (tmp_path / "again").mkdir()
    shutil.copy(results / "grading.sqlite", tmp_path / "again")
    assert start(peace.folder, tmp_path / "again").wait() == 1
    assert files(tmp_path / "again", exactly=True) == files(results, exactly=True)
