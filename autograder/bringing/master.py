"""Read an Otter Assign master notebook with Otter's own parsers into text, code and questions."""

from __future__ import annotations

import doctest
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from autograder.bringing.problems import BringError, Remarks


@dataclass(frozen=True)
class Test:
    """One test case.

    Attributes:
        number: which of its question, from 1.
        hidden: whether students do not see it.
        points: what it is worth.
        examples: statements with the text they must show, of a test in OK format.
        function: source of the test function, of an exception-based test.
        success: the message for a passed test.
        failure: the message for a failed one.
    """

    number: int
    hidden: bool
    points: float
    examples: tuple[tuple[str, str], ...] = ()
    function: str = ""
    success: str = ""
    failure: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell: its kind (``text``, ``code``), its source, and the block it stands in.

    `included` is true for text in a solution that students are to see.
    """

    kind: str
    source: str
    block: str = ""
    included: bool = False


@dataclass
class Question:
    """One question with all of its cells in order, and its tests."""

    name: str
    manual: bool = False
    points: float | None = None
    all_or_nothing: bool = False
    cells: list[Cell] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)


@dataclass
class Master:
    """A master notebook.

    Attributes:
        path: where it lies.
        config: Otter's record of the assignment's configuration.
        given: what of the configuration the notebook sets, as written there.
        items: cells outside of questions, and questions, in order.
    """

    path: Path
    config: Any
    given: dict[str, Any]
    items: list[Cell | Question]

    @property
    def questions(self) -> list[Question]:
        """The questions, in order."""
        return [item for item in self.items if isinstance(item, Question)]


def read_master(path: Path, remarks: Remarks) -> Master:
    """Read a master notebook.

    Raises:
        BringError: it is no notebook, not in Python, has no configuration or no question, or its
            blocks do not match; names the cell.
    """
    notebook = _notebook(path)
    # Otter takes seconds to import, and only this command needs its parsers.
    from otter.assign import blocks
    from otter.assign.assignment import Assignment
    from otter.assign.tests_manager import AssignmentTestsManager
    from otter.assign.utils import AssignNotebookFormatException, get_notebook_language

    config = Assignment()
    config.master, config.lang = path, get_notebook_language(notebook)
    if config.lang != "python":
        raise BringError(
            f"{path}: a notebook in {config.lang}; expected Python, which alone can be graded here"
        )
    try:
        cells = blocks.extract_all_fenced_otter_cells(notebook.cells)
        given = _read_config(path, cells, config)
        reading = _Reading(path, config, AssignmentTestsManager(config), remarks)
        items = list(reading.items(cells))
    except AssignNotebookFormatException as problem:
        raise BringError(f"{path}: {problem}") from None
    master = Master(path, config, given, items)
    if not master.questions:
        raise BringError(
            f"{path}: no question in it; expected raw cells that begin with # BEGIN QUESTION "
            "(the format of Otter 4 and later)"
        )
    return master


def _notebook(path: Path) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise BringError(f"{path}: there is no such file") from None
    except OSError as problem:
        raise BringError(f"{path}: cannot be read: {problem.strerror or problem}") from None
    except Exception as problem:  # nbformat raises a dozen kinds for what is no notebook
        told = str(problem).split("\n")[0][:200]
        raise BringError(f"{path}: not a Jupyter notebook: {told}") from None
    notebook.metadata.setdefault("kernelspec", {"language": "python"})
    return notebook


def _read_config(path: Path, cells: list[Any], config: Any) -> dict[str, Any]:
    from otter.assign import blocks

    found = [cell for cell in cells if blocks.is_assignment_config_cell(cell)]
    if not found:
        old = any("BEGIN ASSIGNMENT" in cell.source for cell in cells)
        hint = " (this one is in the format of Otter 3: `otter assign --v0`)" if old else ""
        raise BringError(
            f"{path}: no configuration in it; expected a raw cell that begins with "
            f"# ASSIGNMENT CONFIG{hint}"
        )
    given: dict[str, Any] = {}
    for cell in found:
        try:
            read = blocks.get_cell_config(cell)
            if not isinstance(read, dict):
                raise TypeError(f"expected keys and values, got {read!r}")
            if read.get("config_file"):
                file = path.parent / str(read["config_file"])
                if not file.is_file():
                    raise FileNotFoundError(f"config_file: there is no file {file}")
                config.load_config_file(os.fspath(file))
            config.update(read)
        except Exception as problem:
            told = " ".join(str(problem).split())[:300]
            raise BringError(f"{path}: the # ASSIGNMENT CONFIG cell: {told}") from None
        given.update(read)
    return given


@dataclass
class _Reading:
    """Walks the cells with the rules of Otter's own transformer."""

    path: Path
    config: Any
    tests: Any
    remarks: Remarks

    def items(self, cells: list[Any]) -> Iterator[Cell | Question]:
        from otter.assign import blocks
        from otter.assign.blocks import BlockType
        from otter.assign.utils import is_ignore_cell

        question: Question | None = None
        settings: Any = None
        block = ""
        for number, cell in enumerate(cells, 1):
            if blocks.is_assignment_config_cell(cell) or is_ignore_cell(cell):
                continue
            begins = [kind for kind in BlockType if blocks.is_block_boundary_cell(cell, kind)]
            ends = [kind for kind in BlockType if blocks.is_block_boundary_cell(cell, kind, True)]
            if begins:
                kind = begins[0].value
                self._refuse_begin(kind, question, block, number)
                if kind == "question":
                    settings = self._settings(cell, number)
                    question = self._question(settings)
                else:
                    block = kind
            elif ends:
                kind = ends[0].value
                expected = block or ("question" if question else "")
                if kind != expected:
                    raise self._unbalanced(number, f"END {kind.upper()}", expected)
                if kind == "question" and question is not None:
                    question.tests = self._tests_of(question, settings)
                    yield question
                    question = None
                else:
                    block = ""
            elif question is None:
                if cell.cell_type in ("markdown", "code"):
                    yield self._cell(cell, "")
            elif block == "tests":
                self._read_test(cell, settings, question, number)
            else:
                question.cells.append(self._cell(cell, block))
        if question is not None:
            raise BringError(
                f"{self.path}: question {question.name} never ends; add a raw cell "
                f"# END {(block or 'question').upper()}"
            )

    def _refuse_begin(self, kind: str, question: Question | None, block: str, number: int) -> None:
        if kind != "question" and question is None:
            raise self._unbalanced(number, f"BEGIN {kind.upper()}", "question", outside=True)
        if (kind == "question" and question is not None) or block:
            raise self._unbalanced(number, f"BEGIN {kind.upper()}", block or "question")

    def _unbalanced(
        self, number: int, found: str, expected: str, outside: bool = False
    ) -> BringError:
        if outside:
            told = f"# {found} outside of a question"
        elif expected:
            told = f"# {found} where # END {expected.upper()} was expected"
        else:
            told = f"# {found} with nothing open"
        return BringError(f"{self.path}: cell {number}: {told}; put the raw cells in pairs")

    def _settings(self, cell: Any, number: int) -> Any:
        from otter.assign import blocks
        from otter.assign.question_config import QuestionConfig

        try:
            read = blocks.get_cell_config(cell)
            settings = QuestionConfig(read if isinstance(read, dict) else {})
        except Exception as problem:
            told = " ".join(str(problem).split())[:300]
            raise BringError(f"{self.path}: cell {number}: # BEGIN QUESTION: {told}") from None
        if not isinstance(settings.name, str):
            settings.name = str(settings.name)
        if settings.name in self.tests._questions:
            raise BringError(
                f"{self.path}: cell {number}: a second question {settings.name}; rename one"
            )
        self.tests.add_question(settings)
        return settings

    def _question(self, settings: Any) -> Question:
        points = settings.points if isinstance(settings.points, (int, float)) else None
        return Question(settings.name, settings.manual, points, bool(settings.all_or_nothing))

    def _cell(self, cell: Any, block: str) -> Cell:
        from otter.assign.solutions import OTTER_INCLUDE_TAG, remove_ignored_lines
        from otter.utils import get_source

        included = OTTER_INCLUDE_TAG in cell.metadata.get("tags", [])
        kind = {"markdown": "text", "code": "code"}.get(cell.cell_type, "raw")
        try:
            source = "\n".join(remove_ignored_lines(get_source(cell)))
            return Cell(kind, source, block, included)
        except AssertionError as problem:
            raise BringError(f"{self.path}: {str(problem)[:300]}") from None

    def _read_test(self, cell: Any, settings: Any, question: Question, number: int) -> None:
        if cell.cell_type != "code":
            raise BringError(
                f"{self.path}: cell {number}: question {question.name}: a {cell.cell_type} cell "
                "among its tests; expected code only"
            )
        try:
            self.tests.read_test(self._with_outputs(cell), settings)
        except Exception as problem:
            told = " ".join(str(problem).split())[:200]
            self.remarks.lose(
                question.name,
                f"the test in cell {number} cannot be read: {told}",
                "write it as a check",
                cell.source,
            )

    def _with_outputs(self, cell: Any) -> Any:
        made = cell.copy()
        made.setdefault("outputs", [])
        made.source = "\n".join(self._cell(cell, "tests").source.split("\n"))
        return made

    def _tests_of(self, question: Question, settings: Any) -> list[Test]:
        from otter.test_files.abstract_test import TestFile

        cases = self.tests._tests_by_question[question.name]
        points = settings.points
        if isinstance(points, dict):
            points = points.get("each", 1) * len(cases)
        if not cases:
            return []
        try:
            cases = TestFile.resolve_test_file_points(points, cases)
        except Exception as problem:
            told = " ".join(str(problem).split())[:200]
            raise BringError(f"{self.path}: question {question.name}: points: {told}") from None
        return [self._test(number, case) for number, case in enumerate(cases, 1)]

    def _test(self, number: int, case: Any) -> Test:
        examples: tuple[tuple[str, str], ...] = ()
        function = ""
        if self.config.tests.ok_format:
            parsed = doctest.DocTestParser().get_examples(case.body)
            examples = tuple((one.source, one.want) for one in parsed)
        else:
            function = case.body
        return Test(
            number,
            bool(case.hidden),
            float(case.points),
            examples,
            function,
            str(case.success_message or ""),
            str(case.failure_message or ""),
        )
