"""Killed at any moment and run again, a class ends with the same bytes as one left in peace."""

import os
import random
import re
import signal
import subprocess
import sys
import time

import pytest

from .conftest import TINY

RIGHT = (TINY / "words.py").read_text()
WRONG = RIGHT.replace("counts.get(word, 0) + 1", "1")
UNWRITTEN = RIGHT.replace("self._things.append(thing)", "raise NotImplementedError('Stack.push')")
DIES = "import os\n" + RIGHT.replace("top = self._things[-1]", "os._exit(1)")
SEED = "11"


@pytest.fixture(scope="module")
def peace(tmp_path_factory):
    """A class, and the files of a run that nobody disturbed."""
    root = tmp_path_factory.mktemp("peace")
    texts = [RIGHT, WRONG, UNWRITTEN, DIES, "def word_count(:\n"]
    for number in range(20):
        home = root / "class" / f"s{number:02}"
        home.mkdir(parents=True)
        (home / "words.py").write_text(f"{texts[number % 5]}\n# {number}\n")
    (root / "class" / "broken.zip").write_bytes(b"PK no zip")
    started = time.monotonic()
    assert start(root / "class", root / "results").wait() == 1  # one is unreadable
    return root / "class", files(root / "results"), time.monotonic() - started


def start(folder, results):
    told = "from autograder.cli import main; main()"
    arguments = ["grade", folder, "-a", TINY, "-o", results, "--seed", SEED]
    return subprocess.Popen(
        [sys.executable, "-c", told, *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def files(results):
    """What is published, but for the seconds, which no two runs share."""
    return {
        path.relative_to(results).as_posix(): _timeless(path.read_bytes())
        for path in sorted(results.rglob("*"))
        if path.is_file() and not path.name.startswith((".grading", "grading.sqlite"))
    }


def _timeless(content):
    content = re.sub(rb'(?s)<section aria-labelledby="time">.*?</section>', b"", content)
    return re.sub(rb'"seconds":[0-9.e-]+', b'"seconds":0', content)


def results_kept(results):
    """Key and body of what the store holds."""
    import sqlite3

    if not (results / "grading.sqlite").exists():
        return {}
    base = sqlite3.connect(results / "grading.sqlite")
    try:
        found = base.execute("SELECT key, body FROM result WHERE state = 'settled'").fetchall()
    except sqlite3.OperationalError:  # killed before it had tables
        found = []
    base.close()
    return dict(found)


def disturbed(peace, tmp_path, moments):
    """Run the class, killed after each of the moments, and then to its end."""
    folder, undisturbed, _ = peace
    results = tmp_path / "results"
    kept = {}
    for moment in moments:
        run = start(folder, results)
        try:
            run.wait(moment)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
        now = results_kept(results)
        assert {key: now.get(key) for key in kept} == kept, "a result was lost or graded twice"
        kept = now
    assert start(folder, results).wait() == 1
    assert files(results) == undisturbed
    now = results_kept(results)
    assert {key: now[key] for key in kept} == kept
    return len(kept)


def test_four_kills_change_nothing(peace, tmp_path):
    _, _, seconds = peace
    disturbed(peace, tmp_path, [0.2, seconds / 3, seconds / 3, seconds / 4])


@pytest.mark.nightly
@pytest.mark.parametrize("trial", range(10))
def test_kills_at_random_moments_change_nothing(peace, tmp_path, trial):
    _, _, seconds = peace
    chance = random.Random(trial)
    disturbed(peace, tmp_path, [chance.uniform(0.05, 0.8 * seconds) for _ in range(3)])
