"""Find the lines that students get to read and that quote a solution: hints, docstrings, prose."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from autograder.assignment.manifest import FILE_NAME, Manifest
from autograder.assignment.manifest_problems import Fault, ManifestError, attempt
from autograder.assignment.module_text import read_source
from autograder.handout.build import PROSE
from autograder.handout.lexing import words
from autograder.handout.sources import MarkedModule
from autograder.handout.story_pieces import STORY
from autograder.handout.withheld import Solutions, without_regions

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def quotations(
    folder: Path, manifest: Manifest, modules: tuple[MarkedModule, ...]
) -> list[ManifestError]:
    """Where the texts that are handed out quote a solution, with file and line.

    Args:
        folder: the assignment's folder.
        manifest: what it says.
        modules: its reference modules.
    """
    worked = {made.name for made in manifest.exercises if made.tier == "given"}
    solutions = Solutions(modules, worked=worked)
    errors: list[ManifestError] = []
    texts = [(folder / module.file, without_regions(module, worked)) for module in modules]
    for path in _other_texts(folder):
        text = attempt(errors, read_source, path)
        texts += [] if text is None else [(path, text)]
    for path in sorted(folder.glob("checks/test_*.py")):
        text = attempt(errors, read_source, path)
        texts += [] if text is None else [(path, _titles_and_hints(text))]
    for path in sorted(folder.glob("mistakes/*.toml")):
        text = attempt(errors, read_source, path)
        texts += [] if text is None else [(path, _explanations(text))]
    for path, text in texts:
        for line, exercise in _quoted(text, solutions).items():
            told = f"this line quotes the solution of {exercise}, and students read it"
            advice = "say it in other words, or take it out"
            errors.append(ManifestError(faults=[Fault(str(path), line, 0, told, advice)]))
    return errors


def _other_texts(folder: Path) -> Iterator[Path]:
    """What students read besides the modules."""
    for name in (STORY, PROSE, FILE_NAME, "checks/support*.py"):
        yield from sorted(folder.glob(name))


def _titles_and_hints(text: str) -> str:
    """A module of checks, with nothing but its decorators on their lines; feedback tells these."""
    try:
        tree = ast.parse(text)
    except SyntaxError:  # told elsewhere
        return ""
    told = {
        line
        for made in ast.walk(tree)
        if isinstance(made, ast.FunctionDef)
        for decorator in made.decorator_list
        for line in range(decorator.lineno, (decorator.end_lineno or decorator.lineno) + 1)
    }
    return "\n".join(
        line if number in told else "" for number, line in enumerate(text.split("\n"), 1)
    )


def _explanations(text: str) -> str:
    """A file of mistakes with its sentences alone: what makes a mistake quotes what it changes."""
    kept: list[str] = []
    entry: list[str] = []
    for line in text.split("\n"):
        entry.append(line)
        try:
            made = tomllib.loads("\n".join(entry))
        except tomllib.TOMLDecodeError:
            continue
        told = made.keys() & {"name", "explanation", "hint"}
        kept += entry if told else [""] * len(entry)
        entry = []
    return "\n".join(kept)


def _quoted(text: str, solutions: Solutions) -> dict[int, str]:
    """The lines in which a quotation begins, each with the exercise it is of."""
    lines: list[int] = []
    everything: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        found = words(line)
        everything += found
        lines += [number] * len(found)
    quoted: dict[int, str] = {}
    end = 0
    for position, secret in solutions.find(everything):
        if position >= end:
            quoted.setdefault(lines[position], secret.exercise)
        end = max(end, position + len(secret.words))
    return quoted
