"""Give tests that only show something the output they must show, by running the master's solution.

Otter Assign does the same: a master notebook is run before its tests are read. One that was saved
without outputs would otherwise give tests that every answer passes.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.extras import needed

_SECONDS = 600


def fill_outputs(notebook: Any, folder: Path) -> bool:
    """Run the master where a test lacks its output, and put the outputs into its cells.

    Args:
        notebook: the master; cells of its tests that have no outputs get them.
        folder: where it lies, with the files that it reads.

    Returns:
        Whether it was run.
    """
    lacking = [_lacks_output(cell) for cell in _test_cells(notebook.cells)]
    if not any(lacking):
        return False
    run = copy.deepcopy(notebook)
    with needed("author", "running the notebook's solution"):
        from nbclient import NotebookClient
        from nbclient.exceptions import CellTimeoutError, DeadKernelError
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        run, timeout=_SECONDS, allow_errors=True, kernel_name="python3", resources=resources
    )
    # What has no output afterwards is told of, cell by cell.
    with contextlib.suppress(CellTimeoutError, DeadKernelError):
        client.execute(stderr=subprocess.DEVNULL)
    cells = zip(_test_cells(notebook.cells), _test_cells(run.cells), lacking, strict=True)
    for cell, executed, lacks in cells:
        if lacks:
            cell.outputs = executed.outputs
    return True


def asserts_something(source: str, shown: str) -> bool:
    """Whether a test can fail: it must show something, or it asserts or raises.

    Args:
        source: statements of the test.
        shown: the text that they must show; empty for nothing.
    """
    if shown.strip():
        return True
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Assert, ast.Raise)):
            return True
        called = node.func if isinstance(node, ast.Call) else None
        name = getattr(called, "attr", getattr(called, "id", ""))
        if "assert" in name.lower():
            return True
    return False


def failure_of(cell: Any) -> str:
    """Why a cell has no output: what it raised, or that it shows nothing."""
    for output in cell.get("outputs", ()):
        if output.output_type == "error":
            return f"the master's solution raises {output.ename} there: {output.evalue}"
    return "it shows nothing when the master's solution runs, and asserts nothing"


def _test_cells(cells: list[Any]) -> Iterator[Any]:
    inside = False
    for cell in cells:
        first = cell.source.strip().split("\n")[0].strip().upper() if cell.source.strip() else ""
        if cell.cell_type == "raw" and first.startswith("# BEGIN TESTS"):
            inside = True
        elif cell.cell_type == "raw" and first.startswith("# END TESTS"):
            inside = False
        elif inside and cell.cell_type == "code":
            yield cell


def _lacks_output(cell: Any) -> bool:
    """Whether a cell ends in an expression and shows nothing."""
    if cell.get("outputs"):
        return False
    try:
        body = ast.parse(cell.source).body
    except SyntaxError:
        return False
    return bool(body) and isinstance(body[-1], ast.Expr) and not asserts_something(cell.source, "")
