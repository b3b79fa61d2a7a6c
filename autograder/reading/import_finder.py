"""Let student modules import each other, and never let one stand in for an installed module."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import BuiltinImporter, FrozenImporter, ModuleSpec, PathFinder
from types import ModuleType
from typing import Protocol

from autograder.reading.file_names import import_names
from autograder.reading.own_imports import OWN


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
    if name == NOTEBOOK:
        return True
    try:
        return _installed_spec(name, "") is not None
    except (ImportError, ValueError, AttributeError):
        return True


def student_names(paths: Iterable[str]) -> dict[str, str]:
    """Return which import name means which student file; `OWN` is put before installed names."""
    names = import_names(paths)
    installed = {top for top in {name.split(".")[0] for name in names} if is_installed(top)}
    return {
        (OWN if name.split(".")[0] in installed else "") + name: path
        for name, path in names.items()
    }


def _installed_spec(name: str, folder: str) -> ModuleSpec | None:
    """Find an installed module: not one in `folder`, nor beside the handout's own files."""
    found = BuiltinImporter.find_spec(name) or FrozenImporter.find_spec(name)
    if found is not None:
        return found
    places = [
        entry
        for entry in sys.path
        if entry
        and not (folder and entry.startswith(folder))
        and not os.path.exists(os.path.join(entry, "tests", "plain", "exercises.json"))
    ]
    return PathFinder.find_spec(name, places)


class StudentFinder(MetaPathFinder):
    """Finds student modules by name; for names that are also installed, the installed module.

    Stands first on `sys.meta_path`, since a student's own `sys.path.append(".")` must not make
    Python load a second copy of a module, or a student's `random.py`: which names are installed is
    decided before any student code runs. An own module of such a name has another one here, see
    `own_imports`.
    """

    def __init__(self, code: Modules, paths: Collection[str], folder: str) -> None:
        self.names = student_names(paths)
        self._installed = {
            name[len(OWN) :].split(".")[0] for name in self.names if name.startswith(OWN)
        }
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
            return _installed_spec(name, self._folder)
        return None


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
