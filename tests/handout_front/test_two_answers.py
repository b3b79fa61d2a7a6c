"""An exercise that is finished in the module and in the notebook: which counts is told in time."""

from __future__ import annotations

from collections.abc import Callable

from .conftest import Student, unwrapped

TOLD = "note: `word_count` of words.py, line {line} counts; there is also tiny.ipynb, cell {cell},"
OTHER = '''def word_count(text):
    """Another docstring."""
    return {}
'''


def notes(student: Student, *arguments: str) -> list[str]:
    run = student.check(*arguments)
    assert "Traceback" not in run.stdout + run.stderr
    return [line for line in run.stdout.split("\n") if "there is also" in line]


def test_two_answers_that_differ_are_told(student: Student) -> None:
    student.solve()
    student.cells(word_count=OTHER)
    run = student.check()
    told = unwrapped(run.stdout)
    places = [(line, cell) for line in range(1, 60) for cell in range(1, 20)]
    assert any(TOLD.format(line=line, cell=cell) in told for line, cell in places), run.stdout
    assert notes(student, "Stack") == []


def test_the_receipt_names_what_does_not_count(student: Student) -> None:
    student.solve()
    student.cells(word_count=OTHER)
    run = student.check("--pack")
    assert len([line for line in run.stdout.split("\n") if "there is also" in line]) == 1
    row = next(line for line in run.stdout.split("\n") if line.startswith("not counted:"))
    assert "word_count in tiny.ipynb, cell " in row and ", line " in row
    assert row.endswith("(the one in words.py counts)")


def test_the_same_answer_twice_is_not_worth_a_word(
    student: Student, solved_notebook: Callable[[Student], None]
) -> None:
    student.solve()
    solved_notebook(student)
    assert notes(student) == []
    assert "not counted" not in student.check("--pack").stdout


def test_one_answer_beside_a_skeleton_is_not_worth_a_word(student: Student) -> None:
    student.solve()
    assert notes(student) == []


def test_the_form_that_is_further_along_needs_no_word(student: Student) -> None:
    student.cells(word_count=OTHER)
    assert notes(student) == []
