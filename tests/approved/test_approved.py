"""A class's evening, from the export to grades in it, comes out to the letter as it was approved.

Whatever moves a point, a status, a name or a sentence of feedback fails here. Where the change is
wanted, ``python -m tests.approved`` takes it, and the diff is read like any other.
"""

import difflib
import json

import pytest

from autograder.assignment.load import load_assignment
from autograder.handout.notebook import render_notebook
from autograder.handout.sources import read_marked
from autograder.templating import templates_folder

from .outputs_of import APPROVED, outputs
from .people import ASSIGNMENT


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Today's outputs, by name."""
    return outputs(tmp_path_factory.mktemp("approved"))


def _approved():
    files = (path for path in APPROVED.rglob("*") if path.is_file())
    return {path.relative_to(APPROVED).as_posix(): path.read_text("utf-8") for path in files}


def test_what_a_sibling_gave_is_nobodys_convention():
    """The spread of numbers that were never centred looks like a spread by one less."""
    lines = (APPROVED / "graded" / "results.jsonl").read_text("utf-8").splitlines()
    (same,) = [line for line in map(json.loads, lines) if line["submission"] == "Sam Same (S119)"]
    scores = {one["name"]: one["score"] for one in same["exercises"]}
    assert (scores["deviation"], scores["spread"]) == (0, 4)


def test_a_question_that_is_answered_in_a_file_has_its_place_in_the_notebook():
    assignment = load_assignment(ASSIGNMENT)
    modules = read_marked(assignment.manifest, ASSIGNMENT)
    made = render_notebook(templates_folder(), ASSIGNMENT, assignment.manifest, modules)
    assert "Write `thoughts.txt`, beside this notebook." in made


def test_the_same_files_come_out(made):
    assert sorted(made) == sorted(_approved())


@pytest.mark.parametrize("name", sorted(_approved()))
def test_it_comes_out_as_approved(made, name):
    diff = difflib.unified_diff(
        _approved()[name].splitlines(), made.get(name, "").splitlines(), "approved", "now", n=1
    )
    assert not list(diff), "if this is wanted: python -m tests.approved"
