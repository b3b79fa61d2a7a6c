"""Try what was brought over: the reference must pass every check, the skeleton none."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from autograder.assignment.load import load_assignment
from autograder.assignment.manifest_problems import ManifestError
from autograder.grading.pytest_session import GradedSubmission, NoAnswer
from autograder.handout.build import render_handout
from autograder.handout.handout_proof import handout_problems
from autograder.isolation.tiers import isolation


def fails_of_reference(folder: Path) -> dict[str, str]:
    """Checks that the reference does not pass, with what they said."""
    return {name: said for name, said in _ask(folder, _modules(folder)).items() if said}


def passes_of_skeleton(folder: Path) -> list[str]:
    """Checks that the skeleton passes, although nothing is written in it.

    Raises:
        ManifestError: it cannot be rendered.
    """
    rendered = render_handout(load_assignment(folder))
    names = {file.name for file in load_assignment(folder).manifest.modules}
    skeleton = {name: content for name, content in rendered.items() if name in names}
    return [name for name, said in _ask(folder, skeleton).items() if not said]


def build_problems(folder: Path) -> list[str]:
    """Why ``autograder build`` would refuse, one sentence each."""
    try:
        assignment = load_assignment(folder)
        return handout_problems(assignment, render_handout(assignment))
    except ManifestError as problem:
        return [str(problem)]


def _modules(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.py")}


def _ask(folder: Path, files: Mapping[str, bytes]) -> dict[str, str]:
    """What each check says of some files; nothing where it passes."""
    assignment = load_assignment(folder)
    with tempfile.TemporaryDirectory() as place:
        for name, content in files.items():
            Path(place, name).write_bytes(content)
        graded = GradedSubmission(assignment, Path(place), 0, isolation("own"))
    told = {}
    for check in assignment.checks:
        try:
            _, result = graded.of(check)
        except NoAnswer as problem:
            told[check.name] = str(problem)
            continue
        passed = result.outcome == "passed" and not result.carried
        said = result.staff.split("\nasked:")[0] or result.outcome
        told[check.name] = "" if passed else said
    return told
