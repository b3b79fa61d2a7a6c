"""Read a source notebook of nbgrader, by the metadata of its cells.

A cell's metadata hold ``nbgrader`` with ``grade_id``, ``points``, ``grade``, ``solution``,
``locked`` and ``task`` (nbgrader's metadata schema, version 3). Together they say what it is
(nbgrader's documentation, "Creating and grading assignments"): solution alone an autograded answer,
grade alone autograder tests, both a manually graded answer, task a manually graded task, and
anything else is given. Where an answer has no ``### BEGIN SOLUTION``, all of it is the solution
("Customizing how the student version of an assignment looks").
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.importing.bound_names import bound_by
from autograder.importing.import_problems import BringError, Remarks
from autograder.importing.master import Cell, Master, Question, Test
from autograder.importing.nbgrader_tests import CellSplitter, has_hidden_tests, title_of

_MARK = re.compile(r"\s*\S*\s*(BEGIN|END) SOLUTION\s*\S*\s*$")
_SCHEME = re.compile(r"^.*BEGIN MARK SCHEME.*\n((?:.*\n)*?).*END MARK SCHEME.*$", re.M)
_MAGIC = re.compile(r"^\s*[%!].*$", re.M)
_STUB = re.compile(r"^\s*raise NotImplementedError\b", re.M)
_MADE_UP = re.compile(r"cell-[0-9a-f]{6,}")


def is_nbgrader(notebook: Any) -> bool:
    """Whether some cell is one of nbgrader's."""
    return any(isinstance(cell.metadata.get("nbgrader"), dict) for cell in notebook.cells)


def read_nbgrader(path: Path, notebook: Any, remarks: Remarks) -> Master:
    """Read a source notebook.

    Args:
        path: where it lies.
        notebook: its cells.
        remarks: takes note of what is lost and changed.

    Raises:
        BringError: marks do not match, nothing is asked, or it is a release; names the cell.
    """
    reading = _Reading(path, notebook.cells, remarks)
    items = list(reading.items())
    text = "\n".join(cell.source for cell in notebook.cells)
    files = [
        file.name
        for file in sorted(path.parent.iterdir())
        if file.is_file() and file.suffix != ".ipynb" and file.name in text
    ]
    master = Master(path, "nbgrader", path.stem, None, files, items)
    if not master.questions:
        raise BringError(f"{path}: no cell is an answer, a test or a task: nothing is asked")
    return master


class _Reading:
    def __init__(self, path: Path, cells: list[Any], remarks: Remarks) -> None:
        self._path, self._cells, self._remarks = path, cells, remarks
        self._names: set[str] = set()
        self._tests = CellSplitter(_names_bound(cells))
        self._question: Question | None = None
        self._waiting: list[Cell] = []

    def items(self) -> Iterator[Cell | Question]:
        """Cells and questions: an answer with the tests that follow it is one."""
        for number, cell in enumerate(self._cells, 1):
            role = _role(cell)
            self._refuse_marks_elsewhere(number, cell, role)
            if role == "test":
                self._test(number, cell)
            elif role == "given":
                if self._question is not None and self._question.tests:
                    yield from self._closed()
                if cell.cell_type in ("markdown", "code"):
                    kind = "text" if cell.cell_type == "markdown" else "code"
                    self._waiting.append(Cell(kind, cell.source))
            else:
                yield from self._closed()
                self._question = self._answer(number, cell, role)
        yield from self._closed()

    def _closed(self) -> Iterator[Cell | Question]:
        if self._question is not None:
            yield self._question
        yield from self._waiting
        self._question, self._waiting = None, []

    def _answer(self, number: int, cell: Any, role: str) -> Question:
        name = self._name(number, cell)
        points = self._points(number, cell)
        if role == "answer":
            solved = Cell("code", self._solved(number, name, cell), "solution")
            return Question(name, cells=[solved])
        kind = "text" if cell.cell_type == "markdown" else "code"
        if role == "manual":
            source = self._solved(number, name, cell) if kind == "code" else cell.source
            return Question(name, True, points, cells=[Cell(kind, source, "solution")])
        scheme = "\n".join(found.strip() for found in _SCHEME.findall(cell.source))
        made = Question(name, True, points, cells=[Cell("text", _SCHEME.sub("", cell.source))])
        if scheme:
            made.cells.append(Cell("text", scheme, "solution"))
        return made

    def _solved(self, number: int, name: str, cell: Any) -> str:
        """The source of an answer with the marks that the planning reads."""
        lines, inside, marks = [], False, 0
        for line in cell.source.split("\n"):
            mark = _MARK.match(line)
            if mark and inside == (mark[1] == "BEGIN"):
                raise self._bad(number, name, f"{mark[1]} SOLUTION where the other was expected")
            if mark:
                inside, marks = not inside, marks + 1
                indent = line[: len(line) - len(line.lstrip())]
                line = f"{indent}# {mark[1]} SOLUTION"
            lines.append(line)
        if inside:
            raise self._bad(number, name, "END SOLUTION is missing")
        if not marks and _STUB.search(cell.source):
            raise self._bad(
                number,
                name,
                "raise NotImplementedError and no solution, as in what students get; bring the "
                "notebook of the folder source/ over",
            )
        if not marks:
            if not cell.metadata.nbgrader.get("grade"):
                told = "all of the cell is the solution; students get the heads of its definitions"
                self._remarks.change(name, told)
            lines = ["# BEGIN SOLUTION", *lines, "# END SOLUTION"]
        return "\n".join(lines)

    def _test(self, number: int, cell: Any) -> None:
        if self._question is None:
            self._question = Question(self._name(number, cell))
        question, settings = self._question, cell.metadata.nbgrader
        question.cells += self._waiting
        self._waiting = []
        points = self._points(number, cell)
        label = str(settings.get("grade_id", question.name))
        try:
            parts = self._tests.split(cell.source)
        except ValueError as problem:
            raise self._bad(number, label, str(problem)) from None
        except SyntaxError as problem:
            told = f"{problem.msg} (line {problem.lineno})"
            raise self._bad(number, label, f"not Python: {told}") from None
        if not parts:
            self._vacuous(number, question, label, cell.source)
        if len(parts) > 1 and points:
            self._remarks.change(
                question.name,
                f"the {points:g} points of the test cell `{label}` are split evenly between what "
                "students see of it and what they do not",
            )
        for part in parts:
            question.tests.append(
                Test(
                    len(question.tests) + 1,
                    part.hidden,
                    points * part.share,
                    examples=((part.source + "\n", ""),),
                    title=title_of(cell.source) or label,
                )
            )

    def _vacuous(self, number: int, question: Question, label: str, source: str) -> None:
        why = "it asserts nothing, so any answer that can be run passes it"
        if "AUTOTEST" in source:
            why = "its ### AUTOTEST lines are no tests before `nbgrader generate_assignment`"
        told = f"test cell `{label}` (cell {number}): {why}"
        line = source.strip().split("\n")[-1]
        self._remarks.vacuous.append(f"question {question.name}, {told}\n    {line}")
        self._remarks.lose(question.name, told, "write it as a check", source)

    def _refuse_marks_elsewhere(self, number: int, cell: Any, role: str) -> None:
        """Solutions and hidden tests that would be handed out, which nbgrader refuses, too."""
        lines = cell.source.split("\n")
        if role in ("given", "test") and any(_MARK.match(line) for line in lines):
            raise self._bad(number, "", "a solution in a cell that is not marked as an answer")
        if role != "test" and has_hidden_tests(cell.source):
            raise self._bad(number, "", "hidden tests in a cell that is not marked as tests")

    def _points(self, number: int, cell: Any) -> float:
        told = cell.metadata.nbgrader.get("points") or 0
        if not isinstance(told, (int, float)) or not 0 <= told < float("inf"):
            raise self._bad(number, "", f"points: expected a number from 0 on, got {told!r}")
        return float(told)

    def _name(self, number: int, cell: Any) -> str:
        """The grade_id, where a person chose it; a second one of the same name is counted."""
        told = str(cell.metadata.nbgrader.get("grade_id") or "")
        made_up = not told or _MADE_UP.fullmatch(told)
        name = f"question_{len(self._names) + 1}" if made_up else told
        if name in self._names:
            again = (f"{name}_{count}" for count in itertools.count(2))
            free = next(other for other in again if other not in self._names)
            told = f"cell {number}: a second cell of this grade_id, brought over as {free}"
            self._remarks.change(name, told)
            name = free
        self._names.add(name)
        return name

    def _bad(self, number: int, name: str, told: str) -> BringError:
        label = f" ({name})" if name else ""
        return BringError(f"{self._path}: cell {number}{label}: {told}")


def _role(cell: Any) -> str:
    """What a cell is: ``answer``, ``test``, ``manual``, ``task``, or ``given``."""
    settings = cell.metadata.get("nbgrader")
    if not isinstance(settings, dict):
        return "given"
    grade, solution = bool(settings.get("grade")), bool(settings.get("solution"))
    if settings.get("task"):
        return "task"
    if solution and (grade or cell.cell_type == "markdown"):
        return "manual"
    if cell.cell_type == "code" and (grade or solution):
        return "test" if grade else "answer"
    return "given"


def _names_bound(cells: list[Any]) -> set[str]:
    """What cells that are no tests bind."""
    found: set[str] = set()
    for cell in cells:
        if cell.cell_type == "code" and _role(cell) != "test":
            try:
                tree = ast.parse(_MAGIC.sub("", cell.source))
            except SyntaxError:
                continue
            found |= {name for node in tree.body for name in bound_by(node)}
    return found
