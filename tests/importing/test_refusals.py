"""What cannot be brought over says why, in one line, and writes nothing."""

import json
import re

import pytest
from typer.testing import CliRunner

from autograder.cli.app import app
from autograder.importing.bring import bring
from autograder.importing.import_problems import BringError
from autograder.importing.solution_marks import Unmarkable, read_code, with_regions

from .masters import CONFIG, block, cases, code, question, raw, solution, text, write

GOOD = question("name: q1", solution(code("x = 1 # SOLUTION")), cases(code("x", "1")))


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([GOOD], "no configuration in it; expected a raw cell that begins with # ASSIGNMENT"),
        ([text("```\nBEGIN ASSIGNMENT\n```")], "in the format of Otter 3"),
        ([CONFIG, text("Only words.")], "no question in it"),
        ([raw("# ASSIGNMENT CONFIG\n- a\n- b")], "the # ASSIGNMENT CONFIG cell: expected keys"),
        ([raw("# ASSIGNMENT CONFIG\nname: [")], "the # ASSIGNMENT CONFIG cell: while parsing"),
        ([raw("# ASSIGNMENT CONFIG\nconfig_file: no.yml")], "there is no file"),
        ([CONFIG, question("points: 1", text("?"))], "cell 2: # BEGIN QUESTION: Question name"),
        ([CONFIG, GOOD[:-1]], "question q1 never ends; add a raw cell # END QUESTION"),
        ([CONFIG, *GOOD[:3], GOOD[-1]], "# END QUESTION where # END SOLUTION was expected"),
        ([CONFIG, raw("# END QUESTION")], "cell 2: # END QUESTION with nothing open"),
        ([CONFIG, block("TESTS")], "cell 2: # BEGIN TESTS outside of a question"),
        ([CONFIG, GOOD[0], *GOOD], "# BEGIN QUESTION where # END QUESTION was expected"),
        (
            [CONFIG, question("name: q1", cases(text("no code")))],
            "question q1: a markdown cell among its tests",
        ),
        (
            [CONFIG, question("name: q1\npoints: [1, 2]", cases(code("x", "1")))],
            "question q1: points: Points specified in test has different length",
        ),
        (
            [CONFIG, question("name: q1\nmanual: true", text("Explain."))],
            "no test of its questions could be carried over",
        ),
    ],
    ids=lambda value: value[:50] if isinstance(value, str) else "",
)
def test_a_notebook_that_is_no_master(tmp_path, cells, said):
    notebook = write(tmp_path / "lab.ipynb", *cells)
    with pytest.raises(BringError, match=re.escape(said)) as problem:
        bring(notebook, tmp_path / "out", tell=lambda told: None)
    assert str(problem.value).startswith(str(notebook))
    assert "\n" not in str(problem.value)
    assert not (tmp_path / "out").exists()


def test_a_notebook_in_another_language_and_what_is_no_notebook(tmp_path):
    other = write(tmp_path / "r.ipynb", CONFIG, GOOD, language="R")
    with pytest.raises(BringError, match="a notebook in r; expected Python"):
        bring(other, tmp_path / "out")
    for name, content, said in (
        ("a.ipynb", "print(1)", "not a Jupyter notebook"),
        ("b.ipynb", json.dumps({"cells": 3}), "not a Jupyter notebook"),
        ("c.ipynb", None, "there is no such file"),
    ):
        if content is not None:
            (tmp_path / name).write_text(content)
        with pytest.raises(BringError, match=said):
            bring(tmp_path / name, tmp_path / "out")


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path):
    notebook = write(tmp_path / "lab.ipynb", CONFIG, GOOD)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(BringError, match="not empty; name another folder, or add --force"):
        bring(notebook, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_the_command_says_what_came_over_and_what_did_not(tmp_path):
    manual = question("name: q6\nmanual: true", text("Explain."))
    notebook = write(tmp_path / "lab.ipynb", CONFIG, GOOD, manual)
    run = CliRunner().invoke(app, ["import", str(notebook), "-o", str(tmp_path / "lab1")])
    assert run.exit_code == 1, run.output
    assert "not carried over: q6: a question that people mark, with no points" in run.output
    assert "1 check, 1 point;" in run.output
    assert (tmp_path / "lab1" / "IMPORT.md").is_file()


SHAPES = {
    "a whole function": (
        "# BEGIN SOLUTION\ndef f(x):\n    '''Doc.'''\n    return x\n# END SOLUTION",
        "def f(x):\n    '''Doc.'''\n    # TODO: t\n    # BEGIN SOLUTION\n    return x\n"
        "    # END SOLUTION",
    ),
    "a statement on several lines": (
        "def f():\n    x = [\n        1,\n    ] # SOLUTION\n    return x",
        "def f():\n    # TODO: t\n    # BEGIN SOLUTION\n    x = [\n        1,\n    ]\n"
        "    # END SOLUTION\n    return x",
    ),
    "the head of a loop": (
        "def f(n):\n    for i in n: # SOLUTION\n        print(i)\n    return n",
        "def f(n):\n    # TODO: t\n    # BEGIN SOLUTION\n    for i in n:\n        print(i)\n"
        "    # END SOLUTION\n    return n",
    ),
    "an elif": (
        "def f(n):\n    if n:\n        return 1\n    elif n > 2: # SOLUTION\n        return 2",
        "def f(n):\n    # TODO: t\n    # BEGIN SOLUTION\n    if n:\n        return 1\n"
        "    elif n > 2:\n        return 2\n    # END SOLUTION",
    ),
    "the body of an else": (
        "def f(n):\n    if n:\n        return 1\n    else:\n        return 2 # SOLUTION",
        "def f(n):\n    if n:\n        return 1\n    else:\n        # TODO: t\n"
        "        # BEGIN SOLUTION\n        return 2\n        # END SOLUTION",
    ),
    "remarks at the end": (
        "def f():\n    # BEGIN SOLUTION\n    return 1\n    # so\n    # END SOLUTION",
        "def f():\n    # TODO: t\n    # BEGIN SOLUTION\n    return 1\n    # so\n    # END SOLUTION",
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_marks_become_regions_of_whole_statements(name):
    source, wanted = SHAPES[name]
    (piece,) = read_code(source, solution=True).pieces
    assert with_regions(piece, "t") == wanted


def test_an_attribute_of_a_class_cannot_be_left_out():
    (piece,) = read_code("class A:\n    size = 3 # SOLUTION", solution=True).pieces
    with pytest.raises(Unmarkable, match="class A: a line of the solution outside its methods"):
        with_regions(piece, "t")


def test_marks_count_in_solutions_only():
    (piece,) = read_code("x = 1 # SOLUTION", solution=False).pieces
    assert piece.source == "x = 1 # SOLUTION" and not piece.marked
