"""Walk the cells of a master notebook with Otter's own parsers and the rules of its transformer."""

from __future__ import annotations

import doctest
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.importing.env_tests import without_env
from autograder.importing.expected_outputs import asserts_something, failure_of
from autograder.importing.import_problems import BringError, Remarks
from autograder.importing.master import Cell, Question, Test


@dataclass
class Reading:
    """Walks the cells of one notebook.

    Args:
        path: where it lies, for messages.
        config: Otter's record of the configuration.
        tests: Otter's manager of tests, which reads them.
        remarks: takes note of what cannot be read.
    """

    path: Path
    config: Any
    tests: Any
    remarks: Remarks
    _cell_of_case: dict[tuple[str, int], tuple[int, Any]] = field(default_factory=dict)

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
                    yield self._cell(cell, self._block_of(cell, ""))
            elif block == "tests":
                self._read_test(cell, settings, question, number)
            else:
                question.cells.append(self._cell(cell, self._block_of(cell, block)))
        if question is not None:
            raise BringError(
                f"{self.path}: question {question.name} never ends; add a raw cell "
                f"# END {(block or 'question').upper()}"
            )

    def _block_of(self, cell: Any, block: str) -> str:
        """The block a cell counts for: with this setting, marks count in all code."""
        anywhere = self.config.strip_solutions_from_all_cells and cell.cell_type == "code"
        return "solution" if anywhere else block

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
            again = (f"{settings.name}_{count}" for count in itertools.count(2))
            free = next(name for name in again if name not in self.tests._questions)
            told = f"cell {number}: a second question of this name, brought over as {free}"
            self.remarks.change(settings.name, told)
            settings.name = free
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
            cases = len(self.tests._tests_by_question[question.name])
            self._cell_of_case[question.name, cases] = (number, cell)
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
        made = [self._test(number, case) for number, case in enumerate(cases, 1)]
        return [test for test in made if self._can_fail(question, test)]

    def _can_fail(self, question: Question, test: Test) -> bool:
        """Whether a test judges anything; one that does not is told of and left out."""
        pieces = test.examples or ((test.function, ""),)
        if any(asserts_something(source, shown) for source, shown in pieces):
            return True
        number, cell = self._cell_of_case.get((question.name, test.number), (0, {}))
        told = f"test {test.number} in cell {number}: {failure_of(cell)}"
        line = "".join(source for source, _ in pieces).strip().split("\n")[-1]
        self.remarks.vacuous.append(f"question {question.name}, {told}\n    {line}")
        self.remarks.lose(question.name, told, "write it as a check", line)
        return False

    def _test(self, number: int, case: Any) -> Test:
        examples: tuple[tuple[str, str], ...] = ()
        function = ""
        if self.config.tests.ok_format:
            parsed = doctest.DocTestParser().get_examples(case.body)
            examples = tuple((one.source, one.want) for one in parsed)
        else:
            function = without_env(case.body)
        return Test(
            number,
            bool(case.hidden),
            float(case.points),
            examples,
            function,
            str(case.success_message or ""),
            str(case.failure_message or ""),
        )
