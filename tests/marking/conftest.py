"""A small class that waits for a person: somebody ordinary, a group, somebody hostile, one lost."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from autograder.assignment.manifest import Manifest, read_manifest
from autograder.batch.keys import bundle_digest, file_digests
from autograder.batch.store import Handed, Store
from autograder.grading.result_records import CheckResult, ExerciseResult, Result, Student
from autograder.intake.exports import find_entries
from autograder.intake.submissions import read
from autograder.marking.class_roster import ClassRoster
from autograder.marking.desk import Desk
from autograder.marking.server import MarkingServer
from tests.browsing import HOSTILE as PAYLOADS

SOLUTIONS = Path(__file__).parents[2] / "solutions" / "t6"
HOSTILE = PAYLOADS.replace("\x00", "") + " and words " * 20


def findings(reflection: str) -> bytes:
    """The reference's data file with another reflection."""
    about = json.loads((SOLUTIONS / "findings.json").read_text(encoding="utf-8"))
    return json.dumps({**about, "reflection": reflection}).encode()


def graded(name: str, *, lost: bool = False, staff: str = "expected 1.5") -> Result:
    """A result with an exercise that a person marks and one that failed, or could not be asked."""
    form = CheckResult(
        name="form", title="the form", public=True, points=4.0, score=4.0, outcome="passed"
    )
    step = CheckResult(
        name="first_step",
        title="the first step",
        public=False,
        points=7.0,
        score=None if lost else 0.0,
        outcome="infrastructure" if lost else "failed",
        message="the values are off",
        staff=staff,
    )
    return Result(
        submission=name,
        status="needs_person" if lost else "graded",
        score=None if lost else 4.0,
        max_score=100.0,
        open_points=4.0,
        seconds=1.0,
        seed=1,
        assignment="a" * 64,
        version="1",
        isolation=(),
        log="",
        reason="the zygote died" if lost else "",
        exercises=(
            ExerciseResult(
                name="Adam",
                tier="core",
                score=None if lost else 0.0,
                max_score=7.0,
                checks=(step,),
            ),
            ExerciseResult(
                name="findings",
                tier="core",
                score=4.0,
                max_score=8.0,
                open_points=4.0,
                checks=(form,),
            ),
        ),
    )


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    return read_manifest(SOLUTIONS)


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    """A folder with what the class handed in."""
    folder = tmp_path / "submissions"
    reflections = {
        "ada": "I compared four optimizers, and none of them won. " * 20,
        "ben": "We worked together on this. " * 30,
        "cleo": "We worked together on this. " * 30,
        "mallory": HOSTILE,
        "zoe": "The grader lost me. " * 30,
    }
    for name, reflection in reflections.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "findings.json").write_bytes(findings(reflection))
        (folder / name / "optimizers.py").write_text(
            f"# {name}\n{HOSTILE if name == 'mallory' else ''}\n"
        )
    html = nbformat.v4.new_output("display_data", {"text/html": HOSTILE, "image/svg+xml": HOSTILE})
    cells = [
        nbformat.v4.new_markdown_cell(HOSTILE),
        nbformat.v4.new_code_cell(f"x = {HOSTILE!r}", outputs=[html]),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "mallory" / "t6.ipynb")
    return folder


def fill(store: Store, folder: Path) -> None:
    """Put a result for each submission into a store."""
    assigned = []
    for entry in find_entries(folder):
        name, bundle = entry.name, read(entry)
        together = name in ("ben", "cleo")
        key = "ben and cleo" if together else bundle_digest(bundle)
        staff = HOSTILE if name == "mallory" else "expected 1.5"
        store.put(key, graded(name, lost=name == "zoe", staff=staff), "settled")
        student = Student(
            name=name, platform="gradescope", group="ben and cleo" if together else ""
        )
        handed = Handed(student=student, files=file_digests(bundle), place=str(entry.path))
        assigned.append((name, key, handed))
    store.assign(assigned)
    store.accept()


@pytest.fixture
def desk(tmp_path: Path, handed_in: Path, manifest: Manifest) -> Iterator[Desk]:
    with Store(tmp_path / "results") as store:
        fill(store, handed_in)
        yield Desk(store, manifest, {entry.name: entry for entry in find_entries(handed_in)})


@pytest.fixture
def server(tmp_path: Path, handed_in: Path, manifest: Manifest) -> Iterator[MarkingServer]:
    """A server in a thread of its own, which also owns the store."""
    made: list[MarkingServer] = []
    ready = threading.Event()

    def run() -> None:
        with Store(tmp_path / "results") as store:
            fill(store, handed_in)
            entries = {entry.name: entry for entry in find_entries(handed_in)}
            made.append(MarkingServer(ClassRoster(Desk(store, manifest, entries))))
            made[0].serve(ready.set)

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(60)
    yield made[0]
    made[0].stop()
    thread.join(60)
    assert not thread.is_alive()
