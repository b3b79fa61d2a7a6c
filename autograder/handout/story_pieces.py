"""What the story can put into the notebook: cells cut from the modules, headings, folded hints."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import jinja2

from autograder.assignment.manifest import Exercise, Manifest
from autograder.assignment.manifest_problems import Fault, ManifestError, nearest
from autograder.assignment.wording import points
from autograder.handout.cell_needs import ModuleParts
from autograder.handout.regions import Region
from autograder.handout.skeleton import preamble, segments, skeleton_source, worked_source
from autograder.handout.sources import MarkedModule
from autograder.handout.switched_off import names_off

STORY = "notebook.md"


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
        self._off = names_off(manifest)
        self._texts: dict[str, tuple[str, str]] = {}
        self._segments: dict[str, Mapping[str, str]] = {}
        self._preambles: dict[str, str] = {}
        given = {made.name for made in manifest.exercises if made.tier == "given"}
        for module in modules:
            for region in module.regions:
                self._regions.setdefault(region.exercise, []).append(region)
            text = (
                worked_source(module.source, module.regions)
                if solution
                else skeleton_source(module.source, module.regions, worked=given)
            )
            worked = worked_source(module.source, module.regions)
            self._texts[module.file] = (text, worked)
            self._segments[module.file] = segments(text)
            self._preambles[module.file] = preamble(text)

    def exercise(self, name: str, *also: str) -> str:
        """Heading, hints, the code cell and the check cell of an exercise.

        One that is answered in a file has a line that names it in the place of hints and code.

        Args:
            name: the exercise.
            also: further exercises that the same definition answers.
        """
        if not all([self._is_known("exercise", one, self._exercises) for one in (name, *also)]):
            return ""
        if self._exercises[name].provides in self._off:
            return ""
        made = self._exercises[name]
        self.used |= {name, *also}
        if made.kind == "data":
            asked = [self._heading(made, []), f"Write `{made.file}`, beside this notebook."]
            return "\n\n".join([*asked, *([self.check(name)] if made.public else [])])
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
        if not self._exercises[name].enabled:
            return ""
        return _cell(f'grader.check("{name}")', _tags("check", name))

    def parts(self) -> dict[str, ModuleParts]:
        """The module that each exercise and each definition comes from, cut into statements."""
        asked = frozenset(made.provides for made in self._exercises.values())
        found: dict[str, ModuleParts] = {}
        for file, (text, worked) in self._texts.items():
            parts = ModuleParts(Path(file).stem, text, asked, worked)
            found |= dict.fromkeys(parts.defines, parts)
            for made in self._exercises.values():
                if made.file == file:
                    found[made.name] = parts
        return found

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
