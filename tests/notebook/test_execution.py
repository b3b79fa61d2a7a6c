"""Run the notebook as a person does: filled in, and as it is handed out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.assignment.load import load_assignment
from autograder.handout.build import render_handout, write

FOLDER = Path(__file__).parents[2] / "solutions" / "t6"
CELL_SECONDS = 1800
"""Generous, for a busy machine; the whole notebook takes about two minutes of processor time."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def handout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("handed-out") / "t6"
    write(render_handout(load_assignment(FOLDER)), folder)
    return folder


def run(notebook: nbformat.NotebookNode, folder: Path, *, without_otter: bool = False) -> None:
    """Run all cells in a kernel whose current folder is the handout's."""
    environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3")
    environment.pop("MPLBACKEND", None)  # a kernel draws into the notebook
    if without_otter:
        blocked = folder.parent / "blocked"
        blocked.mkdir(exist_ok=True)
        (blocked / "otter.py").write_text("raise ImportError('not installed')\n")
        environment["PYTHONPATH"] = str(blocked)
    client = NotebookClient(
        notebook, timeout=CELL_SECONDS, allow_errors=True, kernel_name="python3"
    )
    client.resources = {"metadata": {"path": str(folder)}}
    client.execute(env=environment)


def outputs(cell: Any) -> str:
    """What a cell printed or displayed, as text."""
    return "\n".join(
        out.get("text") or out.get("data", {}).get("text/plain", "") for out in cell.outputs
    )


def errors(notebook: nbformat.NotebookNode) -> Iterator[tuple[str, str, str]]:
    for cell in notebook.cells:
        for out in cell.get("outputs", ()):
            if out.output_type == "error":
                yield cell.id, out.ename, out.evalue


def by_tag(notebook: nbformat.NotebookNode, tag: str) -> dict[str, Any]:
    return {
        cell.metadata.tags[1]: cell
        for cell in notebook.cells
        if cell.metadata.get("tags", [])[:1] == [tag]
    }


def test_filled_in_it_runs_from_top_to_bottom_and_passes_its_checks(
    source, staff, handout, tmp_path
):
    saved = tmp_path / "t6"
    shutil.copytree(handout, saved)
    nbformat.write(staff, saved / "t6.ipynb")
    run(staff, saved)
    assert list(errors(staff)) == []
    for name, cell in by_tag(staff, "check").items():
        said = outputs(cell)
        assert "passed" in said and "failed" not in said, f"{name}: {said}"
    experiments = by_tag(staff, "experiment")
    drawn = [
        name
        for name, cell in experiments.items()
        if any("image/png" in out.get("data", {}) for out in cell.outputs)
    ]
    assert len(drawn) >= 20
    assert "differs" not in outputs(experiments["try-Adam"])
    assert outputs(experiments["try-Adam"]).rstrip().endswith(": right")
    assert "repaired" in outputs(experiments["fix-this-network"])
    said = outputs(experiments["diagnoses"]).splitlines()
    verdicts = [line.split(": ")[1] for line in said if ": " in line]
    assert verdicts == ["overfitting", "underfitting", "good fit", "diverged"]


@pytest.mark.parametrize("without_otter", [False, True], ids=["otter", "plain"])
def test_as_handed_out_it_stops_at_nothing_but_what_is_not_written(source, handout, without_otter):
    """Every error names an exercise, and every check says what is missing."""
    notebook = nbformat.reads(source.text(solution=False), as_version=4)
    shorten(notebook)
    run(notebook, handout, without_otter=without_otter)
    names = {made.provides for made in source.manifest.enabled_exercises}
    found = list(errors(notebook))
    assert len(found) > 20
    for cell, kind, message in found:
        assert kind == "NotImplementedError", f"{cell}: {kind}: {message}"
        assert message.split(":")[0].split(".")[0].split(" ")[0] in names, f"{cell}: {message}"
    for name, cell in by_tag(notebook, "check").items():
        said = " ".join(outputs(cell).split())
        assert name in said and "not written yet" in said, f"{name}: {said}"


def shorten(notebook: nbformat.NotebookNode) -> None:
    """Leave out what does not depend on an exercise and takes long."""
    for cell in notebook.cells:
        if cell.id in ("experiment-findings-example", "experiment-check-all", "experiment-pack"):
            cell.source = "import run_findings"
