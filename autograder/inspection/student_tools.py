"""Use the handout as students do, with the solution in it: by check.py, and in a kernel."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from autograder.assignment.load import Assignment
from autograder.assignment.manifest_problems import Fault
from autograder.extras import needed
from autograder.handout.story_pieces import STORY
from autograder.inspection.rehearsal import line_of, solution_files

_SECONDS = 1800
_VERDICTS = "application/x-autograder-checks+json"
# Asks as the check cells do, through Otter where it is installed, and tells the answers as data.
_ASK_ALL = f"""
def _tell():
    from IPython.display import display
    from checkkit.kernel_checks import KernelChecks

    kernel, told = KernelChecks("."), {{}}
    for made in kernel.handout.exercises:
        checks = kernel.handout.checks(made.name)
        for check in checks:
            lines = kernel.ask(made.name, check, globals())
            if lines:
                told[check.name] = "; ".join(lines)
        answer = grader.check(made.name) if checks else None
        if answer is not None and not answer.passed_all:
            told[made.name] = "Otter says: " + str(answer)
    display({{"{_VERDICTS}": told}}, raw=True)


_tell()
"""


@dataclass(frozen=True)
class Executed:
    """The solution notebook after it ran.

    Attributes:
        text: the notebook with its outputs, as JSON.
        faults: cells that raised, and public checks that did not pass.
    """

    text: str
    faults: tuple[Fault, ...]


def folder_faults(assignment: Assignment, rendered: Mapping[str, bytes]) -> list[Fault]:
    """What ``check.py`` says against the solution, as modules and as a notebook.

    Args:
        assignment: what the handout was rendered from.
        rendered: the handout, content by path.
    """
    faults = []
    for kind, files in zip(("modules", "notebook"), solution_files(assignment), strict=True):
        with tempfile.TemporaryDirectory() as place:
            _write({**rendered, **files}, Path(place))
            run = subprocess.run(
                [sys.executable, "-B", "check.py"],
                cwd=place,
                env=_environment(),
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=_SECONDS,
            )
        if run.returncode:
            said = "\n    ".join((run.stdout + run.stderr).strip().split("\n"))
            told = f"check.py does not pass the solution as {kind}:\n    {said}"
            faults.append(Fault(str(assignment.folder), problem=told))
    return faults


def executed_notebook(
    assignment: Assignment, rendered: Mapping[str, bytes], experiments: bool
) -> Executed:
    """Run the solution notebook in a kernel, in a handout's folder.

    Args:
        assignment: what the handout was rendered from.
        rendered: the handout, content by path.
        experiments: run the cells that only show something, too, which may take long.

    Raises:
        MissingExtra: what runs notebooks is not installed.
    """
    with needed("author", "running the notebook"):
        from nbclient import NotebookClient
    name = f"{assignment.manifest.assignment.name}.ipynb"
    files = solution_files(assignment)[1]
    notebook = nbformat.reads(files[name].decode(), as_version=4)  # type: ignore[no-untyped-call]
    whole = list(notebook.cells)
    skipped = {"pack", "check-all"} if experiments else {"experiment"}
    run = [cell for cell in whole if not skipped & set(cell.metadata.get("tags", []))]
    asking = nbformat.v4.new_code_cell(_ASK_ALL)  # type: ignore[no-untyped-call]
    notebook.cells = [*run, asking]
    with tempfile.TemporaryDirectory() as place:
        _write({**rendered, **files}, Path(place))
        client = NotebookClient(
            notebook,
            timeout=_SECONDS,
            allow_errors=True,
            kernel_name="python3",
            resources={"metadata": {"path": place}},
        )
        client.execute(env=_environment(), stderr=subprocess.DEVNULL)
    faults = _raised(run, assignment) or _not_passed(asking, assignment)
    notebook.cells = whole
    text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return Executed(f"{text}\n", tuple(faults))


def _raised(cells: list[Any], assignment: Assignment) -> list[Fault]:
    """A fault for each cell that raised, at the line of the story that wrote it if one did."""
    story = assignment.folder / STORY
    lines = story.read_text(encoding="utf-8").split("\n")
    faults = []
    for cell in cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                first = cell.source.split("\n")[0]
                line = lines.index(first) + 1 if first in lines else 0
                told = f"this cell raises {output.ename}: {output.evalue}"
                shown = "" if line else f"{cell.id}: "
                faults.append(Fault(str(story), line, 0, shown + told))
    return faults


def _not_passed(asking: Any, assignment: Assignment) -> list[Fault]:
    told = [
        output.data[_VERDICTS]
        for output in asking.outputs
        if output.output_type == "display_data" and _VERDICTS in output.data
    ]
    if not told:
        said = [output.evalue for output in asking.outputs if output.output_type == "error"]
        problem = f"the solution notebook's checks could not be asked: {'; '.join(said)}"
        return [Fault(str(assignment.folder / STORY), problem=problem)]
    faults = []
    places = {
        check.name: (check.function.__code__.co_filename, line_of(check))
        for check in assignment.checks
    }
    for name, said in told[0].items():
        problem = f"{name} does not pass in the solution notebook: {' '.join(said.split())}"
        file, line = places.get(name, (str(assignment.folder), 0))
        faults.append(Fault(file, line, problem=problem))
    return faults


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def _environment() -> dict[str, str]:
    """This process's own, without what students do not have set."""
    left_out = ("MPLBACKEND", "PYTHONSAFEPATH")
    kept = {key: value for key, value in os.environ.items() if key not in left_out}
    return {**kept, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONIOENCODING": "utf-8", "COLUMNS": "120"}
