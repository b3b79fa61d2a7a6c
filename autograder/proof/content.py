"""What the outcome of a trial rests on, by exercise: a change elsewhere leaves it valid."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from autograder.assignment.known_answers import Mistake, read_mistakes
from autograder.assignment.load import Assignment
from autograder.assignment.manifest import Exercise


class Contents:
    """Hashes of what each exercise of an assignment rests on.

    That is: manifest, reference modules and support functions, the modules with its checks and what
    they import of their folder, and its mistakes, which name a failure.

    Args:
        assignment: the assignment.
    """

    def __init__(self, assignment: Assignment) -> None:
        folder = assignment.folder
        shared = [
            folder / "assignment.toml",
            *sorted(folder.glob("*.py")),
            *sorted(folder.glob("checks/support*.py")),
        ]
        mistakes = read_mistakes(folder, assignment.manifest)
        self._digests = {}
        for exercise in assignment.manifest.enabled_exercises:
            modules = {
                Path(check.function.__code__.co_filename)
                for check in assignment.checks_of(exercise)
            }
            files = [*shared, *sorted(_with_imports(modules))]
            self._digests[exercise.name] = _hashed(files, _about(exercise, mistakes))

    def digest(self, exercises: Iterable[str]) -> str:
        """One hash for several exercises."""
        joined = " ".join(self._digests[name] for name in sorted(exercises))
        return hashlib.sha256(joined.encode()).hexdigest()


def _about(exercise: Exercise, mistakes: Iterable[Mistake]) -> bytes:
    return msgspec.json.encode(
        [made for made in mistakes if exercise.name in (made.exercise, *made.also)]
    )


def _hashed(files: Iterable[Path], more: bytes) -> str:
    total = hashlib.sha256(more)
    for path in files:
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _with_imports(modules: Iterable[Path]) -> set[Path]:
    """Modules and those of the same folder that they import, at any remove."""
    seen: set[Path] = set()
    waiting = list(modules)
    while waiting:
        path = waiting.pop()
        if path in seen or not path.exists():
            continue
        seen.add(path)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == 1:
                names = [node.module] if node.module else [alias.name for alias in node.names]
                waiting += [path.with_name(f"{name}.py") for name in names]
    return seen
