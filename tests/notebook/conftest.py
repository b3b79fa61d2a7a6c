"""The T6 notebook, rendered once a session for students and once for staff."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from autograder.assignment.manifest import Manifest, read_manifest
from autograder.handout.notebook import render_notebook
from autograder.handout.sources import MarkedModule, read_marked
from autograder.reading import standins
from autograder.templating import templates_folder

FOLDER = Path(__file__).parents[2] / "solutions" / "t6"


@dataclass(frozen=True)
class Source:
    """What a notebook is rendered from."""

    manifest: Manifest
    modules: tuple[MarkedModule, ...]

    def text(self, *, solution: bool) -> str:
        return render_notebook(templates_folder(), FOLDER, self.manifest, self.modules, solution)


@pytest.fixture(scope="session")
def source() -> Source:
    manifest = read_manifest(FOLDER)
    return Source(manifest, read_marked(manifest, FOLDER))


@pytest.fixture(scope="session")
def student(source: Source) -> nbformat.NotebookNode:
    return nbformat.reads(source.text(solution=False), as_version=4)


@pytest.fixture(scope="session")
def staff(source: Source) -> nbformat.NotebookNode:
    return nbformat.reads(source.text(solution=True), as_version=4)


@pytest.fixture(scope="module", autouse=True)
def real_modules():
    """Otter, IPython and the like as they are, whatever was loaded in this process before."""
    standins.remove()
