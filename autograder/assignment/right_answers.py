"""Right answers that a proof tries: in another style, or calling other exercises.

``alternatives/*.py`` are self-contained modules: the docstring's first line is the title,
``EXERCISE`` names the exercise, ``CONVENTION`` (optional) the accepted convention it follows.
``callers/*.py`` are likewise, and call other exercises, named in ``CALLS``: right answers as long
as those are right.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment.manifest import Manifest
from autograder.assignment.manifest_problems import (
    Fault,
    ManifestError,
    attempt,
    nearest,
    raise_all,
)
from autograder.assignment.module_text import read_python


@dataclass(frozen=True)
class Alternative:
    """A right answer written differently.

    Attributes:
        name: the file's stem.
        title: what is different.
        exercise: the exercise it answers.
        convention: accepted convention it follows, empty for the pinned one.
        source: the module.
        calls: other exercises that it calls.
    """

    name: str
    title: str
    exercise: str
    convention: str
    source: str
    calls: tuple[str, ...] = ()


def read_alternatives(folder: Path, manifest: Manifest) -> tuple[Alternative, ...]:
    """Every alternative of an assignment, in the order of the file names.

    Raises:
        ManifestError: not Python, no docstring, an unknown exercise or convention, or a module
            that does not define what its exercise asks for; tells all there is.
    """
    return _read_answers(folder / "alternatives", manifest)


def read_callers(folder: Path, manifest: Manifest) -> tuple[Alternative, ...]:
    """Every right answer that calls other exercises, in the order of the file names.

    Raises:
        ManifestError: as for alternatives, or it calls nothing that the manifest has.
    """
    callers = _read_answers(folder / "callers", manifest)
    known = [made.name for made in manifest.exercises]
    for made in callers:
        if not made.calls or not set(made.calls) <= set(known):
            path = str(folder / "callers" / f"{made.name}.py")
            told = f"CALLS is {' '.join(made.calls)!r}, expected names of exercises"
            raise ManifestError(faults=[Fault(path, 1, 0, told, "separate them by spaces")])
    return callers


def _read_answers(folder: Path, manifest: Manifest) -> tuple[Alternative, ...]:
    errors: list[ManifestError] = []
    made = [
        attempt(errors, _alternative, path, manifest)
        for path in sorted(folder.glob("*.py"))
        if path.name != "__init__.py"
    ]
    raise_all(errors)
    return tuple(one for one in made if one is not None)


def _alternative(path: Path, manifest: Manifest) -> Alternative:
    exercises = {made.name: made for made in manifest.exercises}
    conventions = [made.name for made in manifest.conventions]
    source, tree = read_python(path)
    named = _constants(tree)
    title = (ast.get_docstring(tree) or "").strip().split("\n")[0]
    exercise, line = named.get("EXERCISE", ("", 1))
    convention, convention_line = named.get("CONVENTION", ("", 1))
    faults = []
    if not title:
        faults.append((1, "no docstring", "its first line is the title of the alternative"))
    if exercise not in exercises:
        told = f"EXERCISE is {exercise!r}, no exercise of the manifest"
        faults.append((line, told, nearest(exercise, exercises)))
    elif exercises[exercise].kind == "code":
        defined = [name for node in tree.body for name in _bound(node)]
        wanted = exercises[exercise].provides
        if wanted not in defined:
            told = f"nothing at the top level of this file is called {wanted}"
            faults.append((line, told, nearest(wanted, defined)))
    if convention and convention not in conventions:
        told = f"CONVENTION is {convention!r}, not in the manifest"
        faults.append((convention_line, told, nearest(convention, conventions)))
    if faults:
        raise ManifestError(faults=[Fault(str(path), at, 0, *words) for at, *words in faults])
    calls = tuple(named.get("CALLS", ("", 1))[0].split())
    return Alternative(path.stem, title, exercise, convention, source, calls)


def _bound(node: ast.stmt) -> list[str]:
    """The names that a top-level statement binds, also by way of an import."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [(alias.asname or alias.name).split(".")[0] for alias in names]
    return [
        inner.id
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
    ]


def _constants(tree: ast.Module) -> dict[str, tuple[str, int]]:
    """The texts that names are given at the top level, each with its line."""
    return {
        node.targets[0].id: (node.value.value, node.lineno)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }
