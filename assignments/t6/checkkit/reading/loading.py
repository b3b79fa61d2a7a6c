"""Run a submission's modules and cells statement by statement, and keep what they define.

A statement that fails is recorded and costs as little as possible; a definition is kept as it is
made, so that a later import of the same name does not replace it.
"""

from __future__ import annotations
import __future__

import ast
import inspect
import linecache
import os
import sys
import time
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from types import CodeType, ModuleType
from typing import Any, Protocol

from checkkit.reading import standins
from checkkit.reading.definitions import IMPORTED, Definition, definitions
from checkkit.reading.file_names import is_ignored, is_safe, normalised, stem
from checkkit.reading.import_finder import NOTEBOOK, StudentFinder
from checkkit.reading.kept_definitions import Space
from checkkit.reading.own_imports import rewrite_imports
from checkkit.reading.source_text import AWAITS, describe, encode, line_of

MAX_PROBLEMS = 50

_NEVER_WRITTEN = (".ipynb", ".pyc", ".pyo", ".pth", ".so", ".pyd", ".dll", ".dylib")


class Stubs(Protocol):
    """Stands in for functions of the submission's."""

    @property
    def names(self) -> Collection[str]:
        """What they are called."""

    def stand_in(self, name: str, own: object) -> object:
        """Return what takes the place of what a name is bound to."""

    def missing(self, name: str) -> object:
        """Return what a name means that nothing in the submission defines."""


class StudentCode:
    """A submission in this process: written to disk, loaded unit by unit, asked for objects.

    Args:
        scratch: an existing, writable folder; it becomes the home of the student's files.
        files: the submission, path to content.
        plan: what `loading_plan.plan` said of the same files.
        stubs: what takes the place of some functions, as soon as they are defined.
    """

    def __init__(
        self,
        scratch: str,
        files: Mapping[str, bytes],
        plan: Mapping[str, Any],
        stubs: Stubs | None = None,
    ) -> None:
        self._stubs = stubs
        self._scratch = os.path.realpath(scratch)
        self._units = {unit["id"]: dict(unit) for unit in plan["units"]}
        self._sources: dict[str, str] = dict(plan["sources"])
        self._exercises = list(plan["exercises"].values())
        self._reports: dict[str, dict[str, Any]] = {}
        self._spaces: dict[str, Space] = {}
        self._filenames: dict[str, str] = {}
        self._write_files(files)
        for unit_id, unit in self._units.items():
            if unit["status"] == "ok":
                self._write_unit(unit_id, unit)
        modules = [unit["file"] for unit in self._units.values() if unit["kind"] == "module"]
        self._finder = StudentFinder(self, modules, self._scratch)
        sys.meta_path.insert(0, self._finder)

    def load(self, unit_id: str) -> dict[str, Any]:
        """Run one unit, once.

        Args:
            unit_id: a unit of the plan; of a notebook, load all `needs` in their order.

        Returns:
            {"ok": bool, "problems": [{"line", "text", "source"}], "seconds": float}

        Raises:
            KeyError: the plan has no such unit.
        """
        if unit_id not in self._reports:
            unit = self._units[unit_id]
            report: dict[str, Any] = {"ok": True, "problems": [], "seconds": 0.0}
            self._reports[unit_id] = report
            started = time.perf_counter()
            if unit["status"] == "ok":
                self._run(unit_id, unit, report["problems"])
                standins.close_figures()
            elif unit["status"] != "skipped":
                report["problems"].append({"line": 0, "text": unit["problem"], "source": ""})
            report["ok"] = not report["problems"]
            report["seconds"] = time.perf_counter() - started
        return self._reports[unit_id]

    def lookup(self, provides: str, unit_id: str) -> object:
        """Return the object that a unit defined under a name.

        A namespace shows it the imports that its cell saw: `Adam(clipnorm=1.0)` in a function
        means Keras's optimizer when that was imported there, though the student defines an `Adam`
        of their own further down.

        Raises:
            KeyError: the definition is missing, or never ran.
        """
        space = self._space(self._units[unit_id]["file"])
        asked = [
            exercise
            for exercise in self._exercises
            if exercise["provides"] == provides and exercise["unit"] == unit_id
        ]
        lines = {exercise["line"] for exercise in asked}
        own = {name for exercise in asked for name in exercise["own"]}
        return space.take(provides, unit_id, lines, own)

    def owns(self, filename: str) -> str | None:
        """Return the unit that a traceback's file name belongs to, None for anything else."""
        return self._filenames.get(filename)

    def without_scratch(self, text: str) -> str:
        """Return a text in which files of the submission are named as the student knows them."""
        return text.replace(self._scratch + os.sep, "")

    def close(self) -> None:
        """Take the submission out of the import system (for processes that outlive it)."""
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        mine = {id(space.module) for space in self._spaces.values()}
        for name, module in list(sys.modules.items()):
            if id(module) in mine or name in self._finder.names:
                del sys.modules[name]

    def module_for(self, path: str) -> ModuleType | None:
        """Return the module object of a student's file (for the finder)."""
        return self._space(path).module if self._units[path]["status"] == "ok" else None

    def run_module(self, path: str) -> None:
        """Run a student's file that another one imports (for the finder)."""
        unit = self._units[path]
        if unit["status"] != "ok":
            raise SyntaxError(f"{path} cannot be imported: {unit['problem']}")
        self.load(path)

    def _write_files(self, files: Mapping[str, bytes]) -> None:
        for path, data in files.items():
            if is_safe(path) and not is_ignored(path, ()) and not path.endswith(_NEVER_WRITTEN):
                self._write(path, data)

    def _write(self, path: str, data: bytes) -> str:
        place = os.path.join(self._scratch, *path.split("/"))
        try:
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "wb") as file:
                file.write(data)
        except OSError:
            pass  # a name clash of file and folder, or a full disk: the source is in linecache too
        return place

    def _write_unit(self, unit_id: str, unit: dict[str, Any]) -> None:
        text = self._sources[unit_id]
        path = unit["file"]
        if unit["kind"] == "cell":
            path = f".cells/{path}/cell_{unit_id.rpartition('#')[2]}.py"
        place = self._write(path, encode(text))
        self._filenames[place] = unit_id
        # no modification time: such an entry stays whatever happens to the file
        linecache.cache[place] = (len(text), None, text.splitlines(keepends=True), place)
        unit["filename"] = place

    def _space(self, path: str) -> Space:
        if path not in self._spaces:
            module = ModuleType(self._free_name(path))
            if not path.endswith(".ipynb"):
                module.__file__ = self._units[path]["filename"]
            if stem(path) == "__init__":
                module.__path__ = []  # what is in the package, the finder knows
            self._spaces[path] = Space(module)
            module.__dict__.update(self._missing())
            sys.modules[module.__name__] = module
        return self._spaces[path]

    def _free_name(self, path: str) -> str:
        """Return a module name that hides nothing: the stem when it is free."""
        taken = {space.module.__name__ for space in self._spaces.values()}
        name = PurePosixPath(path).parent.name if stem(path) == "__init__" else stem(path)
        for option in (name, normalised(name)):
            if self._finder.names.get(option) == path and option not in taken:
                return option
        letters = "".join(char if char.isalnum() else "_" for char in name)
        base = NOTEBOOK if path.endswith(".ipynb") else f"student_{letters}"
        numbered = [base, *(f"{base}_{number}" for number in range(2, len(taken) + 2))]
        return next(option for option in numbered if option not in taken)

    def _run(self, unit_id: str, unit: Mapping[str, Any], problems: list[dict[str, Any]]) -> None:
        space = self._space(unit["file"])
        names = self._finder.names
        tree = ast.parse(self._sources[unit_id], unit["filename"])
        rewrite_imports(tree, unit["file"], names, unit["own_modules"])
        found: dict[int, list[Definition]] = {}
        for one in definitions(tree, space.imports, names):
            found.setdefault(one.statement, []).append(one)
        for index, code in self._statements(tree, unit["filename"], space.module):
            defined = found.get(index, [])
            before = space.values_of(defined)
            try:
                _execute(code, space.module.__dict__)
            except BaseException as error:
                if len(problems) < MAX_PROBLEMS:
                    problems.append(self._problem(unit_id, tree.body[index], error))
                if unit["kind"] == "cell":
                    break
            finally:
                self._stand_in(space.module, defined, before)
                space.keep(unit_id, tree.body[index], defined, before)
        if unit["kind"] == "cell":
            space.end_cell(unit_id)

    def _stand_in(
        self, module: ModuleType, found: Sequence[Definition], before: Mapping[str, object]
    ) -> None:
        """Put stubs in the place of what a statement has just defined."""
        for one in found if self._stubs else ():
            value = module.__dict__.get(one.name, before[one.name])
            if self._stubs and one.strength != IMPORTED and value is not before[one.name]:
                module.__dict__[one.name] = self._stubs.stand_in(one.name, value)

    def _missing(self) -> dict[str, object]:
        """Stubs for what nothing in the submission defines, by name."""
        if self._stubs is None:
            return {}
        there = {made["provides"] for made in self._exercises if made["unit"] is not None}
        return {name: self._stubs.missing(name) for name in set(self._stubs.names) - there}

    def _statements(
        self, tree: ast.Module, filename: str, module: ModuleType
    ) -> Iterator[tuple[int, Any]]:
        """Yield each statement's index and code, under the file's `from __future__` flags."""
        flags = 0
        for index, statement in enumerate(tree.body):
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                if index == 0 and isinstance(statement.value.value, str):
                    module.__doc__ = statement.value.value
                continue
            if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
                for alias in statement.names:
                    flags |= getattr(__future__, alias.name).compiler_flag
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                part = ast.Module(body=[statement], type_ignores=[])
                yield index, compile(part, filename, "exec", flags | AWAITS, dont_inherit=True)

    def _problem(self, unit_id: str, statement: ast.stmt, error: BaseException) -> dict[str, Any]:
        line = statement.lineno
        trace = error.__traceback__
        while trace is not None:
            if self._filenames.get(trace.tb_frame.f_code.co_filename) == unit_id:
                line = trace.tb_lineno or line
            trace = trace.tb_next
        source = line_of(self._sources[unit_id], line)
        return {"line": line, "text": self.without_scratch(describe(error)), "source": source}


def _execute(code: CodeType, names: dict[str, Any]) -> None:
    """Run a statement; one that awaits something, as cells may, runs to its end."""
    result = eval(code, names)
    if code.co_flags & inspect.CO_COROUTINE:
        import asyncio  # costs more than all that is loaded for a cell without `await`

        asyncio.run(result)
