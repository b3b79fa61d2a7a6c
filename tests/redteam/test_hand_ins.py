"""A class of files that nobody would write: each submission has its row, and the run stays small.

In CI 2,000 files; ``T6_FUZZ_FILES=100000`` tries as many (the nightly run), some of them larger.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .fuzz import hand_ins

TINY = Path(__file__).parent.parent / "tiny"
FILES = int(os.environ.get("T6_FUZZ_FILES", "2000"))
IN_A_CLASS = 2000
SEED = int(os.environ.get("T6_FUZZ_SEED", "1"))
JOBS = 2
MIB_A_SLOT = 300

# Runs the command line in a process of its own and says how much memory it held at most.
RUN = """
import resource, sys
from autograder.cli.app import app
sys.argv = ["autograder", *sys.argv[1:]]
try:
    app()
finally:
    print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def graded(folder: Path, output: Path) -> tuple[list[dict[str, str]], int]:
    """The rows of a run over a class, and its peak memory in MiB."""
    options = ["-a", str(TINY), "-o", str(output), "--jobs", str(JOBS), "--seed", "5"]
    run = subprocess.run(
        [sys.executable, "-c", RUN, "grade", str(folder), *options],
        capture_output=True,
        text=True,
        cwd=output.parent,
    )
    assert run.returncode in (0, 1), run.stderr[-4000:]
    assert "Traceback" not in run.stdout + run.stderr
    with open(output / "grades.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    return rows, int(run.stderr.rsplit("peak ", 1)[1]) >> 10


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> int:
    """What a run over two ordinary submissions holds, in MiB."""
    folder = tmp_path_factory.mktemp("ordinary")
    for name in ("ada", "ben"):
        (folder / "class" / name).mkdir(parents=True)
        source = (TINY / "words.py").read_text()
        (folder / "class" / name / "words.py").write_text(f"# {name}\n{source}")
    rows, peak = graded(folder / "class", folder / "out")
    assert [row["score"] for row in rows] == ["10", "10"]
    return peak


@pytest.mark.parametrize("batch", range(-(-FILES // IN_A_CLASS)))
def test_each_of_a_class_of_damaged_files_has_its_row(
    batch: int, tmp_path: Path, small: int
) -> None:
    largest = 4 << 20 if batch % 10 == 9 else 1 << 18
    count = hand_ins.lay_out(tmp_path / "class", IN_A_CLASS, SEED + batch, 40, largest)
    (tmp_path / "class" / "honest").mkdir()
    (tmp_path / "class" / "honest" / "words.py").write_bytes((TINY / "words.py").read_bytes())
    rows, peak = graded(tmp_path / "class", tmp_path / "out")
    shutil.rmtree(tmp_path / "class")
    by_name = {row["submission"]: row for row in rows}
    assert len(rows) == len(by_name) == count + 1
    assert by_name["honest"]["score"] == "10"
    assert {row["status"] for row in rows} <= {"graded", "unreadable"}
    assert peak - small < JOBS * MIB_A_SLOT, f"{peak} MiB, {small} for ordinary submissions"


def test_a_class_with_json_that_unfolds_is_graded(tmp_path: Path, small: int) -> None:
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "words.py").write_bytes((TINY / "words.py").read_bytes())
    mallory = tmp_path / "class" / "mallory"
    mallory.mkdir()
    head, tail = b'{"cells":[{"cell_type":"code","source":[', b"1]}]}"
    for name in "bcd":
        (mallory / f"{name}.ipynb").write_bytes(head + b"[{}]," * 3_300_000 + tail)
    rows, peak = graded(tmp_path / "class", tmp_path / "out")
    assert [row["score"] for row in rows if row["submission"] == "ada"] == ["10"]
    assert len(rows) == 2
    assert {row["status"] for row in rows} <= {"graded", "unreadable"}
    assert "b.ipynb cannot be read" in (tmp_path / "out" / "report.html").read_text()
    assert peak - small < JOBS * MIB_A_SLOT, f"{peak} MiB, {small} for ordinary submissions"
