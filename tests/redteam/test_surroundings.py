"""No process that grades takes up configuration or modules that somebody handed in."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .surroundings import plant

_UNGUARDED = "import sys, pytest; sys.exit(pytest.main(sys.argv[1:]))"
_BIN = Path(sys.executable).parent


class Ground:
    """A course's folder, an assignment in it, and a hand-in of a class beside it."""

    def __init__(self, place: Path, assignment: Path, inside_an_ini: bool) -> None:
        self.log = place / "loaded.txt"
        self.checks = assignment / "checks"
        self.assignment = assignment
        self.class_ = place / "class"
        self.handed_in = plant(self.class_ / "mallory", self.log)
        if inside_an_ini:
            (assignment.parent / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n")

    def run(self, command: list[str], cwd: Path, **variables: str) -> tuple[int, str]:
        """Run a command as a person in `cwd` would; gives its exit code and what it printed."""
        unset = ("CI", "BUILD_NUMBER", "PYTEST_ADDOPTS", "PYTHONSAFEPATH")
        kept = {name: value for name, value in os.environ.items() if name not in unset}
        made = subprocess.run(
            command,
            cwd=cwd,
            env={**kept, **variables},
            capture_output=True,
            text=True,
            timeout=300,
        )
        return made.returncode, made.stdout + made.stderr

    def loaded(self) -> list[str]:
        """What of the hand-in a process outside of the sandbox has loaded."""
        return self.log.read_text().split() if self.log.exists() else []


@pytest.fixture
def ground(
    tmp_path: Path, small_folder: Callable[..., Path], request: pytest.FixtureRequest
) -> Ground:
    return Ground(tmp_path, small_folder(), getattr(request, "param", False))


def _points(output: str) -> list[str]:
    return re.findall(r"^total +([\d.]+) of", output, re.MULTILINE)


@pytest.mark.parametrize("ground", [False, True], ids=["no-ini", "ini"], indirect=True)
@pytest.mark.parametrize("start", ["pytest", "python -m pytest"])
@pytest.mark.parametrize("form", ["{0} {1} --submission {2}", "{0} --submission {2} {1}"])
def test_pytest_is_set_up_by_its_command_line_alone(ground: Ground, start: str, form: str) -> None:
    program = {"pytest": f"{_BIN}/pytest", "python -m pytest": f"{sys.executable} -m pytest"}[start]
    line = form.format(program, ground.checks, ground.handed_in)
    code, output = ground.run(line.split(), ground.class_.parent)
    assert ground.loaded() == []
    assert (code, _points(output)) == (1, ["0"]), output


@pytest.mark.parametrize(
    "line",
    [
        "pytest --submission=. {checks}",
        "pytest {checks} --submission .",
        "python -m pytest {checks} --submission .",
        "python -m pytest --submission=../mallory {checks} -n 2",
    ],
)
def test_nor_by_the_hand_in_that_it_is_started_in(ground: Ground, line: str) -> None:
    words = line.format(checks=ground.checks).split()
    words[0] = str(_BIN / words[0])
    code, output = ground.run(words, ground.handed_in)
    assert ground.loaded() == []
    assert (code, _points(output)) == (1, ["0"]), output


@pytest.mark.parametrize(
    "words",
    [
        ["--submission", "."],
        ["--submission"],
        ["--submission=.", "."],
        ["--submission", ".", "test_found.py", "{checks}"],
    ],
)
def test_a_line_that_names_other_files_as_checks_is_refused(
    ground: Ground, words: list[str]
) -> None:
    words = [word.format(checks=ground.checks) for word in words]
    code, output = ground.run([f"{_BIN}/pytest", *words], ground.handed_in)
    assert ground.loaded() == []
    assert code == 4 and "Traceback" not in output


@pytest.mark.parametrize("isolation", ["in-process", "none"])
def test_answers_without_a_sandbox_are_asked_for_on_the_command_line_alone(
    ground: Ground, isolation: str
) -> None:
    line = [f"{_BIN}/pytest", str(ground.checks), "--submission", str(ground.handed_in)]
    wanted = f"--isolation {isolation}"
    code, output = ground.run(line, ground.class_, PYTEST_ADDOPTS=wanted)
    assert code == 4 and f"{wanted} was found in a file or a variable" in output
    (ground.checks.parent.parent / "pytest.ini").write_text(f"[pytest]\naddopts = {wanted}\n")
    unguarded = [sys.executable, "-c", _UNGUARDED, str(ground.checks)]
    code, output = ground.run([*unguarded, f"--submission={ground.handed_in}"], ground.class_)
    assert code == 4 and f"{wanted} was found in a file or a variable" in output
    assert ground.loaded() == []


def test_the_traps_work_where_nothing_guards_and_that_is_told(ground: Ground) -> None:
    line = [sys.executable, "-c", _UNGUARDED, "--submission", str(ground.handed_in)]
    code, output = ground.run([*line, str(ground.checks)], ground.class_.parent)
    assert "evilplug.py" in ground.loaded()
    assert code == 4 and "is not of the assignment" in output


_DOORS = {
    "grade": (["grade", ".", "-o", "{out}"], "which others have filled"),
    "grade-around": (["grade", "..", "-o", "{out}"], "which others have filled"),
    "grade-named": (["grade", "..", "-o", "{out}", "-a", "{assignment}"], "1 submission: 1 graded"),
    "check": (["check", "."], "which others have filled"),
    "check-file": (["check", "work.py"], "which others have filled"),
    "check-named": (["check", ".", "-a", "{assignment}"], "double"),
}


@pytest.mark.parametrize("door", _DOORS)
def test_nor_is_a_command_that_is_started_in_a_hand_in(ground: Ground, door: str) -> None:
    words, told = _DOORS[door]
    facts = {"out": str(ground.class_.parent / "out"), "assignment": str(ground.assignment)}
    line = [str(_BIN / "autograder"), *(word.format(**facts) for word in words)]
    code, output = ground.run(line, ground.handed_in)
    assert ground.loaded() == []
    assert told in " ".join(output.split()) and "Traceback" not in output
    assert code == (2 if "others" in told else 0 if door == "grade-named" else 1)


@pytest.fixture
def graded(ground: Ground) -> Path:
    """Results of a class, whose settings somebody has changed to name an assignment of theirs."""
    results = ground.class_.parent / "results"
    line = [str(_BIN / "autograder"), "grade", str(ground.class_), "-a", str(ground.assignment)]
    code, output = ground.run([*line, "-o", str(results)], ground.class_.parent)
    assert code == 0, output
    shutil.copytree(ground.handed_in / "solutions", results / "solutions")
    return results


@pytest.mark.parametrize("command", ["show", "regrade", "mark", "report", "drop"])
def test_results_do_not_decide_which_assignment_is_loaded(
    ground: Ground, graded: Path, command: str
) -> None:
    more = {"show": ["mallory"], "drop": ["double_fixed"]}.get(command, [])
    line = [str(_BIN / "autograder"), command, str(graded), *more]
    handed_in = ground.handed_in / "solutions" / "small"
    for kept in (f"{graded}/solutions/small", "solutions/small", str(handed_in)):
        with contextlib.closing(sqlite3.connect(graded / "grading.sqlite")) as base:
            base.execute("UPDATE setting SET value = ? WHERE name = 'assignment'", (kept,))
            base.commit()
        code, output = ground.run(line, graded)
        assert ground.loaded() == []
        assert code == 2 and "--assignment" in output and "Traceback" not in output
    code, output = ground.run([*line, "-a", str(ground.assignment)], ground.handed_in)
    assert ground.loaded() == []
    assert code in (0, 1) and "Traceback" not in output
