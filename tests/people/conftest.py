"""The whole pipeline behind the command line, with a grader that only reads what a file earns.

Everything is real but the sandbox: what is handed in is found, read, keyed, scheduled, stored,
settled and published; the stand-in looks for ``# earns 7.5`` in the files.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
from typer.testing import CliRunner

import autograder.cli.class_run as running
from autograder.cli.app import app
from autograder.grading.result_records import CheckResult, ExerciseResult, Result
from autograder.isolation.tiers import Tier

TINY = Path(__file__).parent.parent / "tiny"
_EARNS = re.compile(rb"# earns (\S+)")


class StandIn:
    """In the place of the local_grader: grades by what is written in the files."""

    asked: ClassVar[list[str]] = []

    def __init__(self, assignment, conditions, start, recollection):
        self._assignment, self._conditions = assignment, conditions

    def grade(self, bundle, counting=()):
        """A result; "None" in a file means that the grader fails on it."""
        StandIn.asked.append(bundle.name)
        told = _EARNS.findall(b"\n".join(bundle.files.values()))
        status, points = "graded", 0.0
        if bundle.problem:
            status = "missing" if bundle.missing else "unreadable"
        elif not told or told[-1] == b"None":
            status = "needs_person"
        else:
            points = float(told[-1])
        manifest = self._assignment.manifest
        exercises, left = [], points
        for made in manifest.enabled_exercises if not bundle.problem else ():
            most = manifest.scaled_points(made)
            score = None if status == "needs_person" else round(min(left, most), 4)
            left -= score or 0.0
            exercises.append(_exercise(self._assignment, made, score, most))
        return Result(
            submission=bundle.name,
            status=status,
            score=points if status == "graded" else None,
            max_score=manifest.max_score,
            seconds=0.0,
            seed=self._conditions.seed,
            assignment=self._assignment.digest,
            version="1",
            isolation=(),
            log="",
            reason=bundle.problem,
            notes=bundle.notes,
            exercises=tuple(exercises),
        )

    def close(self):
        """Nothing to end."""


def _exercise(assignment, made, score, most):
    checks = assignment.checks_of(made)
    each = [
        CheckResult(
            name=check.name,
            title=check.title,
            public=check.public,
            points=round(most / len(checks), 4),
            score=None if score is None else round(score / len(checks), 4),
            outcome="infrastructure" if score is None else "passed" if score == most else "failed",
        )
        for check in checks
    ]
    return ExerciseResult(
        name=made.name, tier="core", score=score, max_score=most, checks=tuple(each)
    )


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    """Grade with the stand-in."""
    StandIn.asked = []
    monkeypatch.setattr(running, "LocalGrader", StandIn)
    tier = Tier("none", (), "a stand-in grades")
    monkeypatch.setattr(running, "choose_isolation", lambda wanted, console: tier)
    return StandIn


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    told: str


@dataclass(frozen=True)
class Place:
    """A folder with a class, its assignment and its results."""

    root: Path

    @property
    def handed_in(self) -> Path:
        return self.root / "class"

    @property
    def results(self) -> Path:
        return self.root / "results"

    @property
    def assignment(self) -> Path:
        return self.root / "tiny"

    def lay(self, write, people):
        """Lay a class as a platform exports it, in the place of what was there."""
        shutil.rmtree(self.handed_in, ignore_errors=True)
        self.handed_in.mkdir(parents=True)
        write(self.handed_in, people)
        return self

    def run(self, command: str, *words: object) -> Ended:
        """A command as a grader types it; faults of ours are raised."""
        done = CliRunner().invoke(app, [command, *map(str, words)])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Ended(done.exit_code, done.output)

    def grade(self, *words: object) -> Ended:
        """Grade the class that lies there."""
        place = ("-a", self.assignment, "-o", self.results, "--no-similarity")
        return self.run("grade", self.handed_in, *place, *words)

    def rows(self, file: str = "grades.csv") -> list[dict[str, str]]:
        """A table of the results."""
        with open(self.results / file, encoding="utf-8", newline="") as table:
            return list(csv.DictReader(table))

    def lines(self) -> list[dict]:
        """`results.jsonl`."""
        text = (self.results / "results.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def pages(self) -> list[str]:
        """Names of the feedback pages that students read, without the suffix."""
        return sorted(path.stem for path in (self.results / "feedback").glob("*.html"))


@pytest.fixture
def place(tmp_path):
    """An empty place with the tiny assignment."""
    return new_place(tmp_path)


def new_place(root: Path) -> Place:
    """The same, for one example of a property."""
    shutil.copytree(TINY, root / "tiny", ignore=shutil.ignore_patterns("__py*"))
    return Place(root)


def by(rows: Sequence[dict[str, str]], column: str) -> dict[str, dict[str, str]]:
    """Rows by a column in which no two are alike."""
    found = {row[column]: row for row in rows}
    assert len(found) == len(rows), f"{column} is not one each"
    return found
