"""Read an assignment's folder: manifest, checks, public support, and the reference on demand."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.assignment.manifest import FILE_NAME, Exercise, Manifest, read_manifest
from autograder.assignment.manifest_problems import (
    Fault,
    ManifestError,
    attempt,
    nearest,
    raise_all,
)
from autograder.assignment.module_text import read_python
from autograder.kit import Check, checks_in
from autograder.kit.data_files import CODE

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
        data: the data files that are handed out, by path: students have them, and so has what
            they hand in while it is graded.
        digest: content hash of everything that can change a grade.
    """

    folder: Path
    manifest: Manifest
    checks: tuple[Check, ...]
    support_source: str
    support_names: frozenset[str]
    classes: frozenset[str]
    reference: Reference
    data: Mapping[str, bytes]
    digest: str

    def checks_of(self, exercise: Exercise) -> tuple[Check, ...]:
        """The checks of one exercise, in the order of their definition."""
        return tuple(check for check in self.checks if check.exercise == exercise.name)

    def unchecked(self) -> tuple[Exercise, ...]:
        """Exercises with points that nobody could earn: no check gives them, and no person."""
        return tuple(
            exercise
            for exercise in self.manifest.enabled_exercises
            if exercise.points > exercise.manual_points and not self.checks_of(exercise)
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
    support = _support(folder)
    found = _all_checks(folder)
    _refuse_odd_checks(folder, manifest, found)
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
        data={
            file.name: (folder / file.name).read_bytes()
            for file in manifest.extras
            if not file.name.endswith(CODE) and (folder / file.name).is_file()
        },
        digest=_digest(folder, manifest),
    )


def _support(folder: Path) -> str:
    """Source of the public support functions."""
    return "\n\n".join(
        read_python(path)[0] for path in sorted(folder.glob(f"checks/{_SUPPORT_FILES}"))
    )


def _all_checks(folder: Path) -> list[Check]:
    """The checks of all modules, each of which is imported.

    Raises:
        ManifestError: modules cannot be read or imported.
    """
    package = _unique_name("checks", folder)
    initial = folder / "checks" / "__init__.py"
    if not initial.exists():
        raise ManifestError(f"{initial}: missing; checks/ must be a package with test_*.py modules")
    _import_file(package, initial, package=True)
    errors: list[ManifestError] = []
    modules = [
        attempt(errors, _import_file, f"{package}.{path.stem}", path)
        for path in sorted((folder / "checks").glob("test_*.py"))
    ]
    raise_all(errors)
    return [check for module in modules if module is not None for check in checks_in(module)]


def _refuse_odd_checks(folder: Path, manifest: Manifest, found: list[Check]) -> None:
    known = [exercise.name for exercise in manifest.exercises]
    names: dict[str, str] = {}
    faults = []
    for check in found:
        code = check.function.__code__
        file, line = str(folder / "checks" / Path(code.co_filename).name), code.co_firstlineno
        if check.exercise not in known:
            told = f"check {check.name!r}: no exercise {check.exercise!r} in assignment.toml"
            faults.append(Fault(file, line, 0, told, nearest(check.exercise, known)))
        if check.name in names:
            told = f"check {check.name!r}: this name is taken by {names[check.name]}"
            advice = "names must be unique in an assignment"
            faults.append(Fault(file, line, 0, told, advice))
        names.setdefault(check.name, f"{Path(file).name}:{line}")
    if faults:
        raise ManifestError(faults=faults)


def _import_file(name: str, path: Path, package: bool = False) -> ModuleType:
    read_python(path)
    spec = importlib.util.spec_from_file_location(
        name, path, submodule_search_locations=[str(path.parent)] if package else None
    )
    if spec is None or spec.loader is None:
        raise ManifestError(f"{path}: cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise ManifestError(faults=[_fault_of_import(path, error)]) from error
    return module


def _fault_of_import(path: Path, error: BaseException) -> Fault:
    """Where in the assignment an import failed, and why."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if Path(f.filename).is_relative_to(path.parent)]
    file, line = (own[-1].filename, own[-1].lineno or 0) if own else (str(path), 0)
    if isinstance(error, SyntaxError) and error.filename:
        file, line = error.filename, error.lineno or 0
    told = f"importing this raises {type(error).__name__}: {str(error) or 'no message'}"
    return Fault(file, line, 0, told)


def _classes(folder: Path, manifest: Manifest) -> frozenset[str]:
    # Read here, once: building syntax trees in several threads at a time fails in CPython 3.11.
    defined: set[tuple[str, str]] = set()
    for file in manifest.modules:
        if (folder / file.name).exists():
            _, tree = read_python(folder / file.name)
            defined |= {(file.name, n.name) for n in tree.body if isinstance(n, ast.ClassDef)}
    return frozenset(
        made.provides for made in manifest.exercises if (made.file, made.provides) in defined
    )


def _unique_name(role: str, path: Path) -> str:
    return f"_{role}_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"


def files_that_count(folder: Path, manifest: Manifest | None = None) -> list[Path]:
    """What can change a grade: manifest, modules, and checks and data with all that they read."""
    manifest = manifest or read_manifest(folder)
    handed_out = [folder / file.name for file in manifest.extras]
    asked = [path for path in folder.glob("checks/**/*") if "__pycache__" not in path.parts]
    found = {folder / FILE_NAME, *folder.glob("*.py"), *asked, *handed_out}
    return sorted(path for path in found if path.is_file())


def _digest(folder: Path, manifest: Manifest) -> str:
    """Hash of all that can change a grade, by relative path and content.

    Known mistakes only explain, unless one may cost but a part of an exercise's points.
    """
    total = hashlib.sha256()
    capped = manifest.assignment.mistake_cap_percent < 100
    mistakes = sorted(folder.glob("mistakes/*.toml")) if capped else []
    for path in (*files_that_count(folder, manifest), *mistakes):
        total.update(str(path.relative_to(folder)).encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
