"""Read an assignment's folder: manifest, checks, public support, and the reference on demand."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.assignment.manifest import Exercise, Manifest, read_manifest
from autograder.assignment.problems import ManifestError
from autograder.kit import Check, checks_in

SUPPORT = "support.py"
_SUPPORT_FILES = "support*.py"


class Reference:
    """The reference solution's top-level names; a module is imported when one is first asked for.

    Args:
        folder: the assignment's folder.
        files: file of each name, such as ``{"SGD": "optimizers.py"}``.
    """

    def __init__(self, folder: Path, files: dict[str, str]) -> None:
        self._folder = folder
        self._files = files
        self._modules: dict[str, ModuleType] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in self._files:
            raise AttributeError(name)
        file = self._files[name]
        if file not in self._modules:
            unique = _unique_name("reference", self._folder / file)
            self._modules[file] = _import_file(unique, self._folder / file)
        return getattr(self._modules[file], name)


@dataclass(frozen=True)
class Assignment:
    """One assignment, read and validated.

    Attributes:
        folder: where it lives, such as ``solutions/t6``.
        manifest: what ``assignment.toml`` says.
        checks: every check of an enabled exercise, in the manifest's order of exercises.
        support_source: source of the public support functions, ``checks/support*.py`` as one.
        support_names: what it defines.
        classes: names of exercises' definitions that are classes in the reference.
        reference: the reference solution.
        digest: content hash of everything that can change a grade.
    """

    folder: Path
    manifest: Manifest
    checks: tuple[Check, ...]
    support_source: str
    support_names: frozenset[str]
    classes: frozenset[str]
    reference: Reference
    digest: str

    def checks_of(self, exercise: Exercise) -> tuple[Check, ...]:
        """The checks of one exercise, in the order of their definition."""
        return tuple(check for check in self.checks if check.exercise == exercise.name)

    def unchecked(self) -> tuple[Exercise, ...]:
        """Exercises that have points and no check, which nobody could earn."""
        return tuple(
            exercise
            for exercise in self.manifest.enabled_exercises
            if exercise.kind == "code" and not self.checks_of(exercise)
        )

    def support(self) -> dict[str, Any]:
        """The public support functions by name, for hosts in this process."""
        names: dict[str, Any] = {"__name__": "support"}
        exec(compile(self.support_source, SUPPORT, "exec"), names)
        return {name: value for name, value in names.items() if not name.startswith("_")}


def load_assignment(folder: Path) -> Assignment:
    """Read the assignment in a folder.

    Raises:
        ManifestError: the manifest or a check is not valid; names the file, what was found and what
            was expected.
    """
    folder = folder.resolve()
    manifest = read_manifest(folder)
    found = list(_all_checks(folder))
    _refuse_odd_checks(folder, manifest, found)
    support = "\n\n".join(
        path.read_text(encoding="utf-8") for path in sorted(folder.glob(f"checks/{_SUPPORT_FILES}"))
    )
    return Assignment(
        folder=folder,
        manifest=manifest,
        checks=tuple(
            check
            for exercise in manifest.enabled_exercises
            for check in found
            if check.exercise == exercise.name
        ),
        support_source=support,
        support_names=frozenset(
            node.name
            for node in ast.parse(support).body
            if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        ),
        classes=_classes(folder, manifest),
        reference=Reference(
            folder, {exercise.provides: exercise.file for exercise in manifest.exercises}
        ),
        digest=_digest(folder),
    )


def _all_checks(folder: Path) -> Iterator[Check]:
    package = _unique_name("checks", folder)
    initial = folder / "checks" / "__init__.py"
    if not initial.exists():
        raise ManifestError(f"{initial}: missing; checks/ must be a package with test_*.py modules")
    _import_file(package, initial, package=True)
    for path in sorted((folder / "checks").glob("test_*.py")):
        yield from checks_in(_import_file(f"{package}.{path.stem}", path))


def _refuse_odd_checks(folder: Path, manifest: Manifest, found: list[Check]) -> None:
    known = {exercise.name for exercise in manifest.exercises}
    names: set[str] = set()
    for check in found:
        file = Path(check.function.__code__.co_filename).name
        at = f"{folder / 'checks' / file}: check {check.name!r}"
        if check.exercise not in known:
            raise ManifestError(f"{at}: no exercise {check.exercise!r} in assignment.toml")
        if check.name in names:
            raise ManifestError(f"{at}: this name is taken; names must be unique in an assignment")
        names.add(check.name)


def _import_file(name: str, path: Path, package: bool = False) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        name, path, submodule_search_locations=[str(path.parent)] if package else None
    )
    if spec is None or spec.loader is None:
        raise ManifestError(f"{path}: cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise ManifestError(f"{path}:{error.lineno}: {error.msg}") from error
    except Exception as error:
        lines = [
            f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)
        ]
        at = f":{lines[-1]}" if lines else ""
        raise ManifestError(f"{path}{at}: {type(error).__name__}: {error}") from error
    return module


def _classes(folder: Path, manifest: Manifest) -> frozenset[str]:
    # Read here, once: building syntax trees in several threads at a time fails in CPython 3.11.
    defined: set[tuple[str, str]] = set()
    for file in manifest.modules:
        if (folder / file.name).exists():
            tree = ast.parse((folder / file.name).read_text(encoding="utf-8"), file.name)
            defined |= {(file.name, n.name) for n in tree.body if isinstance(n, ast.ClassDef)}
    return frozenset(
        made.provides for made in manifest.exercises if (made.file, made.provides) in defined
    )


def _unique_name(role: str, path: Path) -> str:
    return f"_{role}_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"


def _digest(folder: Path) -> str:
    """Hash of the manifest, the checks and the reference modules, by relative path and content."""
    total = hashlib.sha256()
    for path in sorted(
        [folder / "assignment.toml", *folder.glob("*.py"), *folder.glob("checks/*.py")]
    ):
        total.update(str(path.relative_to(folder)).encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
