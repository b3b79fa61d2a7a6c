"""Render the notebook: the assignment's story in Markdown, with code cells cut from the modules.

The story is ``notebook.md`` in the assignment's folder, wrapped by ``templates/notebook.md.j2``.
Jinja's delimiters are ``<< >>`` and ``<% %>`` there, since formulas are full of braces. Cells that
only show something on top of the exercises are tagged ``experiment`` and a name of their own:
grading skips them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
import jupytext
import nbformat

from autograder.assignment.manifest import Exercise, Manifest
from autograder.assignment.problems import ManifestError
from autograder.handout.regions import Region
from autograder.handout.skeleton import preamble, segments, skeleton_source, worked_source
from autograder.handout.sources import MarkedModule

STORY = "notebook.md"
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
    pieces = Pieces(manifest, modules, solution)
    story = folder / STORY
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
    except (jinja2.TemplateError, KeyError) as error:
        line = getattr(error, "lineno", None)
        raise ManifestError(f"{story}{f':{line}' if line else ''}: {error}") from error
    left_out = [
        made.name
        for made in manifest.enabled_exercises
        if made.kind == "code" and made.name not in pieces.used
    ]
    if left_out:
        raise ManifestError(f"{story}: no cell for {', '.join(left_out)}; add << exercise(...) >>")
    notebook = jupytext.reads(text, fmt="md")
    _finish(notebook, manifest, solution)
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        raise ManifestError(f"{story}: not a valid notebook: {error.message}") from None
    return str(nbformat.writes(notebook)) + "\n"


class Pieces:
    """What the story can put in: cells cut from the modules."""

    def __init__(self, manifest: Manifest, modules: Sequence[MarkedModule], solution: bool) -> None:
        self.used: set[str] = set()
        self._exercises = {made.name: made for made in manifest.exercises}
        self._points = manifest.scaled_points
        self._regions: dict[str, list[Region]] = {}
        self._segments: dict[str, Mapping[str, str]] = {}
        self._preambles: dict[str, str] = {}
        given = {made.name for made in manifest.exercises if made.tier == "given"}
        for module in modules:
            for region in module.regions:
                self._regions.setdefault(region.exercise, []).append(region)
            text = (
                worked_source(module.source, module.regions)
                if solution
                else skeleton_source(module.source, module.regions, worked=given, hints=False)
            )
            self._segments[module.file] = segments(text)
            self._preambles[module.file] = preamble(text)

    def exercise(self, name: str, *also: str) -> str:
        """Heading, hints, the code cell and the check cell of an exercise.

        Args:
            name: the exercise.
            also: further exercises that the same definition answers.
        """
        made = self._exercises[name]
        self.used |= {name, *also}
        code = self._segments[made.file][made.provides]
        parts = [self._heading(made, [self._exercises[other] for other in also])]
        asked = [other for other in (name, *also) if self._exercises[other].graded]
        parts += [_folded(region) for other in asked for region in self._regions[other]]
        parts.append(_cell(code, _tags("exercise", name)))
        parts += [self.check(other) for other in asked]
        return "\n\n".join(part for part in parts if part)

    def given(self, file: str, *names: str) -> str:
        """One code cell with worked definitions of a file."""
        code = "\n\n\n".join(self._segments[file][name].strip() for name in names)
        return _cell(code, _tags("given", names[0]))

    def preamble(self, file: str) -> str:
        """One code cell with the imports and constants of a file."""
        return _cell(self._preambles[file], _tags("given", f"imports-{Path(file).stem}"))

    def check(self, name: str) -> str:
        """The cell that runs an exercise's public checks."""
        return _cell(f'grader.check("{name}")', _tags("check", name))

    def _heading(self, made: Exercise, also: Sequence[Exercise]) -> str:
        lines = []
        for one in (made, *also):
            bonus = ", bonus" if one.tier == "bonus" else ""
            number = f"{round(self._points(one), 2):g}"
            worth = f"{number} point{'' if number == '1' else 's'}{bonus}"
            worth += f", about {one.minutes} minutes" if one.minutes else ""
            label = "Exercise" if one.graded else "Given" if one.tier == "given" else "Not graded:"
            brackets = f" ({worth})" if one.graded else ""
            lines.append(f"**{label} `{one.name}`**{brackets}. {one.goal}")
        if made.forbidden:
            names = ", ".join(f"`{name}`" for name in made.forbidden)
            lines.append(
                "<details><summary>From scratch: without the library's own routine</summary>\n\n"
                f"Not with {names}. Comparing with them in a cell of your own is good practice."
                "\n\n</details>"
            )
        return "\n\n".join(lines)


def _tags(*tags: str) -> str:
    """The tags of a cell, each once, as a notebook must have them."""
    return "tags=[" + ", ".join(f'"{tag}"' for tag in dict.fromkeys(tags)) + "]"


def _folded(region: Region) -> str:
    """A region's hints, each folded away."""
    where = region.qualname
    return "\n\n".join(
        f"<details><summary>Hint for <code>{where}</code>: {hint.kind}</summary>\n\n"
        f"```text\n{hint.text}\n```\n\n</details>"
        for hint in region.hints
    )


def _cell(code: str, options: str = "") -> str:
    return f"```python {options}".rstrip() + f"\n{code.strip()}\n```"


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
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
