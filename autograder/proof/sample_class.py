"""A small class made from an assignment itself: right, wrong, unfinished and hostile work.

What a newcomer sees the main job on, and what the tests of the pipeline grade.
"""

from __future__ import annotations

import io
import textwrap
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment.known_answers import Mistake, apply, read_mistakes
from autograder.assignment.load import Assignment
from autograder.assignment.manifest import Exercise, Manifest
from autograder.assignment.right_answers import read_alternatives
from autograder.handout.notebook import render_notebook
from autograder.handout.regions import find_regions
from autograder.handout.skeleton import skeleton_source, worked_source
from autograder.handout.sources import MarkedModule, read_marked
from autograder.templating import templates_folder

_MISTAKES = 4

_ENDLESS = "while True:\n    pass"
_HOG = "hoard = []\nwhile True:\n    hoard.append(bytearray(64 << 20))"
_CHEAT = """\
import glob
import os

for path in glob.glob("/**/checks/test_*.py", recursive=True) + ["/etc/shadow"]:
    try:
        print(open(path).read())
    except OSError:
        pass
print(dict(os.environ))


class AlwaysRight:
    __array_priority__ = 1e9

    def __eq__(self, other):
        return True

    def __array__(self, *args, **kwargs):
        raise SystemExit(0)


return AlwaysRight()"""


@dataclass(frozen=True)
class Sample:
    """One submission of the class.

    Attributes:
        name: says what it is.
        story: one sentence for a newcomer.
        files: content by path; a single path without a folder is an entry of its own.
    """

    name: str
    story: str
    files: Mapping[str, bytes]

    def write(self, folder: Path) -> None:
        """Put it among the submissions of a class."""
        for path, content in self.files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def sample_class(assignment: Assignment) -> Iterator[Sample]:
    """The samples, one after the other; the same assignment gives the same bytes."""
    manifest, folder = assignment.manifest, assignment.folder
    modules = read_marked(manifest, folder)
    by_file = {module.file: module for module in modules}
    right = {module.file: worked_source(module.source, module.regions) for module in modules}
    # Most leave the bonus out; with it, the cap on the total would hide what the others lose.
    core = {made.name for made in manifest.exercises if made.tier != "bonus"}
    usual = {
        file: _without_bonus(right_one.source, file, core) for file, right_one in by_file.items()
    }
    data = {
        file.name: (folder / file.name).read_bytes()
        for file in manifest.files
        if file.data and (folder / file.name).exists()
    }

    def in_folder(name: str, story: str, changed: Mapping[str, str]) -> Sample:
        texts = {**usual, **changed}
        files = {f"{name}/{file}": text.encode() for file, text in texts.items()}
        files.update({f"{name}/{file}": content for file, content in data.items()})
        return Sample(name, story, files)

    yield in_folder("right", "the reference itself, bonus included", right)
    for alternative in read_alternatives(folder, manifest):
        if alternative.convention:
            file = manifest.exercise(alternative.exercise).file
            text = f"{usual[file]}\n\n{alternative.source}"
            told = f"right under another convention ({alternative.exercise}: {alternative.title})"
            yield in_folder("right-other-convention", told, {file: text})
            break
    for mistake in _various(read_mistakes(folder, manifest), manifest):
        file, text = apply([mistake], folder, manifest)
        told = f"a named mistake in {mistake.exercise}: {mistake.name}"
        changed = {file: _without_bonus(text, file, core)}
        yield in_folder(f"mistake-in-{mistake.exercise}", told, changed)
    half = modules[len(modules) // 2 :]
    yield in_folder(
        "unfinished",
        "the second half of the files is still the skeleton",
        {module.file: skeleton_source(module.source, module.regions) for module in half},
    )
    first, exercise = modules[0], _numeric_exercise(assignment)
    broken = usual[first.file] + "\n\ndef unfinished(:\n    return\n"
    yield in_folder("syntax-error", f"{first.file} does not parse", {first.file: broken})
    yield _notebook(assignment, modules, data)
    yield _zipped(right, data)
    for name, story, body in (
        ("endless-loop", "never comes back", _ENDLESS),
        ("memory-hog", "takes all the memory it can get", _HOG),
        ("cheat", "looks for the checks and returns an object that equals everything", _CHEAT),
    ):
        told = f"{exercise.name} {story}"
        text = _without_bonus(_replaced(modules, exercise, body), exercise.file, core)
        yield in_folder(name, told, {exercise.file: text})


def _without_bonus(source: str, file: str, core: set[str]) -> str:
    return skeleton_source(source, find_regions(source, file), worked=core)


def _various(mistakes: Sequence[Mistake], manifest: Manifest) -> Iterator[Mistake]:
    """One mistake from each of some files, where most points are to be lost."""
    files: set[str] = set()
    by_points = sorted(manifest.enabled_exercises, key=lambda made: -made.points)
    for made in by_points:
        found = [mistake for mistake in mistakes if mistake.exercise == made.name]
        if found and made.kind == "code" and made.file not in files and len(files) < _MISTAKES:
            files.add(made.file)
            yield found[0]


def _numeric_exercise(assignment: Assignment) -> Exercise:
    return next(
        made
        for made in assignment.manifest.enabled_exercises
        if made.kind == "code" and made.uses == "numpy"
    )


def _replaced(modules: tuple[MarkedModule, ...], exercise: Exercise, body: str) -> str:
    """The exercise's file with other statements in its last region."""
    module = next(module for module in modules if module.file == exercise.file)
    region = [made for made in module.regions if made.exercise == exercise.name][-1]
    lines = module.source.split("\n")
    indented = textwrap.indent(body, " " * region.indent).split("\n")
    lines[region.start : region.end - 1] = indented  # between the markers
    return "\n".join(lines)


def _notebook(
    assignment: Assignment, modules: tuple[MarkedModule, ...], data: Mapping[str, bytes]
) -> Sample:
    text = render_notebook(
        templates_folder(), assignment.folder, assignment.manifest, modules, solution=True
    )
    files = {f"notebook/{name}": content for name, content in data.items()}
    files[f"notebook/{assignment.manifest.assignment.name}_final.ipynb"] = text.encode()
    return Sample("notebook", "the filled-in notebook, under another name", files)


def _zipped(right: Mapping[str, str], data: Mapping[str, bytes]) -> Sample:
    """A zip as people make them: a folder inside, and what macOS adds."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in right.items():
            stem = name.removesuffix(".py")
            archive.writestr(zipfile.ZipInfo(f"my work/{stem} (1).py"), text)
        for name, content in data.items():
            archive.writestr(zipfile.ZipInfo(f"my work/{name}"), content)
        archive.writestr(zipfile.ZipInfo("__MACOSX/my work/._optimizers.py"), b"\0\5\26\7")
        archive.writestr(zipfile.ZipInfo("my work/.DS_Store"), b"\0\0\0\1Bud1")
    told = "a zip with a folder in it, renamed files and what macOS adds"
    return Sample("zipped", told, {"zipped.zip": buffer.getvalue()})
