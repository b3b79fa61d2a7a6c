"""Tell by its cells which tool a notebook was written for, and read it with that tool's reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autograder.importing.import_problems import BringError, Remarks
from autograder.importing.master import Master
from autograder.importing.nbgrader_master import is_nbgrader, read_nbgrader
from autograder.importing.otter_master import read_otter
from autograder.importing.source_notebook import notebook_in, open_notebook

_OF_OTTER = ("ASSIGNMENT CONFIG", "BEGIN QUESTION", "BEGIN ASSIGNMENT")


def read_master(source: Path, remarks: Remarks) -> Master:
    """Read a source, whichever tool it was written for.

    Args:
        source: a notebook, or a folder that holds one.
        remarks: takes note of what is lost and changed.

    Raises:
        BringError: it is of no known tool, or not as that tool wants it; names the cell.
    """
    path = notebook_in(source)
    notebook = open_notebook(path)
    if _is_otter(notebook):
        return read_otter(path, notebook, remarks)
    if is_nbgrader(notebook):
        return read_nbgrader(path, notebook, remarks)
    raise BringError(
        f"{path}: a notebook of no known tool; expected a master of Otter Assign (raw cells that "
        "begin with # ASSIGNMENT CONFIG and # BEGIN QUESTION) or a source notebook of nbgrader "
        "(cells marked as answers and tests in its assignment toolbar)"
    )


def _is_otter(notebook: Any) -> bool:
    marked = (cell.source for cell in notebook.cells if cell.cell_type in ("raw", "markdown"))
    return any(word in source for source in marked for word in _OF_OTTER)
