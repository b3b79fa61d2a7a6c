"""Run the notebook as a person does: filled in, and as it is handed out."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.assignment.load import load_assignment
from autograder.handout.build import render_handout, write
from autograder.handout.skeleton import segments, skeleton_source

FOLDER = Path(__file__).parents[2] / "solutions" / "t6"
CELL_SECONDS = 1800
"""Generous, for a busy machine; the whole notebook takes about three minutes of processor time."""


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


def told(cell: Any) -> str:
    """What a cell printed, and its tables as text, without line breaks."""
    return " ".join(outputs(cell).split())


@pytest.mark.nightly
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
    assert not any("waits for" in outputs(cell) for cell in staff.cells if "outputs" in cell)
    everything = " ".join(told(cell) for cell in experiments.values())
    assert everything.count("You predicted:") >= 22
    asked = everything.split("It is: ")[1:]
    assert all(re.match("as you predicted|measured: [-.0-9]+, close to", text) for text in asked)


def core_only(source: Any, student: nbformat.NotebookNode) -> None:
    """Write the core into the student's notebook, and leave the bonus."""
    written = {made.name for made in source.manifest.exercises if made.tier != "bonus"}
    for module in source.modules:
        text = skeleton_source(module.source, module.regions, worked=written)
        for name, definition in segments(text).items():
            for cell in student.cells:
                if cell.metadata.get("tags", [])[:2] == ["exercise", name]:
                    cell.source = definition.strip()


@pytest.mark.nightly
def test_with_the_bonus_unwritten_all_of_the_core_runs(source, handout, tmp_path):
    notebook = nbformat.reads(source.text(solution=False), as_version=4)
    core_only(source, notebook)
    shorten(notebook)
    saved = tmp_path / "t6"
    shutil.copytree(handout, saved)
    nbformat.write(notebook, saved / "t6.ipynb")
    run(notebook, saved)
    assert list(errors(notebook)) == []
    waiting = {
        name
        for name, cell in by_tag(notebook, "experiment").items()
        if "waits for" in outputs(cell)
    }
    assert waiting == {"try-Nesterov"}
    assert "once you have made a prediction" in outputs(
        by_tag(notebook, "experiment")["augmentation"]
    )


@pytest.mark.slow
@pytest.mark.parametrize("without_otter", [False, True], ids=["otter", "plain"])
def test_as_handed_out_it_runs_to_its_end_and_says_what_is_missing(source, handout, without_otter):
    notebook = nbformat.reads(source.text(solution=False), as_version=4)
    shorten(notebook)
    run(notebook, handout, without_otter=without_otter)
    assert list(errors(notebook)) == []
    names = {made.provides for made in source.manifest.enabled_exercises}
    waiting = 0
    for name, cell in by_tag(notebook, "experiment").items():
        for message in re.findall(r"waits for what is not written yet: (.*)", outputs(cell)):
            waiting += 1
            assert re.split(r"[.: ]", message)[0] in names, f"{name}: {message}"
    assert waiting > 20
    for name, cell in by_tag(notebook, "check").items():
        said = told(cell)
        assert name in said and "not written yet" in said, f"{name}: {said}"


def shorten(notebook: nbformat.NotebookNode) -> None:
    """Leave out what does not depend on an exercise and takes long."""
    for cell in notebook.cells:
        if cell.id in ("experiment-findings-example", "experiment-check-all", "experiment-pack"):
            cell.source = "import run_findings"
