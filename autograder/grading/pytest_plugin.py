"""Run an assignment's checks with plain pytest: ``pytest solutions/t6/checks --submission DIR``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import numpy as np

    from autograder.assignment.load import Assignment
    from autograder.kit import Submission


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("autograder", "checks of an assignment")
    group.addoption(
        "--submission",
        metavar="PATH",
        help="the folder of modules to ask the checks of; runs in this process, unconfined",
    )
    group.addoption(
        "--seed", type=int, default=0, help="seed of the hidden inputs (default: %(default)s)"
    )


@pytest.fixture
def sub(request: pytest.FixtureRequest) -> Iterator[Submission]:
    """The submission named by ``--submission``."""
    path = request.config.getoption("--submission")
    if path is None:
        pytest.skip("no submission named; add --submission PATH")
    if not Path(path).is_dir():
        raise pytest.UsageError(f"--submission {path}: there is no such folder")
    folder = _folder(request, Path(path))
    yield folder.submission()


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """Draws the inputs of a hidden check, from ``--seed``."""
    from autograder.grading.seeds import check_generator

    return check_generator(request.config.getoption("--seed"), request.function.check.name)


@pytest.fixture
def ref(request: pytest.FixtureRequest) -> Any:
    """The reference solution."""
    return _assignment(request).reference


def _assignment(request: pytest.FixtureRequest) -> Assignment:
    from autograder.assignment.load import load_assignment

    folder = Path(request.path).parent.parent
    known: dict[Path, Assignment] = request.config.stash.setdefault(_ASSIGNMENTS, {})
    if folder not in known:
        known[folder] = load_assignment(folder)
    return known[folder]


def _folder(request: pytest.FixtureRequest, path: Path) -> Any:
    from autograder.kit.hosts import Folder

    known: dict[Path, Folder] = request.config.stash.setdefault(_FOLDERS, {})
    if path not in known:
        assignment = _assignment(request)
        files = {made.provides: made.file for made in assignment.manifest.exercises}
        known[path] = Folder(str(path), files, assignment.support())
    return known[path]


_ASSIGNMENTS: pytest.StashKey[dict[Path, Any]] = pytest.StashKey()
_FOLDERS: pytest.StashKey[dict[Path, Any]] = pytest.StashKey()
