"""Cells have what their module has above them, and what is switched off is nowhere."""

from __future__ import annotations

import ast
import json
import types
from pathlib import Path

import nbformat
import pytest

from autograder.assignment.load import load_assignment
from autograder.assignment.manifest_problems import ManifestError
from autograder.handout.build import render_handout
from autograder.handout.handout_proof import handout_problems
from autograder.proof.trial_submissions import variants

from .conftest import Author

MEAN = '''"""Statistics."""

import math
from collections import Counter as Bag, OrderedDict

LIMIT = 10
PAIRS = OrderedDict(limit=LIMIT)


def checked(values):
    """The values, refused if there are too many (given)."""
    if len(values) > PAIRS["limit"]:
        raise ValueError("too many")
    return values


def mean(values):
    """The mean."""
    # TODO: add up and divide.
    # BEGIN SOLUTION
    return math.fsum(checked(values)) / len(values)
    # END SOLUTION


def mode(values):
    """The most frequent one."""
    # TODO: count.
    # BEGIN SOLUTION
    ((value, _),) = Bag(checked(values)).most_common(1)
    return value
    # END SOLUTION
'''
MANIFEST = """
[[file]]
name = "numbers_lab.py"
title = "Numbers"

[[exercise]]
name = "mean"
file = "numbers_lab.py"
points = 4
goal = "Average."

[[exercise]]
name = "mode"
file = "numbers_lab.py"
points = 2
goal = "Find the most frequent one."
"""
CHECKS = """
from autograder.kit import check, expect


@check("mean", "the mean of two", public=True)
def test_mean_two(sub):
    expect.close(sub.mean([1.0, 4.0]), 2.5, "the mean")


@check("mode", "the most frequent of three", public=True)
def test_mode_three(sub):
    expect.equal(sub.mode([5, 7, 7]), 7, "the mode")
"""
STORY = """
## Numbers

<< exercise("mean") >>

```python tags=["experiment"]
mean([1, 2])
```

<< exercise("mode") >>

```python tags=["experiment", "draw-mode"]
mode([1, 1])
```
"""
ALTERNATIVE = '''"""With the helper that is given."""

EXERCISE = "mean"


def mean(values):
    return sum(checked(values)) / len(values)
'''


@pytest.fixture
def numbers(author: Author) -> Author:
    """The small assignment with a second module, whose code leans on what stands above it."""
    (author.folder / "numbers_lab.py").write_text(MEAN)
    (author.folder / "checks" / "test_numbers.py").write_text(CHECKS)
    for name, more in (("assignment.toml", MANIFEST), ("notebook.md", STORY)):
        with open(author.folder / name, "a", encoding="utf-8") as file:
            file.write(more)
    return author


def cells(folder: Path) -> list[nbformat.NotebookNode]:
    rendered = render_handout(load_assignment(folder))
    return nbformat.reads(rendered["tiny.ipynb"].decode(), as_version=4).cells


def test_a_cell_gets_what_its_module_has_above_it(numbers: Author) -> None:
    ids = [cell.id for cell in cells(numbers.folder)]
    before = ids[ids.index("exercise-mean") - 1]
    supplied = next(cell for cell in cells(numbers.folder) if cell.id == before)
    assert supplied.metadata.tags == ["given", "imports-numbers_lab"]
    names: dict[str, object] = {}
    exec(supplied.source, names)
    assert {"math", "LIMIT", "PAIRS", "checked"} <= names.keys()


def test_the_solution_notebook_runs_with_what_it_was_given(numbers: Author) -> None:
    code, printed = numbers.run("build", "--solution")
    assert code == 0, printed
    solution = (numbers.course / "assignments" / "tiny-solution.ipynb").read_text()
    book = nbformat.reads(solution, as_version=4)
    sources = [cell.source for cell in book.cells if cell.cell_type == "code"]
    supplied = next(source for source in sources if "import math" in source)
    assert {"LIMIT = 10", "PAIRS = OrderedDict(limit=LIMIT)"} <= set(supplied.split("\n"))
    assert "def checked" in supplied
    shown = next(cell for cell in book.cells if cell.source == "mode([1, 1])")
    assert shown.outputs[0].data["text/plain"] == "1"


def test_what_is_there_already_is_not_given_twice(numbers: Author) -> None:
    numbers.replace(
        "notebook.md", "## Numbers\n", '## Numbers\n\n<< preamble("numbers_lab.py") >>\n'
    )
    numbers.replace(
        "notebook.md", '<< exercise("mode") >>', '<< given("numbers_lab.py", "checked") >>'
        '\n\n<< exercise("mode") >>'
    )  # fmt: skip
    given = [cell for cell in cells(numbers.folder) if "imports-numbers_lab" in cell.id]
    assert len(given) == 1


def test_what_is_switched_off_is_nowhere(numbers: Author) -> None:
    numbers.replace("assignment.toml", 'name = "mode"', 'name = "mode"\nenabled = false')
    assignment = load_assignment(numbers.folder)
    rendered = render_handout(assignment)
    assert handout_problems(assignment, rendered) == []
    said = [path for path, content in rendered.items() if b"mode(" in content]
    assert [path for path in said if not path.startswith("checkkit/")] == []
    kept = json.loads(rendered["tests/plain/exercises.json"])["exercises"]
    assert [made["name"] for made in kept] == ["word_count", "Stack", "mean"]
    code, printed = numbers.run("build")
    assert code == 0, printed


def test_what_is_switched_off_and_still_used_is_named(numbers: Author) -> None:
    numbers.replace("assignment.toml", 'name = "mode"', 'name = "mode"\nenabled = false')
    numbers.replace(
        "numbers_lab.py", '    """The mean."""', '    """The mean."""\n    mode(values)'
    )
    with pytest.raises(ManifestError, match=r'"mode" is switched off, and numbers_lab.py still'):
        render_handout(load_assignment(numbers.folder))


def test_an_alternative_may_use_what_is_given(numbers: Author) -> None:
    (numbers.folder / "alternatives").mkdir()
    (numbers.folder / "alternatives" / "helped.py").write_text(ALTERNATIVE)
    made = next(
        variant
        for variant in variants(load_assignment(numbers.folder))
        if variant.kind == "alternative"
    )
    module = types.ModuleType("numbers_lab")
    source = made.files["numbers_lab.py"].decode()
    exec(source, vars(module))
    assert module.mean([1, 3]) == 2
    assert ast.get_docstring(ast.parse(source)) == "With the helper that is given."
    assert "BEGIN SOLUTION" not in source and "fsum" not in source
