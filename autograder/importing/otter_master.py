"""Read an Otter Assign master notebook: its configuration, then its cells."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from autograder.extras import needed
from autograder.importing.expected_outputs import fill_outputs
from autograder.importing.import_problems import BringError, Remarks
from autograder.importing.master import Master
from autograder.importing.otter_cells import Reading

_IGNORED = {
    "plugins": ("Otter plugins do not run here", "see whether you still need them"),
    "environment": ("a conda environment", "list packages under [packages]"),
    "autograder_files": ("files that only the autograder saw", "put them into checks/"),
    "student_files": (
        "files that students write",
        "add a [[file]] with data = true and an exercise of kind data",
    ),
    "seed": ("a seed that is put into a variable of the notebook", "draw inputs from rng"),
    "solutions_pdf": ("a PDF of the solutions", "`autograder build --solution` writes a notebook"),
    "template_pdf": ("a PDF template", "nothing here needs one"),
    "runs_on": ("where the notebook runs", "see whether packages are there"),
}


def read_otter(path: Path, notebook: Any, remarks: Remarks) -> Master:
    """Read a master notebook of Otter Assign.

    Args:
        path: where it lies.
        notebook: its cells.
        remarks: takes note of what is lost and changed.

    Raises:
        BringError: it has no configuration or no question, or its blocks do not match; names the
            cell.
    """
    # Otter takes seconds to import, and only this format needs its parsers.
    with needed("otter", "import"):
        from otter.assign import blocks
        from otter.assign.assignment import Assignment
        from otter.assign.tests_manager import AssignmentTestsManager
        from otter.assign.utils import AssignNotebookFormatException

    config = Assignment()
    config.master, config.lang = path, "python"
    if fill_outputs(notebook, path.parent):
        remarks.change("tests", "the master's solution was run, for tests had no outputs")
    try:
        cells = blocks.extract_all_fenced_otter_cells(notebook.cells)
        given = _read_config(path, cells, config)
        reading = Reading(path, config, AssignmentTestsManager(config), remarks)
        items = list(reading.items(cells))
    except AssignNotebookFormatException as problem:
        raise BringError(f"{path}: {problem}") from None
    for key, (what, todo) in _IGNORED.items():
        if given.get(key):
            remarks.lose("configuration", f"{key}: {what}", todo)
    requirements = _requirements(path, config.requirements, remarks)
    files = [str(name) for name in config.files]
    title = str(config.name or path.stem)
    master = Master(path, "Otter", title, requirements, files, items)
    if not master.questions:
        raise BringError(
            f"{path}: no question in it; expected raw cells that begin with # BEGIN QUESTION "
            "(the format of Otter 4 and later)"
        )
    return master


def _requirements(path: Path, named: Any, remarks: Remarks) -> list[str] | None:
    """The packages that the configuration lists, or that stand in the file that it names."""
    if isinstance(named, list):
        return [str(one) for one in named]
    if not isinstance(named, str):
        return None
    file = path.parent / named
    if not file.is_file():
        remarks.lose("requirements", f"there is no file {named}", "list packages under [packages]")
        return []
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]


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
