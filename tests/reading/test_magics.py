"""Cells are read as IPython reads them, whether or not it is installed."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.reading.magics import plain_cell

PIECES = st.sampled_from(
    [
        *("x = 1", "def f(a):\n    return a", "t = (1,\n     2)", "s = '''\n!ls\n%time\n'''"),
        *(
            "%matplotlib inline",
            "!ls -l",
            "!pip install \\\n  numpy",
            "y = !ls",
            "z = %pwd",
            "!!ls",
        ),
        *("a, b = %time f()", "for i in range(2):\n    !echo {i}", "len?", "?len", "x.y??", ""),
        *("# %not a magic", "p = 7 % \\\n    3", 'q = "!no" # %no', "%time x = 2"),
        *("if x:\n    %matplotlib inline\nelse:\n    y = 2", "g(1,\n  b=[2,\n 3])"),
    ]
)


def statements(text: str) -> list[tuple[str, int]] | None:
    """Kind and line of each statement that is no shell call and no `None` in its place."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return None
    return [
        (type(node).__name__, node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and not isinstance(node, ast.Expr)
    ]


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=8))
def test_what_ipython_makes_python_of_is_python_here(pieces: list[str]) -> None:
    transformer = pytest.importorskip("IPython.core.inputtransformer2")
    text = "\n".join(pieces)
    try:
        theirs = transformer.TransformerManager().transform_cell(text)
    except SyntaxError:
        return
    ours = plain_cell(text).source
    found = statements(theirs)
    if found is None:
        return
    mine = statements(ours)
    assert mine is not None, (theirs, ours)
    # `%time x = 2` is a call there, and the assignment itself here.
    kinds = [kind for kind, _ in mine if kind != "Assign"]
    assert kinds == [kind for kind, _ in found if kind != "Assign"], (theirs, ours)
    assert ours.count("\n") == text.count("\n")


@pytest.mark.parametrize("magic", ["timeit", "bash", "html", "javascript", "sql"])
def test_a_cell_that_is_passed_over_is_named(magic: str) -> None:
    made = plain_cell(f"%%{magic}\nx = 1")
    assert made.source == "" and f"%%{magic}" in made.note


def test_a_cell_that_writes_a_file_gives_name_and_content() -> None:
    made = plain_cell('%%writefile -a "words.py"\nx = 1\n')
    assert (made.source, made.file, made.content) == ("", "words.py", "x = 1\n")
