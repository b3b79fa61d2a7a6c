"""Whichever way a submission is graded, it gets the same points."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.assignment.load import load_assignment
from autograder.platforms.archive import pack
from tests.grading.chain import MISTAKES, write_chain

from .conftest import SEED, Ended, zipped

RIGHT = "float(np.sqrt(np.sum(np.square(v))))"
SOURCE = """
import numpy as np

def length(v):
    return {length}

def unit(v):
    return {unit}

class Compass:
    def point(self, v):
        return v / np.linalg.norm(v)
"""
# Submissions whose points are more than the sum of their checks, or less.
WORK = {
    # Named, so that it costs 60 % at home; the exercise that calls it loses nothing.
    "helper": SOURCE.format(length="float(np.sum(np.square(v)))", unit="v / length(v)"),
    # The public check of `unit` holds, as it holds for whatever always gives that answer.
    "lifeless": SOURCE.format(length=RIGHT, unit="np.array([0.6, 0.8])"),
    "capped": SOURCE.format(length=RIGHT, unit="v / np.sum(np.square(v))"),
}
SCORES: dict[str, dict[str, float]] = {
    "helper": {"length": 1.6, "unit": 3, "Compass": 3},
    "lifeless": {"length": 4, "unit": 0, "Compass": 3},
    "capped": {"length": 4, "unit": 1.2, "Compass": 3},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assignment, and a class of three beside it, graded."""
    root = tmp_path_factory.mktemp("doors")
    write_chain(root / "chain", MISTAKES)
    for name, source in WORK.items():
        home = root / "class" / name
        home.mkdir(parents=True)
        (home / "lengths.py").write_text(source)
    arguments = ("class", "-a", str(root / "chain"), "-o", "results", "--seed", str(SEED))
    code, told = run(root, "grade", *arguments)
    assert code == 0, told
    return root


def run(root: Path, *arguments: str) -> tuple[int, str]:
    command = [str(Path(sys.executable).with_name("autograder")), *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


def test_a_class_gets_them_and_a_second_grading_moves_nobody(folder: Path) -> None:
    with (folder / "results" / "grades.csv").open(newline="") as file:
        scores = {row["submission"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores == {name: sum(parts.values()) for name, parts in SCORES.items()}
    code, told = run(folder, "regrade", "results")
    assert (code, "Nobody moves." in told) == (0, True), told


@pytest.mark.parametrize("name", WORK)
def test_show(folder: Path, name: str) -> None:
    _, told = run(folder, "show", "results", name, "--full")
    rows = re.findall(r"^(\w+)  ([\d.]+) of [\d.]+$", told, re.MULTILINE)
    assert {exercise: float(score) for exercise, score in rows} == SCORES[name]


@pytest.mark.parametrize("name", WORK)
def test_pytest(folder: Path, name: str) -> None:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "chain/checks"]
    options = ["--submission", f"class/{name}", "--seed", str(SEED)]
    done = subprocess.run([*command, *options], cwd=folder, capture_output=True, text=True)
    rows = re.findall(r"^(\w+) +\d of \d  +([\d.]+) of", done.stdout, re.MULTILINE)
    assert {exercise: float(score) for exercise, score in rows} == SCORES[name], done.stdout


@pytest.fixture(scope="module")
def archive(folder: Path) -> Path:
    path = folder / "chain-autograder.zip"
    path.write_bytes(pack(load_assignment(folder / "chain"), SEED))
    return path


@pytest.mark.parametrize("name", WORK)
def test_gradescope(platform: Callable[..., Ended], archive: Path, name: str) -> None:
    ended = platform({"lengths.py": WORK[name]}, archive=archive)
    assert ended.scores == SCORES[name], ended.said
    assert (ended.results or {})["score"] == sum(SCORES[name].values())


@pytest.mark.slow
@pytest.mark.parametrize("name", WORK)
def test_otter(otter_run: Callable[..., Ended], archive: Path, name: str) -> None:
    ended = otter_run("work.zip", zipped({"lengths.py": WORK[name]}), archive=archive)
    assert ended.scores == SCORES[name], ended.said
