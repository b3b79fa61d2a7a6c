"""Find the vectors that a public and a hidden check share through a name of their module.

What a public check leans on is handed out with it, so a hidden check that leans on the same name
hides nothing. A literal that stands twice is found in what was rendered, see `withheld`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from autograder.assignment.load import Assignment
from autograder.handout.public_checks import checks_of_module, defined_names, needed_names
from autograder.handout.withheld import is_vector, literal_vectors


def shared_vectors(assignment: Assignment) -> list[str]:
    """One sentence for each name that gives a vector to a public and to a hidden check."""
    trees: dict[str, ast.Module] = {}
    values: dict[str, Mapping[str, Any]] = {}
    for check in assignment.checks:
        path = Path(check.function.__code__.co_filename)
        if path.stem not in trees:
            trees[path.stem] = ast.parse(path.read_text(encoding="utf-8"))
            values[path.stem] = check.function.__globals__
    hidden = {stem: _needed_by_hidden(tree) for stem, tree in trees.items()}
    for tree in list(trees.values()):
        for stem, names in _imported_by_hidden(tree).items():
            if stem in trees:
                hidden[stem] |= needed_names(trees[stem], names)
    problems = []
    for stem, tree in trees.items():
        public, _ = checks_of_module(tree)
        shared = needed_names(tree, {check.name for check in public}) & hidden[stem]
        for node in tree.body:
            for name in sorted(defined_names(node) & shared):
                if any(is_vector(numbers) for numbers in _vectors_of(node, name, values[stem])):
                    problems.append(
                        f"checks/{stem}.py:{node.lineno}: {name} gives a vector to a public and "
                        "to a hidden check; give each of them its own"
                    )
    return problems


def _needed_by_hidden(tree: ast.Module) -> set[str]:
    _, hidden = checks_of_module(tree)
    return needed_names(tree, {check.name for check in hidden})


def _imported_by_hidden(tree: ast.Module) -> dict[str, set[str]]:
    """The names that hidden checks take from sibling modules, by module."""
    needed = _needed_by_hidden(tree)
    found: dict[str, set[str]] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module:
            taken = {alias.name for alias in node.names if (alias.asname or alias.name) in needed}
            found.setdefault(node.module, set()).update(taken)
    return found


def _vectors_of(node: ast.stmt, name: str, values: Mapping[str, Any]) -> Iterator[list[float]]:
    """The vectors that stand in a function or class, or that a name was given, also computed."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        yield from literal_vectors(node)
    else:
        yield from _vectors_in(values.get(name))


def _vectors_in(value: Any) -> Iterator[list[float]]:
    numbers = _numbers(value)
    if numbers is not None:
        yield numbers
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _vectors_in(inner)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for inner in value:
            yield from _vectors_in(inner)


def _numbers(value: Any) -> list[float] | None:
    """The numbers of an array or of lists, nested or not; None for anything else and for shapes."""
    if isinstance(value, np.ndarray):
        return [float(number) for number in value.flat] if value.dtype.kind in "iuf" else None
    if isinstance(value, (int, float)):
        return [float(value)]
    is_shape = isinstance(value, tuple) and all(isinstance(each, int) for each in value)
    if not isinstance(value, (list, tuple)) or is_shape:
        return None
    rows = [_numbers(each) for each in value]
    if any(row is None for row in rows):
        return None
    return [number for row in rows for number in row or ()]
