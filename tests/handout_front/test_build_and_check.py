"""The same commands work on another assignment: build, look for drift, check, test, grade."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder.assignment.load import Assignment
from autograder.handout.build import archive, drift, render_handout
from autograder.handout.handout_proof import handout_problems

from .conftest import ROOT, TINY, Student


def test_rendering_twice_gives_the_same_bytes_and_no_drift(
    tiny: Assignment, rendered: Mapping[str, bytes], student: Student
) -> None:
    again = render_handout(tiny)
    assert again == rendered
    assert archive(again, "tiny") == archive(rendered, "tiny")
    assert drift(rendered, student.folder) == []
    student.write("words.py", "")
    assert drift(rendered, student.folder) == ["words.py: differs from what would be rendered"]


def test_nothing_handed_out_gives_the_solution_away(
    tiny: Assignment, rendered: Mapping[str, bytes]
) -> None:
    assert handout_problems(tiny, rendered) == []


def test_all_that_a_student_needs_is_there(rendered: Mapping[str, bytes]) -> None:
    assert {
        ".github/workflows/classroom.yml",
        ".gitignore",
        "README.md",
        "check.py",
        "pytest.ini",
        "requirements.txt",
        "requirements-notebook.txt",
        "tiny.ipynb",
        "words.py",
        "tests/Stack.py",
        "tests/plain/test_words.py",
    } <= set(rendered)


def test_the_skeleton_passes_nothing(student: Student) -> None:
    run = student.check()
    assert run.returncode == 1
    assert run.stderr == ""
    assert run.stdout.count("not written yet") == 3
    assert "0 of 2 exercises pass all their public checks; 2 are not written yet." in run.stdout
    assert "Next: word_count, in words.py (about 15 minutes)." in run.stdout


def test_the_solution_passes_everything(student: Student) -> None:
    student.solve()
    run = student.check()
    assert run.returncode == 0, run.stdout
    assert "passed   each word is counted, whatever its case" in run.stdout
    assert "2 of 2 exercises pass all their public checks." in run.stdout
    assert "Next:" not in run.stdout


@pytest.mark.parametrize(("submission", "passed"), [(TINY, 10), (None, 0)])
def test_hidden_checks_run_with_plain_pytest(
    student: Student, submission: Path | None, passed: int
) -> None:
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *(str(TINY / "checks"), "--submission", str(submission or student.folder)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (f"{passed} passed" in run.stdout) == bool(passed), run.stdout
    assert ("failed" in run.stdout) == (not passed)


def test_everything_handed_out_is_python_3_8(rendered: Mapping[str, bytes]) -> None:
    for path, content in rendered.items():
        if path.endswith(".py"):
            ast.parse(content, path, feature_version=(3, 8))


def test_otter_files_are_ascii(rendered: Mapping[str, bytes]) -> None:
    """Otter opens them in the machine's own encoding."""
    for path, content in rendered.items():
        if path.startswith("tests/") and "plain" not in path:
            assert content.isascii(), path
