"""The whole lab, once, through the real `otter run` and through `autograder grade`."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Ended, zipped

pytestmark = pytest.mark.nightly
ROOT = Path(__file__).parents[2]
LAB, HANDOUT = ROOT / "solutions" / "t6", ROOT / "assignments" / "t6"
SEED = 20261125


def call(*arguments: str | Path) -> None:
    program = Path(sys.executable).with_name("autograder")
    run = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=1800)
    assert run.returncode == 0, run.stdout + run.stderr


def test_both_doors_give_the_same(otter_run: Callable[..., Ended], tmp_path: Path) -> None:
    files = {path.name: path.read_bytes() for path in sorted(LAB.glob("*.py"))}
    files["findings.json"] = (LAB / "findings.json").read_bytes()
    files["t6.ipynb"] = (HANDOUT / "t6.ipynb").read_bytes()
    # One mistake, so that not everything is equal for being full.
    adam = files["optimizers.py"].replace(b"v_hat = v / (1 - self.beta_2**t)", b"v_hat = v")
    assert adam != files["optimizers.py"]
    files["optimizers.py"] = adam
    content = zipped(files)
    submissions = tmp_path / "class"
    submissions.mkdir()
    (submissions / "anna.zip").write_bytes(content)
    call("grade", submissions, "-a", LAB, "-o", tmp_path / "results", "--seed", str(SEED))
    with open(tmp_path / "results" / "grades.csv", encoding="utf-8", newline="") as table:
        (row,) = csv.DictReader(table)
    archive = tmp_path / "t6-autograder.zip"
    call("pack", LAB, "-o", archive, "--seed", str(SEED))
    ended = otter_run("anna.zip", content, archive)
    assert ended.code == 0, ended.said
    assert ended.results is not None
    assert ended.results["score"] == pytest.approx(float(row["final_score"]), abs=1e-4)
    worth = sum(test["max_score"] for test in ended.results["tests"] if test["tags"][0] == "Adam")
    assert 0 < ended.scores["Adam"] < worth - 1
    for exercise, score in ended.scores.items():
        assert score == pytest.approx(float(row[exercise]), abs=2e-3), exercise
