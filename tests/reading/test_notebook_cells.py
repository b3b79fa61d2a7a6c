"""Notebooks of any shape become cells of plain Python with their line numbers kept."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from typing import Any

import pytest

from autograder.reading.magics import plain_cell
from autograder.reading.notebook_cells import MAX_CELLS, read
from autograder.reading.source_text import Unreadable


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("%matplotlib inline\nx = 1", "None\nx = 1"),
        ("!pip install \\\n  numpy \\\n  scipy\nx = 1", "None\n\n\nx = 1"),
        ("\n\n  \n!ls\nx = 1", "\n\n\nNone\nx = 1"),
        ("files = !ls\nx = 1", "files = None\nx = 1"),
        ("here = %pwd\nx = 1", "here = None\nx = 1"),
        ("np.clip?\nx = 1", "None\nx = 1"),
        ("??np.clip\nx = 1", "None\nx = 1"),
        ("for i in range(2):\n    !echo {i}\nx = 1", "for i in range(2):\n    None\nx = 1"),
        ("if a:\n    %matplotlib inline\nelse:\n    b", "if a:\n    None\nelse:\n    b"),
        ("%time x = f(1)\ny = 2", "x = f(1)\ny = 2"),
        ("x = %time f(1)", "x = f(1)"),
        ("%timeit f(1)\ny = 2", "None\ny = 2"),
        ("pip install -q numpy\nls = 3\ny = 2", "None\nls = 3\ny = 2"),
        (">>> x = 1\n>>> y = 2", "x = 1\ny = 2"),
        ("s = '''\n!ls\n%time\n'''\n!ls", "s = '''\n!ls\n%time\n'''\nNone"),
        ("ä = '€'; b = 1\n!ls", "ä = '€'; b = 1\nNone"),
        ("get_ipython().run_line_magic('x', 'y')", "get_ipython().run_line_magic('x', 'y')"),
        ("x = 1", "x = 1"),
        ("", ""),
    ],
)
def test_magics_become_no_ops_on_their_own_line(source: str, expected: str) -> None:
    result = plain_cell(source).source
    assert [line.rstrip() for line in result.rstrip("\n").split("\n")] == expected.split("\n")
    ast.parse(result)


@pytest.mark.parametrize("magic", ["bash", "html", "writefile a.py", "timeit", "javascript", "!"])
def test_a_cell_magic_for_another_program_empties_the_cell(magic: str) -> None:
    assert plain_cell(f"%%{magic}\nclass Adam: pass\n").source.strip() in ("", "None")


@pytest.mark.parametrize("magic", ["time", "capture out", "prun"])
def test_a_cell_magic_that_runs_python_keeps_its_body(magic: str) -> None:
    assert plain_cell(f"\n%%{magic}\nx = 1\n!ls\n").source.rstrip("\n") == "\n\nx = 1\nNone"
    assert plain_cell(f"%%time\n%%{magic}\nx = 1").source == "\n\nx = 1"
    assert plain_cell(f"%%{magic}").source == ""


def test_a_file_written_by_a_cell_is_noted(notebook: Callable[..., bytes]) -> None:
    cells, _ = read(notebook("%%writefile optimizers.py\nclass Adam: pass"), ())
    assert (cells[0].file, cells[0].content) == ("optimizers.py", "class Adam: pass")


def cells_of(book: Any, *tags: str) -> list[str]:
    return [cell.source for cell in read(json.dumps(book).encode(), tags)[0]]


def test_both_formats_and_both_kinds_of_source_are_read() -> None:
    new = [
        {"cell_type": "markdown", "source": "text"},
        {"cell_type": "code", "source": ["x = 1\n", "y = 2"]},
        {"cell_type": "code", "source": "z = 3"},
    ]
    old = [{"cell_type": "code", "input": ["x = 1"], "language": "python"}]
    assert cells_of({"nbformat": 4, "cells": new}) == ["x = 1\ny = 2", "z = 3"]
    assert cells_of({"nbformat": 3, "worksheets": [{"cells": old}, {"cells": new}]})[0] == "x = 1"


@pytest.mark.parametrize(
    ("cell", "source"),
    [
        ({}, ""),
        ({"cell_type": "code"}, ""),
        ({"cell_type": "code", "source": None}, ""),
        ({"cell_type": "code", "source": 5}, ""),
        ({"cell_type": "code", "source": ["x", 1, None, "y"]}, "xy"),
        ({"cell_type": "code", "source": "x", "metadata": None}, "x"),
        ({"cell_type": "code", "source": "x", "metadata": {"tags": "experiment"}}, "x"),
        ({"cell_type": "code", "source": "x", "metadata": {"tags": [1, {}]}}, "x"),
        ({"cell_type": "code", "source": "s = '\ud800'"}, "s = '?'"),
    ],
)
def test_missing_and_odd_fields_are_survived(cell: dict[str, Any], source: str) -> None:
    assert cells_of({"cells": [cell, "no cell", None]}, "experiment") == [source]


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"[" * 100_000, "nested"),
        (b"\xff\xfe\x00", "JSON"),
        (b"[]", "not a notebook"),
        (b"{}", "no notebook cells"),
        (b'{"cells": 5}', "no notebook cells"),
        (b'{"cells": [], "x": ' + b"9" * 10_000 + b"}", "JSON"),
    ],
)
def test_a_broken_notebook_is_unreadable_with_a_reason(data: bytes, part: str) -> None:
    with pytest.raises(Unreadable, match=part):
        read(data, ())


def test_the_number_of_cells_is_capped() -> None:
    cells = [{"cell_type": "code", "source": "x = 1"}] * 100_000
    found, notes = read(json.dumps({"cells": cells}).encode(), ())
    assert len(found) == MAX_CELLS
    assert str(MAX_CELLS) in notes[0]


def test_cells_with_a_skip_tag_and_hopeless_cells_stay_in_the_count() -> None:
    cells = [
        {"cell_type": "code", "source": "x", "metadata": {"tags": ["experiment"]}},
        {"cell_type": "code", "source": "x\x00"},
        {"cell_type": "code", "source": "x" * 300_000},
        {"cell_type": "code", "source": "x"},
    ]
    found, _ = read(json.dumps({"cells": cells}).encode(), ["experiment"])
    assert [cell.number for cell in found] == [1, 2, 3, 4]
    assert [cell.skipped for cell in found] == [True, False, False, False]
    assert [bool(cell.problem) for cell in found] == [False, True, True, False]
