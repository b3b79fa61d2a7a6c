"""Classes of the tiny assignment, and a store and slots to grade them with."""

import contextlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograder.assignment.load import load_assignment
from autograder.batch.keys import Conditions
from autograder.batch.store import Store
from autograder.grading.result_records import CheckResult, ExerciseResult, Result

TINY = Path(__file__).parent.parent / "tiny"


class PretendSlots:
    """Slots that grade by asking a function; counts what was asked, and how much at once."""

    def __init__(self, verdict, width=2):
        self.width = width
        self.graded = []
        self.together = 0
        self._pool = ThreadPoolExecutor(width)
        self._now = 0
        self._verdict = verdict

    def submit(self, bundle, alone=False):
        self._now += 1
        self.together = max(self.together, self._now)
        return self._pool.submit(self._grade, bundle)

    def _grade(self, bundle):
        self.graded.append(bundle.name)
        try:
            return self._verdict(bundle)
        finally:
            self._now -= 1

    def close(self):
        self._pool.shutdown()


def result_of(bundle, outcome="passed", status="graded", points=10.0, retry=None):
    """A result of one exercise with one check; it ends as on a loaded machine unless told."""
    again = {"timeout": "if shared", "died": "always"}.get(outcome, "")
    score = None if status != "graded" else points if outcome == "passed" else 0.0
    check = CheckResult(
        name="one",
        title="One",
        public=False,
        points=points,
        score=score,
        outcome=outcome,
        retry=again if retry is None else retry,
    )
    made = ExerciseResult(
        name="word_count", tier="core", score=score, max_score=points, checks=(check,)
    )
    return Result(
        submission=bundle.name,
        status=status,
        score=score,
        max_score=points,
        seconds=0.5,
        seed=1,
        assignment="a",
        version="1",
        isolation=(),
        log="",
        exercises=(made,),
    )


def children(pid):
    """The processes below one, youngest last; those that end meanwhile are left out."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                found += [int(child), *children(int(child))]
    return found


@pytest.fixture
def conditions():
    return Conditions("assignment", 7, "environment")


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "results") as made:
        yield made


@pytest.fixture
def class_folder(tmp_path):
    """Makes a folder of submissions, a folder with one `words.py` each, from text by name."""
    folder = tmp_path / "class"
    folder.mkdir()

    def make(**texts):
        for name, text in texts.items():
            (folder / name).mkdir(exist_ok=True)
            (folder / name / "words.py").write_text(text)
        return folder

    return make


@pytest.fixture(scope="session")
def tiny():
    return load_assignment(TINY)


@pytest.fixture
def tiny_copy(tmp_path):
    """The tiny assignment in a folder of its own, to be changed."""
    return Path(shutil.copytree(TINY, tmp_path / "tiny", ignore=shutil.ignore_patterns("__py*")))


@pytest.fixture
def machines(tmp_path):
    from .machines import Machines  # conftest is also imported by itself, by processes of tests

    started = []

    def start(certificates=None):
        started.append(Machines(tmp_path, certificates))
        return started[-1]

    yield start
    for one in started:
        one.end()
