"""A rendered handout of the tiny assignment, and its check.py as a student calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.assignment.load import Assignment, load_assignment
from autograder.handout.build import render_handout, write
from autograder.handout.notebook import render_notebook
from autograder.handout.sources import read_marked
from autograder.templating import templates_folder

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "tiny"


def unwrapped(text: str) -> str:
    """What a terminal shows, without the line breaks that its width makes."""
    return " ".join(text.split())


@dataclass(frozen=True)
class Student:
    """A student's copy of the handout."""

    folder: Path

    def check(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run check.py in a process of its own."""
        return self.python("check.py", *arguments, **settings)

    def python(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the folder; settings are environment variables."""
        return subprocess.run(
            [sys.executable, "-B", *arguments],
            cwd=self.folder,
            env={**os.environ, "COLUMNS": "200", "PYTHONIOENCODING": "utf-8", **settings},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
        )

    def write(self, name: str, text: str) -> None:
        """Save one file."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def read(self, name: str) -> str:
        """The text of one file."""
        return (self.folder / name).read_text(encoding="utf-8")

    def replace(self, name: str, before: str, after: str) -> None:
        """Change a piece of a file that stands in it once."""
        text = self.read(name)
        assert text.count(before) == 1, (before, text)
        self.write(name, text.replace(before, after))

    def solve(self) -> None:
        """Write the reference into the module."""
        self.write("words.py", (TINY / "words.py").read_text(encoding="utf-8"))

    def cells(self, **sources: str) -> None:
        """Replace exercise cells of the notebook."""
        book = json.loads(self.read("tiny.ipynb"))
        for cell in book["cells"]:
            tags = cell["metadata"].get("tags", [])
            if tags[:1] == ["exercise"] and tags[1] in sources:
                cell["source"] = sources[tags[1]].splitlines(True)
        self.write("tiny.ipynb", json.dumps(book))

    def add_cell(self, source: str, *tags: str, first: bool = False) -> None:
        """Add a code cell to the notebook."""
        book = json.loads(self.read("tiny.ipynb"))
        cell = {
            "cell_type": "code",
            "id": f"mine-{len(book['cells'])}",
            "metadata": {"tags": list(tags)},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        book["cells"].insert(0 if first else len(book["cells"]), cell)
        self.write("tiny.ipynb", json.dumps(book))

    def amend_exercise(self, name: str, **values: object) -> None:
        """Change what exercises.json says of an exercise."""
        path = "tests/plain/exercises.json"
        content = json.loads(self.read(path))
        for made in content["exercises"]:
            if made["name"] == name:
                made.update(values)
        self.write(path, json.dumps(content))


@pytest.fixture(scope="session")
def tiny() -> Assignment:
    """The tiny assignment."""
    return load_assignment(TINY)


@pytest.fixture(scope="session")
def rendered(tiny: Assignment) -> Mapping[str, bytes]:
    """Its handout."""
    return render_handout(tiny)


@pytest.fixture
def student(rendered: Mapping[str, bytes], tmp_path: Path) -> Student:
    """A fresh copy of the handout."""
    write(rendered, tmp_path / "tiny")
    return Student(tmp_path / "tiny")


@pytest.fixture
def solved_notebook(tiny: Assignment) -> Callable[[Student], None]:
    """Fills in the notebook."""

    def fill(student: Student) -> None:
        modules = read_marked(tiny.manifest, tiny.folder)
        student.write(
            "tiny.ipynb",
            render_notebook(templates_folder(), tiny.folder, tiny.manifest, modules, True),
        )

    return fill
