"""Let student modules import each other, and never let one stand in for an installed module."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Collection, Iterable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import BuiltinImporter, FrozenImporter, ModuleSpec, PathFinder
from types import ModuleType
from typing import Protocol

from checkkit.reading.file_names import import_names, resolve_import
from checkkit.reading.source_text import walk


class Modules(Protocol):
    """What the finder asks of the loaded submission."""

    def module_for(self, path: str) -> ModuleType | None:
        """Return the one module object of a student's file, None if the file is unreadable."""

    def run_module(self, path: str) -> None:
        """Run the file unless it has run; raise SyntaxError if it is unreadable."""


NOTEBOOK = "notebook"
"""Name of the module in which a notebook's cells run; no module of the student's may have it."""


def is_installed(name: str) -> bool:
    """Say whether an import of this top-level name would find something without the student."""
    if name in sys.modules or name == NOTEBOOK:
        return True
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return True


def student_names(paths: Iterable[str]) -> dict[str, str]:
    """Return which import name means which student file, without those of installed modules."""
    names = import_names(paths)
    installed = {top for top in {name.split(".")[0] for name in names} if is_installed(top)}
    return {name: path for name, path in names.items() if name.split(".")[0] not in installed}


class StudentFinder(MetaPathFinder):
    """Finds student modules by name; for names that are also installed, only the installed module.

    Stands first on `sys.meta_path`, since a student's own `sys.path.append(".")` must not make
    Python load a second copy of a module, or a student's `random.py`: which names are installed is
    decided before any student code runs.
    """

    def __init__(self, code: Modules, paths: Collection[str], folder: str) -> None:
        self.names = student_names(paths)
        self._installed = {name.split(".")[0] for name in import_names(paths).keys() - self.names}
        self._code = code
        self._folder = folder
        self._packages = {
            name.rpartition(".")[0] for name in self.names if "." in name
        } - self.names.keys()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Answer Python's question for a module (the meta path protocol)."""
        if name in self._packages:
            return ModuleSpec(name, _PackageLoader(), is_package=True)
        if name in self.names:
            return ModuleSpec(name, _StudentLoader(self._code, self.names[name]))
        if name in self._installed:
            return self._installed_spec(name)
        return None

    def _installed_spec(self, name: str) -> ModuleSpec | None:
        clean = [entry for entry in sys.path if entry and not entry.startswith(self._folder)]
        found = BuiltinImporter.find_spec(name) or FrozenImporter.find_spec(name)
        return found or PathFinder.find_spec(name, clean)


class _StudentLoader(Loader):
    """Hands the import system the module that the submission already has."""

    def __init__(self, code: Modules, path: str) -> None:
        self._code = code
        self._path = path
        self._spec: object = None

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module = self._code.module_for(self._path)
        self._spec = getattr(module, "__spec__", None)
        return module

    def exec_module(self, module: ModuleType) -> None:
        if self._spec is not None:
            module.__spec__ = self._spec  # type: ignore[assignment]
        self._code.run_module(self._path)


class _PackageLoader(Loader):
    """Makes the empty module of a folder without `__init__.py`."""

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        module.__path__ = []


def make_imports_absolute(tree: ast.Module, path: str, names: Collection[str]) -> None:
    """Rewrite relative imports in place, since a file that is run alone has no package."""
    for parent in walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(parent, field, None)
            if isinstance(block, list):
                block[:] = [_absolute(node, path, names) for node in block]


def _absolute(node: ast.stmt, path: str, names: Collection[str]) -> ast.stmt:
    if not (isinstance(node, ast.ImportFrom) and node.level):
        return node
    target = resolve_import(path, node.module, node.level, names)
    new: ast.stmt
    if target:
        new = ast.ImportFrom(module=target, names=node.names, level=0)
    else:
        new = ast.Import(names=node.names)
    return ast.copy_location(new, node)
