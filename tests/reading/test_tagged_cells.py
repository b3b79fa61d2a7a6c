"""What other cells lean on is read of a skipped cell, and nothing besides."""

from __future__ import annotations

import ast

import pytest

from autograder.reading.tagged_cells import leaned_on

SKIPPED = "import maths\nlimit = 3\ndef panels():\n    return limit\n"


def kept(run: str) -> list[str]:
    (found,) = leaned_on([ast.parse(run)], [ast.parse(SKIPPED)])
    return [ast.unparse(statement).split("\n")[0] for statement in found]


@pytest.mark.parametrize(
    ("run", "wanted"),
    [
        ("def f():\n    return limit", ["limit = 3"]),
        ("def f(x=limit):\n    limit = x\n    return limit", ["limit = 3"]),
        ("@panels\ndef f(panels):\n    return panels", ["def panels():", "limit = 3"]),
        ("def f():\n    panels = 2\n    return [panels for _ in range(panels)]", []),
        ("def f(limit):\n    def g():\n        return limit\n    return g", []),
        ("def f():\n    global limit\n    limit = limit + 1", ["limit = 3"]),
        ("def f():\n    import maths\n    return maths", []),
        ("def f():\n    try:\n        pass\n    except E as limit:\n        print(limit)", []),
        ("class A:\n    limit = 1\n    def f(self):\n        return limit", ["limit = 3"]),
        ("def f():\n    def limit():\n        pass\n    return limit", []),
        ("f = lambda limit: limit", ["limit = 3"]),
        ("limit = 1\ndef f():\n    return limit", []),
    ],
)
def test_a_name_of_a_functions_own_is_not_leaned_on(run: str, wanted: list[str]) -> None:
    assert sorted(kept(run)) == sorted(wanted)
