"""Every question stays and keeps its points; what is worth nothing pays nothing."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from autograder.assignment.load import load_assignment
from autograder.assignment.manifest_problems import ManifestError
from autograder.cli.app import app
from autograder.grading.grade import grade
from autograder.handout.build import render_handout
from autograder.importing.bring import bring
from autograder.intake.submissions import Bundle

from .masters import CONFIG, cases, code, question, solution, text, write

CELLS = (
    question(
        "name: free",
        text("Write `free`."),
        solution(code("def free(x):\n    return -x # SOLUTION")),
    ),
    question(
        "name: half\npoints: [2, 0]",
        text("Write `half`."),
        solution(code("def half(x):\n    return x / 2 # SOLUTION")),
        cases(code("half(3)", "2.0"), code("half(8)", "4.0")),  # the first is wrong itself
    ),
    question(
        "name: tenth\npoints: [0, 3]",
        solution(code("def tenth(x):\n    return x / 10 # SOLUTION")),
        cases(code("tenth(5)", "0.5"), code("# HIDDEN\ntenth(free(-20))", "2.0")),
    ),
    question(
        "name: wordy\nmanual: true\npoints: 4",
        text("Say why."),
        solution(text("Since it is so.")),
    ),
    question("name: drawn\nmanual: true\npoints: 1", text("Draw it.")),
)


@pytest.fixture(scope="module")
def brought(tmp_path_factory):
    place = tmp_path_factory.mktemp("points")
    (place / "words.txt").write_text("")
    notebook = write(place / "lab.ipynb", CONFIG, *CELLS)
    return bring(notebook, place / "lab", tell=lambda said: None)


def points(result):
    return {made.name: (made.score, made.open_points, made.max_score) for made in result.exercises}


def test_points_of_people_and_of_lost_tests_stay_in_the_total(brought):
    manifest = load_assignment(brought.folder).manifest
    assert manifest.assignment.total_points == 10
    told = {made.name: (made.kind, made.points, made.manual_points) for made in manifest.exercises}
    assert told == {
        "half": ("code", 2, 2),
        "tenth": ("code", 3, 0),
        "wordy": ("data", 4, 4),
        "drawn": ("data", 1, 1),
        "free": ("code", 0, 0),
    }
    rows = (brought.folder / "IMPORT.md").read_text()
    assert "| half | `half` | 2, from a person | 1 | 0 |" in rows
    assert "| wordy | `wordy` | 4, from a person | 0 | 0 |" in rows


def test_a_test_of_no_points_pays_nothing_and_people_get_what_is_theirs(brought, zygote):
    assignment = load_assignment(brought.folder)
    files = {path.name: path.read_bytes() for path in brought.folder.glob("*.py")}
    files["wordy.txt"] = (brought.folder / "wordy.txt").read_bytes()
    assert b"Since it is so." in files["wordy.txt"]
    full = {"half": (0, 2, 2), "tenth": (3, 0, 3), "wordy": (0, 4, 4)}
    full |= {"drawn": (0, 0, 1), "free": (0, 0, 0)}
    assert points(grade(assignment, Bundle("anna", files), zygote, 7)) == full
    wrong = {"lab.py": files["lab.py"].replace(b"x / 10", b"0.5")}
    assert points(grade(assignment, Bundle("ben", wrong), zygote, 7))["tenth"] == (0, 0, 3)
    assert points(grade(assignment, Bundle("ben", wrong), zygote, 7))["wordy"] == (0, 0, 4)


def test_an_answer_in_a_cell_waits_for_a_person_as_one_in_the_file_does(brought, zygote):
    cell = code("def half(x):\n    return x / 2")
    notebook = {"cells": [{**cell, "id": "c1"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    files = {"lab.ipynb": json.dumps(notebook).encode()}
    result = grade(load_assignment(brought.folder), Bundle("cleo", files), zygote, 7)
    assert points(result)["half"] == (0, 2, 2)


def test_all_of_it_is_in_the_handout_and_it_builds(brought, tmp_path):
    files = render_handout(load_assignment(brought.folder))
    notebook = files["lab.ipynb"].decode()
    for told in ("**Exercise `half`** (2 points)", "**Exercise `free`** (0 points)"):
        assert told in notebook
    assert "Write your answer into the file `wordy.txt`" in notebook
    assert "Since it is so." not in notebook
    run = CliRunner().invoke(app, ["build", str(brought.folder), "-o", str(tmp_path / "out")])
    assert run.exit_code == 0, run.output


def test_points_that_nobody_gives_do_not_build(tmp_path, brought):
    folder = shutil.copytree(brought.folder, tmp_path / "lab")
    manifest = folder / "assignment.toml"
    manifest.write_text(manifest.read_text().replace("manual_points = 4\n", ""))
    told = 'exercise "wordy": no check asks for it; .* manual_points = 4 if a person gives'
    with pytest.raises(ManifestError, match=told):
        CliRunner().invoke(
            app, ["build", str(folder), "-o", str(tmp_path / "out")], catch_exceptions=False
        )
