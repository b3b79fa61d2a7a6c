"""Render the notebook: the assignment's story in Markdown, with code cells cut from the modules.

The story is ``notebook.md`` in the assignment's folder, wrapped by ``templates/notebook.md.j2``.
Jinja's delimiters are ``<< >>`` and ``<% %>`` there, since formulas are full of braces. Cells that
only show something on top of the exercises are tagged ``experiment`` and a name of their own:
grading skips them, and their code is collapsed unless a further tag is ``open``.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
import nbformat

from autograder.assignment.manifest import Manifest
from autograder.assignment.manifest_problems import Fault, ManifestError, nearest, raise_all
from autograder.extras import needed
from autograder.handout.cell_needs import supply, without_names
from autograder.handout.sources import MarkedModule
from autograder.handout.story_cells import story_problems
from autograder.handout.story_pieces import STORY, Pieces
from autograder.handout.switched_off import names_off, switched_on

WORDS = ("exercise", "given", "preamble", "check", "points", "assignment", "manifest", "solution")
TEMPLATE = "notebook.md.j2"


def render_notebook(
    templates: Path,
    folder: Path,
    manifest: Manifest,
    modules: Sequence[MarkedModule],
    solution: bool = False,
) -> str:
    """The notebook as JSON text; the same input gives the same bytes.

    Args:
        templates: the folder of templates.
        folder: the assignment's folder.
        manifest: its manifest.
        modules: its reference modules with their regions.
        solution: render the filled-in notebook with the answers, for staff.

    Raises:
        ManifestError: the story names an exercise, file or definition that does not exist, leaves
            an exercise out, or is no valid notebook.
    """
    story = folder / STORY
    raise_all(story_problems(story))
    off = names_off(manifest)
    pieces = Pieces(manifest, switched_on(manifest, modules), solution, story)
    try:
        text = (
            _environment(templates, folder)
            .get_template(TEMPLATE)
            .render(
                assignment=manifest.assignment,
                manifest=manifest,
                points=manifest.scaled_points,
                solution=solution,
                exercise=pieces.exercise,
                given=pieces.given,
                preamble=pieces.preamble,
                check=pieces.check,
            )
        )
    except (jinja2.TemplateError, TypeError) as error:
        raise ManifestError(faults=[_fault_of_template(story, error)]) from error
    left_out = [
        made.name
        for made in manifest.enabled_exercises
        if made.kind == "code" and made.name not in pieces.used
    ]
    if left_out and not pieces.errors:
        words = ", ".join(f'<< exercise("{name}") >>' for name in left_out)
        told = f"no cell for {', '.join(left_out)}"
        pieces.errors.append(ManifestError(faults=[Fault(str(story), 0, 0, told, f"add {words}")]))
    raise_all(pieces.errors)
    with needed("author", "rendering a notebook"):
        import jupytext

        notebook = jupytext.reads(text, fmt="md")
    notebook.cells = supply(without_names(notebook.cells, off), pieces.parts())
    _finish(notebook, manifest, solution)
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        raise ManifestError(f"{story}: not a valid notebook: {error.message}") from None
    return str(nbformat.writes(notebook)) + "\n"


def _fault_of_template(story: Path, error: Exception) -> Fault:
    """Where the story stopped being rendered, and why."""
    line = getattr(error, "lineno", None) or 0
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == str(story):
            line = number
    told = str(error)
    unknown = re.fullmatch(r"'(\w+)' is undefined", told)
    advice = nearest(unknown[1], WORDS) if unknown else ""
    return Fault(str(story), line, 0, told, advice)


def _environment(templates: Path, folder: Path) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader([templates, folder]),
        undefined=jinja2.StrictUndefined,
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _finish(notebook: Any, manifest: Manifest, solution: bool) -> None:
    """Give the notebook its metadata, and each cell an id that survives changes of its text."""
    about = manifest.assignment
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(
        {
            "assignment": {"name": about.name, "version": about.version, "solution": solution},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    section, counts = "start", dict[str, int]()
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        heading = re.search(r"^#+ (.+)$", cell.source, re.MULTILINE)
        if cell.cell_type == "markdown" and heading:
            # Without its number: an id stays when a section is put before it.
            words = re.sub(r"[^a-z0-9]+", "-", heading[1].lower()).lstrip("-0123456789")
            section = words[:40].strip("-") or section
        name = "-".join(tags[:2]) if len(tags) > 1 else section
        counts[name] = counts.get(name, 0) + 1
        cell.id = f"{name}-{counts[name]}" if counts[name] > 1 or name == section else name
        about_cell: dict[str, Any] = {"tags": tags} if tags else {}
        if "experiment" in tags and "open" not in tags:
            # As JupyterLab and VS Code have it, and as Colab does.
            about_cell |= {"jupyter": {"source_hidden": True}, "cellView": "form"}
        cell.metadata = nbformat.from_dict(about_cell)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
