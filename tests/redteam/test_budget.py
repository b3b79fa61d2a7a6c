"""What feedback on hidden checks can carry: counted, stated, and from sets fixed beforehand."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.assignment.load import load_assignment
from autograder.reading import loading_plan, told_lines
from autograder.reading.told_lines import line_to_tell

from . import budget, report

T6 = Path(__file__).parent.parent.parent / "solutions" / "t6"
RULES = {"exercises": [{"name": "f", "provides": "f", "file": "work.py", "forbidden": []}]}
SOURCE = """\
import helpers
from helpers import scaled

LIMIT = 3


def other():
    raise ValueError


@staticmethod
def f(x):
    if x > LIMIT:
        return inner(
            x,
            [
                1,
            ],
        )

    return helpers.scaled(x)


def inner(x, y):
    return x
"""


def places(source: str, **files: str) -> list[list[object]]:
    given = {"work.py": source.encode()}
    given.update({f"{name}.py": text.encode() for name, text in files.items()})
    plan = loading_plan.plan(given, RULES)
    return plan["exercises"]["f"]["told"]


def told(found: list[list[object]], unit: str = "work.py", most: int = 1_000_000) -> set[int]:
    return {line_to_tell(found, unit, line) for line in range(-3, most)} - {0}


def test_lines_of_the_exercise_and_of_what_it_calls_are_told_and_no_others() -> None:
    found = places(SOURCE, helpers="def scaled(x):\n    return x / 0\n\n\ndef no():\n    pass\n")
    assert told(found, most=60) == {4, 11, 13, 14, 21, 24, 25}
    assert told(found, "helpers.py", most=60) == {1, 2}
    assert line_to_tell(found, "work.py", 17) == 14  # inside of a call on several lines
    assert line_to_tell(found, "elsewhere.py", 1) == 0


@pytest.mark.parametrize(
    "source",
    [
        "def f(x):\n    raise ValueError\n" + "\n" * 400_000,
        "def f(x):\n" + "    x\n" * 150_000,
        "def f(x):\n" + "\n" * 400_000 + "    return x\n",
        "".join(f"def f{n}(x):\n    return f{n + 1}(x)\n\n\n" for n in range(9_000))
        + "def f(x):\n    return f0(x)\n",
    ],
    ids=["empty lines behind", "statements without end", "empty lines inside", "a long chain"],
)
def test_no_more_lines_can_be_chosen_from_than_the_budget_has(source: str) -> None:
    found = places(source)
    assert 1 <= len(told(found)) <= told_lines.MOST


def test_the_page_states_the_budget_as_it_is_counted() -> None:
    assignment = load_assignment(T6)
    page = report.PAGE.read_text(encoding="utf-8")
    assert budget.table(assignment) in page, f"{report.REMEDY} --relist"
    assert budget.bits(budget.feedbacks(budget.most_places(assignment))) < 16
