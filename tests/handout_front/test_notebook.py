"""Work in the notebook is found and run as grading runs it: every cell but experiments."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from .conftest import Student, unwrapped

COUNT = """
def word_count(text):
    if not isinstance(text, str):
        raise ValueError("text must be a str")
    counts = {}
    for word in words_of(text):
        counts[word] = counts.get(word, 0) + 1
    return counts
"""
STACK = """
class Stack:
    def __init__(self):
        self._things = []

    def push(self, thing):
        self._things.append(thing)

    def pop(self):
        return self._things.pop()
"""


def test_a_filled_in_notebook_passes(
    student: Student, solved_notebook: Callable[[Student], None]
) -> None:
    solved_notebook(student)
    run = student.check()
    assert run.returncode == 0, run.stdout
    assert "Looking at your notebook tiny.ipynb, saved at" in run.stdout
    assert "tiny.ipynb, cell" in run.stdout


def test_what_is_further_along_counts(student: Student) -> None:
    student.solve()
    student.cells(word_count=COUNT.replace("+ 1", "+ 2"))
    assert student.check().returncode == 0
    student.replace("words.py", "return counts", 'raise NotImplementedError("word_count: count")')
    run = student.check()
    assert "Looking at your modules (.py) and at your notebook tiny.ipynb" in run.stdout
    assert "word_count  1 of 2 pass       tiny.ipynb, cell" in run.stdout
    assert "Stack       2 of 2 pass       words.py" in run.stdout


def test_a_notebook_counts_when_the_modules_are_gone_or_broken(student: Student) -> None:
    student.cells(word_count=COUNT, Stack=STACK)
    student.write("words.py", "def broken(:")
    assert student.check().returncode == 0
    (student.folder / "words.py").unlink()
    assert student.check().returncode == 0
    (student.folder / "tiny.ipynb").rename(student.folder / "renamed (2).ipynb")
    assert student.check().returncode == 0


def test_experiments_and_what_fails_beside_an_exercise_cost_nothing(student: Student) -> None:
    student.cells(word_count=COUNT, Stack=STACK)
    student.add_cell("import no_such_package\nno_such_package.train()")
    student.add_cell("words_of = 1 / 0\nopen('ran', 'w')", "experiment")
    student.add_cell("word_count = word_count('a b')")
    student.add_cell("from collections import Counter as word_count")
    run = student.check()
    assert run.returncode == 0, run.stdout
    assert "No module named 'no_such_package'" in run.stdout
    assert not (student.folder / "ran").exists()


def test_what_it_leans_on_is_run_wherever_it_stands(student: Student) -> None:
    student.cells(word_count=COUNT.replace("+ 1", "+ STEP['size']"), Stack=STACK)
    student.add_cell("%matplotlib inline\nSTEP = {}\n!pip list\nSTEP['size'] = 1", first=True)
    assert student.check().returncode == 0


def test_the_cell_and_line_of_an_exception_are_named(student: Student) -> None:
    student.cells(word_count=COUNT.replace("counts = {}", "counts = {} + 1"), Stack=STACK)
    run = student.check("word_count")
    number = _cell_number(student, "counts = {} + 1")
    assert f"at tiny.ipynb, cell {number}, line 5: `counts = {{}} + 1`" in run.stdout


def test_a_cell_that_is_not_python_is_named(student: Student) -> None:
    student.cells(word_count=COUNT.replace("for word", "for for"), Stack=STACK)
    run = student.check()
    number = _cell_number(student, "for for")
    told = f"note: tiny.ipynb, cell {number} cannot be read: line 6: invalid syntax"
    assert told in run.stdout
    assert "Stack       2 of 2 pass" in run.stdout


def test_a_helper_that_fails_is_told_with_its_cell(student: Student) -> None:
    student.cells(word_count=COUNT.replace("+ 1", "+ STEP"), Stack=STACK)
    student.add_cell("STEP = 1 / 0", first=True)
    run = student.check()
    told = "tiny.ipynb, cell 1, line 1: ZeroDivisionError: division by zero: `STEP = 1 / 0`"
    assert told in unwrapped(run.stdout)
    assert "Stack       2 of 2 pass" in run.stdout


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"cells": [{}]}', '{"cells": 3}', "\x00"])
def test_a_damaged_notebook_is_told_and_does_no_harm(student: Student, text: str) -> None:
    student.solve()
    student.write("tiny.ipynb", text)
    run = student.check()
    assert run.returncode == 0, run.stdout
    if text != '{"cells": [{}]}':
        assert "note: tiny.ipynb cannot be read: the " in run.stdout


def test_dataclasses_and_postponed_annotations_work(student: Student) -> None:
    helper = "from dataclasses import dataclass\n@dataclass\nclass Step:\n    size: 'int' = 1\n"
    student.add_cell("from __future__ import annotations", first=True)
    student.cells(word_count=COUNT.replace("+ 1", "+ Step().size"), Stack=STACK)
    student.add_cell(helper)
    run = student.check()
    assert run.returncode == 0, run.stdout


def test_plain_pytest_asks_the_notebook_too(student: Student) -> None:
    student.cells(word_count=COUNT)
    run = student.python("-m", "pytest", "-q")
    assert "2 failed, 2 passed" in run.stdout


def _cell_number(student: Student, text: str) -> int:
    cells = [c for c in json.loads(student.read("tiny.ipynb"))["cells"] if c["cell_type"] == "code"]
    return next(n for n, cell in enumerate(cells, 1) if text in "".join(cell["source"]))
