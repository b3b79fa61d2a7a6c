"""T6's wrong and right answers: check.py, `autograder check` and the pack in Otter say the same."""

from __future__ import annotations

import functools
import importlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.assignment.known_answers import apply, read_mistakes
from autograder.assignment.load import Assignment, load_assignment
from autograder.cli.check import verdicts_of
from autograder.grading.grade import grade
from autograder.grading.public_diagnosis import PublicDiagnoser
from autograder.handout.build import render_handout, write
from autograder.intake.submissions import Entry, read
from autograder.platforms.archive import pack
from autograder.sandbox.zygote import Zygote
from tests.checks.numpy_submissions import SOLUTION, alternatives, exercises

from .hand_ins import HAND_INS, notebook
from .test_hosts import CHECKS, TINY, put

pytestmark = pytest.mark.slow


@functools.lru_cache(maxsize=1)
def lab() -> Assignment:
    return load_assignment(SOLUTION)


def sample() -> dict[str, tuple[str, str, str]]:
    """Of every second NumPy exercise a wrong answer, of the others a right one.

    Returns:
        Exercise, file and source, by a name.
    """
    manifest = lab().manifest
    found: dict[str, tuple[str, str, str]] = {}
    for mistake in reversed(read_mistakes(SOLUTION, manifest)):
        if mistake.exercise in exercises()[::2]:
            found[f"{mistake.exercise}-wrong"] = (
                mistake.exercise,
                *apply([mistake], SOLUTION, manifest),
            )
    for path in alternatives():
        source = path.read_text(encoding="utf-8")
        for name in exercises()[1::2]:
            if f'EXERCISE = "{name}"' in source.splitlines():
                found[f"{name}-right"] = name, manifest.exercise(name).file, source
    return found


@pytest.fixture(scope="module")
def handout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("lab") / "t6"
    write(render_handout(lab()), folder)
    sys.path.insert(0, str(folder))
    yield str(folder)
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] == "checkkit"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(name, marks=[] if number % 4 == 0 else [pytest.mark.nightly])
        for number, name in enumerate(sorted(sample()))
    ],
)
def test_an_answer_to_the_lab_gets_the_same_verdicts(
    answer: str, handout: str, zygote: Zygote, tmp_path: Path
) -> None:
    exercise, file, source = sample()[answer]
    work = tmp_path / "work"
    work.mkdir()
    (work / file).write_text(source, encoding="utf-8")
    written = tmp_path / "home.json"
    console = importlib.import_module("checkkit.console")
    console.main(handout, ["--folder", str(work), "--json", str(written), exercise])
    result = grade(
        lab(),
        read(Entry("work", work)),
        zygote,
        seed=0,
        only=(exercise,),
        public_only=True,
        diagnoser=PublicDiagnoser(lab()),
    )
    (home,) = json.loads(written.read_text(encoding="utf-8"))["exercises"]
    (there,) = json.loads(verdicts_of(result, lab()))["exercises"]
    assert home == there
    assert home["checks"] and (
        not answer.endswith("-right") or all(check["passed"] for check in home["checks"])
    )


SAMPLE = ["wrong", "forbidden", "own-statistics", "notebook-and-backup", "tags-lost", "skeleton"]


@pytest.mark.parametrize("name", SAMPLE)
def test_the_command_says_the_same(name: str, tmp_path: Path) -> None:
    made = HAND_INS[name]
    put(made.files, tmp_path / "work")
    written = tmp_path / "verdicts.json"
    command = [Path(sys.executable).with_name("autograder"), "check", "work", "-a", TINY]
    run = subprocess.run(
        [*command, "--json", written, "--only", "word_count"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == int(made.outcomes != ("passed", "passed")), run.stderr
    (found,) = json.loads(written.read_text(encoding="utf-8"))["exercises"]
    assert tuple(check["outcome"] for check in found["checks"]) == made.outcomes
    assert found["where"] == made.where


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("packed") / "tiny-autograder.zip"
    path.write_bytes(pack(load_assignment(TINY), 7))
    return path


@pytest.mark.parametrize("name", ["wrong", "own-statistics", "forbidden", "tags-lost"])
def test_otter_with_the_pack_says_the_same(name: str, packed: Path, tmp_path: Path) -> None:
    """Each public test passes or fails as the table says; Otter shows what a check said."""
    made = HAND_INS[name]
    # Otter wants one notebook, and no second one; what counts is found as anywhere.
    aside = {} if "tiny.ipynb" in made.files else {"aside.ipynb": notebook("print('nothing')")}
    files = {**aside, **made.files}
    folder = put(files, tmp_path / "work")
    submission = tmp_path / "work.zip"
    with zipfile.ZipFile(submission, "w") as archive:
        for path in files:
            archive.write(folder / path, path)
    run = subprocess.run(
        [Path(sys.executable).with_name("otter"), "run", "-a", packed, "-o", tmp_path, submission],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    tests: list[dict[str, Any]] = json.loads((tmp_path / "results.json").read_text())["tests"]
    titles = {made.name: made.title for made in load_assignment(TINY).checks if made.public}
    passed = {
        check: test["status"] == "passed"
        for test in tests
        for check in CHECKS
        if "word_count" in test["tags"] and titles[check] in test["name"]
    }
    assert passed == {
        check: outcome == "passed" for check, outcome in zip(CHECKS, made.outcomes, strict=True)
    }
