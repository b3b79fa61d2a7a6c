"""A packed assignment, and the two ways in which a platform runs it: Otter, and plain."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.assignment.load import Assignment
from autograder.platforms.archive import pack
from autograder.reading import standins

SEED = 7
RIGHT = """
import numpy as np


def double(x):
    return np.asarray(x) * 2


class Tally:
    def __init__(self):
        self.count = 0

    def add(self, n):
        self.count += n
        return self.count
"""
WRONG = RIGHT.replace("np.asarray(x) * 2", "np.asarray(x) ** 2")
HANGING = RIGHT.replace("self.count += n", "while True: pass")
OTTER = Path(sys.executable).with_name("otter")


@dataclass(frozen=True)
class Ended:
    """How a run ended, and what it wrote to `results.json` (None: nothing)."""

    code: int
    said: str
    results: dict[str, Any] | None

    @property
    def scores(self) -> dict[str, float]:
        """The sum of the scores of each exercise's checks."""
        assert self.results is not None, self.said
        total: dict[str, float] = {}
        for test in self.results["tests"]:
            exercise = test["tags"][0]
            total[exercise] = round(total.get(exercise, 0.0) + test["score"], 4)
        return total


@pytest.fixture(scope="session")
def packed(small: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the small assignment."""
    path = tmp_path_factory.mktemp("packed") / "small-autograder.zip"
    path.write_bytes(pack(small, SEED))
    return path


def notebook(source: str, **metadata: Any) -> bytes:
    """A notebook with one cell of code."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)], metadata=metadata)
    return nbformat.writes(made).encode()


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    """A zip of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def otter_run(packed: Path, tmp_path: Path) -> Callable[..., Ended]:
    """Grades one file with the real ``otter run``."""

    def run(name: str, content: bytes, archive: Path = packed) -> Ended:
        submission = tmp_path / name
        submission.write_bytes(content)
        out = tmp_path / "out"
        out.mkdir(exist_ok=True)
        done = subprocess.run(
            [OTTER, "run", "-a", archive, "-o", out, submission],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
        )
        written = out / "results.json"
        results = json.loads(written.read_text()) if written.exists() else None
        return Ended(done.returncode, done.stdout + done.stderr, results)

    return run


@pytest.fixture
def platform(packed: Path, tmp_path: Path) -> Callable[..., Ended]:
    """Grades as Gradescope calls it, without Otter."""

    def run(
        files: Mapping[str, bytes | str],
        metadata: Mapping[str, Any] | None = None,
        prefix: tuple[str, ...] = (),
        python: str = sys.executable,
        archive: Path = packed,
    ) -> Ended:
        root = tmp_path / "autograder"
        (root / "submission").mkdir(parents=True)
        zipfile.ZipFile(archive).extractall(root / "source")
        for name, content in files.items():
            place = root / "submission" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
        if metadata is not None:
            (root / "submission_metadata.json").write_text(json.dumps(metadata))
        done = subprocess.run(
            [*prefix, python, "-I", root / "source" / "run_otter.py", "--plain", root],
            cwd=root / "submission",
            env={**os.environ, "GRADER_SECRET": "s3cret"},
            capture_output=True,
            text=True,
            timeout=300,
        )
        written = root / "results" / "results.json"
        results = json.loads(written.read_text()) if written.exists() else None
        return Ended(done.returncode, done.stdout + done.stderr, results)

    return run


@pytest.fixture(scope="module", autouse=True)
def real_modules():
    """Otter, IPython and the like as they are, whatever was loaded in this process before."""
    standins.remove()
