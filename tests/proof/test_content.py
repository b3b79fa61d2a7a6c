"""A trial stays valid while nothing that it rests on has changed."""

import pytest

from autograder.assignment.load import load_assignment
from autograder.proof.content import Contents

TEST_ONE = """
from autograder.kit import check, expect
from .oracle import right


@check("double", "twice", hint="Twice.")
def test_twice(sub):
    expect.equal(sub.double(2), right(2), "double of 2")
"""


@pytest.fixture
def digests(small_folder):
    def made(**changes):
        files = {
            "checks/test_one.py": TEST_ONE,
            "checks/oracle.py": "def right(x):\n    return 2 * x\n",
        }
        contents = Contents(load_assignment(small_folder(**{**files, **changes})))
        return {name: contents.digest([name]) for name in ("double", "Tally")}

    return made


def changed(before, after):
    return {name for name in before if before[name] != after[name]}


def test_what_a_check_imports_counts_for_its_exercise_alone(digests):
    other = {"checks/oracle.py": "def right(x):\n    return x + x\n"}
    assert changed(digests(), digests(**other)) == {"double"}


def test_a_mistake_counts_for_its_exercise_alone(digests):
    mistake = """
[[mistake]]
name = "count starts anew"
exercise = "Tally"
explanation = "The sum of all numbers is asked for, not the last one."
hint = "What was there before?"
change = [["self.count += n", "self.count = n"]]
"""
    assert changed(digests(), digests(**{"mistakes/work.toml": mistake})) == {"Tally"}


def test_the_reference_counts_for_everything(digests, small):
    source = (small.folder / "work.py").read_text() + "\n# one more line\n"
    assert changed(digests(), digests(**{"work.py": source})) == {"double", "Tally"}
