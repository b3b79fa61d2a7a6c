"""Render the notebook: the assignment's story in Markdown, with code cells cut from the modules.

The story is ``notebook.md`` in the assignment's folder, wrapped by ``templates/notebook.md.j2``.
Jinja's delimiters are ``<< >>`` and ``<% %>`` there, since formulas are full of braces. Cells that
only show something on top of the exercises are tagged ``experiment`` and a name of their own:
grading skips them.
"""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
import nbformat

from autograder.assignment.manifest import Exercise, Manifest
from autograder.assignment.manifest_problems import Fault, ManifestError, nearest, raise_all
from autograder.assignment.wording import points
from autograder.extras import needed
from autograder.handout.regions import Region
from autograder.handout.skeleton import preamble, segments, skeleton_source, worked_source
from autograder.handout.sources import MarkedModule
from autograder.handout.story_cells import story_problems

STORY = "notebook.md"
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
    pieces = Pieces(manifest, modules, solution, story)
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
    _finish(notebook, manifest, solution)
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        raise ManifestError(f"{story}: not a valid notebook: {error.message}") from None
    return str(nbformat.writes(notebook)) + "\n"


class Pieces:
    """What the story can put in: cells cut from the modules.

    Attributes:
        used: exercises that were put in.
        errors: what the story asked for and there is not.
    """

    def __init__(
        self, manifest: Manifest, modules: Sequence[MarkedModule], solution: bool, story: Path
    ) -> None:
        self.used: set[str] = set()
        self.errors: list[ManifestError] = []
        self._story = story
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
        if not all([self._is_known("exercise", one, self._exercises) for one in (name, *also)]):
            return ""
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
        if not self._is_known("file", file, self._segments):
            return ""
        if not all([self._is_known(f"{file} with", n, self._segments[file]) for n in names]):
            return ""
        code = "\n\n\n".join(self._segments[file][name].strip() for name in names)
        return _cell(code, _tags("given", names[0]))

    def preamble(self, file: str) -> str:
        """One code cell with the imports and constants of a file."""
        if not self._is_known("file", file, self._preambles):
            return ""
        return _cell(self._preambles[file], _tags("given", f"imports-{Path(file).stem}"))

    def check(self, name: str) -> str:
        """The cell that runs an exercise's public checks."""
        if not self._is_known("exercise", name, self._exercises):
            return ""
        return _cell(f'grader.check("{name}")', _tags("check", name))

    def _is_known(self, kind: str, name: str, known: Iterable[str]) -> bool:
        """Whether there is something of a name; where there is not, the story's line is kept."""
        names = list(known)
        if name not in names:
            line = _line_of_template(STORY)
            fault = Fault(str(self._story), line, 0, f"no {kind} {name!r}", nearest(name, names))
            self.errors.append(ManifestError(faults=[fault]))
        return name in names

    def _heading(self, made: Exercise, also: Sequence[Exercise]) -> str:
        lines = []
        for one in (made, *also):
            bonus = ", bonus" if one.tier == "bonus" else ""
            worth = f"{points(self._points(one))}{bonus}"
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


def _line_of_template(name: str) -> int:
    """The line of a template that is rendered right now; 0 if it is not being rendered."""
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        template = frame.f_globals.get("__jinja_template__")
        if isinstance(template, jinja2.Template) and template.name == name:
            return template.get_corresponding_lineno(frame.f_lineno)
    return 0


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
