"""An assignment of two exercises in a folder, and one zygote for all tests of a process."""

import os
import shutil
import tempfile

import pytest

from autograder.assignment.load import load_assignment
from autograder.grading.grade import grade
from autograder.intake.submissions import Bundle
from autograder.isolation import tiers
from autograder.sandbox.zygote import PRELOAD_NUMPY, Zygote

# What commands remember of one test's assignments is nobody else's.
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="autograder-tests-state-")

MANIFEST = """
[assignment]
name = "small"
title = "Small"
course = "Testing"
version = "1"
contact = "nobody@example.org"
total_points = 10

[limits]
check_seconds = 1
load_seconds = 1
submission_seconds = 60
memory_mib = 256
processes = 32
file_mib = 1
output_kib = 64

[[file]]
name = "work.py"
title = "Work"

[[exercise]]
name = "double"
file = "work.py"
points = 6
goal = "Double an array."
forbidden = ["numpy.multiply"]

[[exercise]]
name = "Tally"
file = "work.py"
points = 4
public = false
goal = "Count."

[[convention]]
name = "twice"
title = "Twice"
explanation = "It doubles twice."
share = 0.5
"""

REFERENCE = '''
"""Reference."""
import numpy as np


def double(x):
    """Double."""
    # TODO: double every entry.
    # BEGIN SOLUTION
    return np.asarray(x) * 2
    # END SOLUTION


class Tally:
    """Count."""

    def __init__(self):
        self.count = 0

    def add(self, n):
        """Count some more."""
        # TODO: add n to the count and return it.
        # BEGIN SOLUTION
        self.count += n
        return self.count
        # END SOLUTION
'''

NOTEBOOK = """
## Work

<< preamble("work.py") >>

<< exercise("double") >>

<< exercise("Tally") >>
"""

CHECKS = '''
"""Checks."""
import numpy as np
from autograder.kit import check, expect


@check("double", "a fixed array is doubled", public=True, hint="Two times each entry.")
def test_double_fixed(sub):
    expect.close(sub.double(np.array([1.0, 2.0])), np.array([2.0, 4.0]), "the result")


@check("double", "a random array is doubled", weight=2, hint="Every entry counts.")
def test_double_random(sub, rng, ref):
    x = rng.normal(size=4)
    expect_either = expect.close_to_one(
        sub.double(x), ref.double(x), {"twice": x * 4}, "the result"
    )
    sub.follows(expect_either)


@check("Tally", "counts add up")
def test_tally(sub):
    tally = sub.Tally()
    for number, total in ((2, 2), (3, 5)):
        expect.equal(tally.add(number), total, "the count")
    expect.equal(tally.get("count"), 5, "the attribute count")
'''


# Commands keep the current folder out of what they and their children load; a test that calls one
# in this process must not keep it out of what the next test starts.
_SAFE_PATH = os.environ.get("PYTHONSAFEPATH")


def pytest_runtest_setup(item):
    """Begin each test with the environment that the run began with."""
    if _SAFE_PATH is None:
        os.environ.pop("PYTHONSAFEPATH", None)


_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# What a bare machine lacks; `.ci/run` tries what needs it, once it is installed.
_LACKING = {"chromium": "browser", "distribution_bubblewrap": "distribution"}


def pytest_collection_modifyitems(items):
    """Mark what needs something that a bare machine lacks, so that it can be asked for alone."""
    for item in items:
        for name in _LACKING.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(_LACKING[name])


@pytest.fixture(scope="session")
def chromium():
    """Path of a headless browser."""
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    return found or pytest.skip("no Chromium to look at the page with: apt install chromium")


@pytest.fixture(scope="session")
def distribution_bubblewrap():
    """Path of the bubblewrap that the distribution has, besides the wheel's."""
    return shutil.which("bwrap") or pytest.skip(
        "no bubblewrap of the distribution: apt install bubblewrap"
    )


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory):
    """Write the assignment into a fresh folder, with some texts changed, and give the folder."""

    def write(checks=CHECKS, **more):
        folder = tmp_path_factory.mktemp("solutions") / "small"
        texts = {
            "assignment.toml": MANIFEST,
            "work.py": REFERENCE,
            "notebook.md": NOTEBOOK,
            "checks/__init__.py": "",
            "checks/test_work.py": checks,
            **more,
        }
        for path, text in texts.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        return folder

    return write


@pytest.fixture(scope="session")
def small(small_folder):
    """The assignment, read."""
    return load_assignment(small_folder())


@pytest.fixture(scope="session")
def zygote():
    """A zygote in the isolation this machine offers; the tests need the required set."""
    offer = tiers.probe()
    tier = tiers.choose(offer)
    assert not tier.refused, tier.reason
    with Zygote(tier, PRELOAD_NUMPY) as made:
        yield made


@pytest.fixture
def graded(small, zygote):
    """Grades files given by name, and gives the result."""

    def run(files, seed=7, **options):
        if isinstance(files, str):
            files = {"work.py": files}
        content = {
            name: text if isinstance(text, bytes) else text.encode() for name, text in files.items()
        }
        return grade(small, Bundle("anna", content), zygote, seed, **options)

    return run
