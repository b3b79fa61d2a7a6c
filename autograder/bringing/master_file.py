"""Open an Otter Assign master notebook: its language, its configuration, then its cells."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import nbformat

from autograder.bringing.expected_outputs import fill_outputs
from autograder.bringing.import_problems import BringError, Remarks
from autograder.bringing.master import Master
from autograder.bringing.master_cells import Reading
from autograder.extras import needed


def read_master(path: Path, remarks: Remarks) -> Master:
    """Read a master notebook.

    Raises:
        BringError: it is no notebook, not in Python, has no configuration or no question, or its
            blocks do not match; names the cell.
    """
    notebook = _notebook(path)
    # Otter takes seconds to import, and only this command needs its parsers.
    with needed("otter", "import-otter"):
        from otter.assign import blocks
        from otter.assign.assignment import Assignment
        from otter.assign.tests_manager import AssignmentTestsManager
        from otter.assign.utils import AssignNotebookFormatException, get_notebook_language

    config = Assignment()
    config.master, config.lang = path, get_notebook_language(notebook)
    if config.lang != "python":
        raise BringError(
            f"{path}: a notebook in {config.lang}; expected Python, which alone can be graded here"
        )
    if fill_outputs(notebook, path.parent):
        remarks.change("tests", "the master's solution was run, for tests had no outputs")
    try:
        cells = blocks.extract_all_fenced_otter_cells(notebook.cells)
        given = _read_config(path, cells, config)
        reading = Reading(path, config, AssignmentTestsManager(config), remarks)
        items = list(reading.items(cells))
    except AssignNotebookFormatException as problem:
        raise BringError(f"{path}: {problem}") from None
    master = Master(path, config, given, items)
    if not master.questions:
        raise BringError(
            f"{path}: no question in it; expected raw cells that begin with # BEGIN QUESTION "
            "(the format of Otter 4 and later)"
        )
    return master


def _notebook(path: Path) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise BringError(f"{path}: there is no such file") from None
    except OSError as problem:
        raise BringError(f"{path}: cannot be read: {problem.strerror or problem}") from None
    except Exception as problem:  # nbformat raises a dozen kinds for what is no notebook
        told = str(problem).split("\n")[0][:200]
        raise BringError(f"{path}: not a Jupyter notebook: {told}") from None
    notebook.metadata.setdefault("kernelspec", {"language": "python"})
    return notebook


def _read_config(path: Path, cells: list[Any], config: Any) -> dict[str, Any]:
    from otter.assign import blocks

    found = [cell for cell in cells if blocks.is_assignment_config_cell(cell)]
    if not found:
        old = any("BEGIN ASSIGNMENT" in cell.source for cell in cells)
        hint = " (this one is in the format of Otter 3: `otter assign --v0`)" if old else ""
        raise BringError(
            f"{path}: no configuration in it; expected a raw cell that begins with "
            f"# ASSIGNMENT CONFIG{hint}"
        )
    given: dict[str, Any] = {}
    for cell in found:
        try:
            read = blocks.get_cell_config(cell)
            if not isinstance(read, dict):
                raise TypeError(f"expected keys and values, got {read!r}")
            if read.get("config_file"):
                file = path.parent / str(read["config_file"])
                if not file.is_file():
                    raise FileNotFoundError(f"config_file: there is no file {file}")
                config.load_config_file(os.fspath(file))
            config.update(read)
        except Exception as problem:
            told = " ".join(str(problem).split())[:300]
            raise BringError(f"{path}: the # ASSIGNMENT CONFIG cell: {told}") from None
        given.update(read)
    return given
