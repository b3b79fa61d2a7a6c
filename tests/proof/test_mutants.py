"""Mutants: every operator changes what it says, only inside regions, and always compiles."""

import ast

import pytest

from autograder.handout.regions import find_regions
from autograder.handout.sources import MarkedModule
from autograder.proof.mutants import mutants

HEAD = '''"""Module."""
import numpy as np


def f(x, y, flag=True, rows=()):
    """Do it."""
    # TODO: do it.
    # BEGIN SOLUTION
'''
TAIL = "\n    # END SOLUTION\n\n\ndef given(x):\n    return x + 1\n"


def changed(body):
    source = HEAD + "\n".join(f"    {line}" for line in body.split("\n")) + TAIL
    module = MarkedModule("work.py", source, find_regions(source, "work.py"))
    made = list(mutants(module))
    for mutant in made:
        ast.parse(mutant.source)
        assert mutant.source != source
        assert mutant.source.endswith(TAIL)
    return {mutant.after for mutant in made}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return x + y", {"return x - y", "pass"}),
        ("return x < y", {"return x <= y", "return x > y"}),
        ("return x is None", {"return x is not None"}),
        ("return x not in rows", {"return x in rows"}),
        ("return x and y", {"return x or y"}),
        ("return not x", {"return x"}),
        ("return -x", {"return x"}),
        ("return x ** 2", {"return x * 2", "return x ** 3", "return x ** 1"}),
        ("return 0.5", {"return 1.0"}),
        ("return True", {"return False"}),
        ("x += y\nreturn x", {"x -= y", "x = y", "pass"}),
        ("return np.sqrt(x)", {"return np.square(x)", "return (x)"}),
        ("return np.sum(x, axis=0)", {"return np.sum(x, axis=1)", "return np.sum(x)"}),
        ("return x.copy()", {"return x"}),
        ("return np.subtract(x, y)", {"return np.subtract(y, x)"}),
        ("if x > y:\n    return 1\nreturn 2", {"if not (x > y):"}),
        ("for row in rows:\n    continue\nreturn x", {"pass"}),
        ("return (x +\n            y)", {"return (x - y)"}),
    ],
)
def test_operators(body, expected):
    made = changed(body)
    assert expected <= {" ".join(after.split()) for after in made}


def test_texts_of_exceptions_are_left_alone():
    assert changed("if x < 0:\n    raise ValueError('at least ' + str(1))\nreturn x") == {
        "if x <= 0:",
        "if x > 0:",
        "if x < 1:",
        "if not (x < 0):",
        "pass",
    }


def test_nothing_outside_the_region_is_changed():
    assert changed("return x") == {"pass"}
