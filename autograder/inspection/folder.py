"""Look over everything an author wrote, without running any of it but the imports of the checks."""

from __future__ import annotations

import linecache
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from autograder.assignment.known_answers import read_mistakes
from autograder.assignment.load import load_assignment
from autograder.assignment.manifest import Manifest, read_manifest
from autograder.assignment.manifest_problems import Fault, ManifestError, attempt
from autograder.assignment.module_text import read_python, read_source
from autograder.assignment.right_answers import read_alternatives
from autograder.handout.notebook import render_notebook
from autograder.handout.sources import MarkedModule, read_marked
from autograder.handout.story_cells import story_problems
from autograder.handout.story_pieces import STORY
from autograder.inspection.check_modules import Known, check_problems, uncovered
from autograder.inspection.quoted_solutions import quotations
from autograder.templating import templates_folder


def inspect_folder(folder: Path) -> tuple[Fault, ...]:
    """Every fault of an assignment that shows without running it, in the order of files and lines.

    Args:
        folder: the assignment's folder.
    """
    errors: list[ManifestError] = []
    manifest = attempt(errors, read_manifest, folder)
    for path in _python_files(folder):
        attempt(errors, read_python, path)
    errors += story_problems(folder / STORY)
    if manifest is not None:
        modules = attempt(errors, read_marked, manifest, folder)
        errors += check_problems(folder, _known(folder, manifest))
        assignment = attempt(errors, load_assignment, folder)
        errors += uncovered(assignment) if assignment is not None else []
        attempt(errors, read_alternatives, folder, manifest)
        attempt(errors, read_mistakes, folder, manifest)
        if modules is not None:
            attempt(errors, _render_story, folder, manifest, modules)
            errors += quotations(folder, manifest, modules)
    return completed((fault for error in errors for fault in error.faults), folder)


def refuse(faults: Sequence[Fault], folder: Path) -> None:
    """Refuse an assignment in which there are faults.

    Raises:
        ManifestError: tells every fault.
    """
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise ManifestError("\n".join([f"{folder}: {count}", *map(str, faults)]), faults)


def completed(faults: Iterable[Fault], folder: Path) -> tuple[Fault, ...]:
    """Faults in order, each once, with column and line of text, as the user named the folder."""
    return tuple(_once(_complete(fault, folder) for fault in faults))


def _python_files(folder: Path) -> Iterator[Path]:
    for place in ("*.py", "checks/*.py", "alternatives/*.py"):
        yield from sorted(folder.glob(place))


def _known(folder: Path, manifest: Manifest) -> Known:
    """The names that checks may ask for, as far as their files can be read."""
    trees = {}
    for path in _python_files(folder):
        try:
            trees[path.relative_to(folder).as_posix()] = read_python(path)[1]
        except ManifestError:
            continue
    return Known.of(manifest, trees)


def _render_story(folder: Path, manifest: Manifest, modules: tuple[MarkedModule, ...]) -> None:
    render_notebook(templates_folder(), folder, manifest, modules)


def _complete(fault: Fault, folder: Path) -> Fault:
    """The fault with its column and line of text, and its file named from where the user is."""
    line, column, shown = fault.line, fault.column, fault.excerpt
    if fault.file and line and not shown:
        try:
            lines = read_source(Path(fault.file)).split("\n")
        except ManifestError:
            lines = linecache.getlines(fault.file)
        shown = lines[line - 1] if line <= len(lines) else ""
    if line and not column:
        column = len(shown) - len(shown.lstrip()) + 1
    return Fault(_from_here(fault.file, folder), line, column, fault.problem, fault.advice, shown)


def _from_here(file: str, folder: Path) -> str:
    """A file below the assignment's folder as the user named that folder."""
    if file and Path(file).is_relative_to(folder.resolve()):
        return str(folder / Path(file).relative_to(folder.resolve()))
    return file


def _once(faults: Iterable[Fault]) -> list[Fault]:
    """Faults in order, each once: what is told of a line twice came of one cause."""
    kept: dict[tuple[str, int, str], Fault] = {}
    lines: set[tuple[str, int]] = set()
    for fault in faults:
        if not fault.line or (fault.file, fault.line) not in lines:
            kept.setdefault((fault.file, fault.line, fault.problem), fault)
        lines.add((fault.file, fault.line))
    return sorted(kept.values())
