"""What students do with plain Otter in the handout, and that its export is graded."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.assignment.load import Assignment
from autograder.handout.build import render_handout, write

from .conftest import RIGHT, Ended, zipped

pytestmark = pytest.mark.slow

# As the cells of the notebook call it.
STUDENT = """
import otter

grader = otter.Notebook("small.ipynb")
from work import *
print(grader.check("double"))
print(grader.check_all())
grader.export(pdf=False, files=["work.py"], run_tests=False)
"""


def test_an_export_of_otter_is_graded(
    otter_run: Callable[..., Ended], small: Assignment, tmp_path: Path
) -> None:
    folder = tmp_path / "handout"
    write(render_handout(small), folder)
    (folder / "work.py").write_text(RIGHT)
    run = subprocess.run(
        [sys.executable, "-B", "-c", STUDENT],
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("double results: All test cases passed!") == 2, run.stdout
    (exported,) = folder.glob("*.zip")
    with zipfile.ZipFile(exported) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert {"small.ipynb", "work.py", ".OTTER_LOG"} <= set(files)
    ended = otter_run("exported.zip", zipped(files))
    assert ended.scores == {"double": 6, "Tally": 4}, ended.said
