"""Read a student's notebook, and run of it what an exercise leans on and nothing else.

Which statements that are is seen from names: the exercise's own definition, and whatever binds a
name that one of them uses. So neither a plot nor a long training runs, and TensorFlow is imported
only when an exercise uses it.
"""

import __future__

import ast
import json
import linecache
import re
import sys
from types import ModuleType
from typing import Any, Dict, List, NamedTuple, Optional, Set, Tuple

from autograder.reading.unwritten import bound_names, definition

SKIPPED_TAGS = {"experiment", "check"}
_MODULE = "notebook_cells"
_SHELL = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\?{1,2}\s*)$")
_SHELL_VALUE = re.compile(r"^(\s*\w+\s*=\s*)[%!].*$")
_FUTURE = {name: getattr(__future__, name).compiler_flag for name in __future__.all_feature_names}


class Unreadable(Exception):
    """The file is no notebook; the message says so to the student."""


class Statement(NamedTuple):
    """One top-level statement of a cell, with the names it binds and uses."""

    node: ast.stmt
    file: str
    binds: Set[str]
    uses: Set[str]


class Notebook:
    """A notebook's code cells.

    Args:
        path: the ``.ipynb`` file.
        label: what the student calls it, such as ``"t6.ipynb"``.

    Attributes:
        broken: one sentence for each cell that is not Python; its definitions are missing.

    Raises:
        Unreadable: the file is no notebook.
    """

    def __init__(self, path: str, label: str) -> None:
        self.label = label
        self.broken: List[str] = []
        self._statements: List[Statement] = []
        self._flags = 0
        self._done: Set[int] = set()
        self._failed: Dict[int, BaseException] = {}
        self._module = ModuleType(_MODULE)
        for number, (source, tags) in enumerate(_code_cells(path), 1):
            if not SKIPPED_TAGS & set(tags):
                self._add("%s, cell %d" % (label, number), _python_of(source))

    def definition(self, name: str) -> Optional[ast.stmt]:
        """The statement that counts for a name: its last definition; an import is none."""
        found = definition([statement.node for statement in self._statements], name)
        return None if isinstance(found, (ast.Import, ast.ImportFrom)) else found

    def place(self, name: str) -> str:
        """Where the definition of a name stands, such as ``"t6.ipynb, cell 12"``."""
        node = self.definition(name)
        return next((one.file for one in self._statements if one.node is node), self.label)

    def holds(self, path: str) -> bool:
        """Whether code with this file name comes from a cell."""
        return any(statement.file == path for statement in self._statements)

    def get(self, name: str) -> Any:
        """The object of a name, after running what its definition leans on.

        Raises:
            KeyError: no cell defines it.
            BaseException: whatever a statement raised that it leans on.
        """
        if self.definition(name) is None:
            raise KeyError(name)
        sys.modules[_MODULE] = self._module
        for number in self._slice(name):
            self._run(number)
        return vars(self._module)[name]

    def _slice(self, name: str) -> List[int]:
        chosen: Set[int] = set()
        waiting, seen = [name], {name}
        while waiting:
            wanted = waiting.pop()
            for number in self._binding(wanted):
                chosen.add(number)
                for used in self._statements[number].uses | self._statements[number].binds:
                    if used not in seen:
                        seen.add(used)
                        waiting.append(used)
        return sorted(chosen)

    def _binding(self, name: str) -> List[int]:
        """The statements that make a name what it is; a definition beats imports and results."""
        found = [
            n for n, one in enumerate(self._statements) if name in one.binds or "*" in one.binds
        ]
        node = definition([self._statements[number].node for number in found], name)
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            return found
        return [
            number
            for number in found
            if not isinstance(self._statements[number].node, (ast.Import, ast.ImportFrom))
            and not _is_result(self._statements[number].node, name)
        ]

    def _run(self, number: int) -> None:
        if number in self._failed:
            raise self._failed[number]
        if number in self._done:
            return
        statement = self._statements[number]
        code = compile(
            ast.Module(body=[statement.node], type_ignores=[]),
            statement.file,
            "exec",
            self._flags,
            dont_inherit=True,
        )
        try:
            exec(code, vars(self._module))
        except BaseException as error:
            self._failed[number] = error
            raise
        self._done.add(number)

    def _add(self, file: str, source: str) -> None:
        linecache.cache[file] = (len(source), None, source.splitlines(True), file)
        try:
            tree = ast.parse(source, file)
        except (SyntaxError, ValueError, RecursionError) as error:
            self.broken.append("%s is not Python: %s" % (file, told_syntax(error)))
            return
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                for alias in node.names:
                    self._flags |= _FUTURE.get(alias.name, 0)
            else:
                self._statements.append(Statement(node, file, set(bound_names(node)), _uses(node)))


def told_syntax(error: BaseException) -> str:
    """A syntax error in one line: what Python says, where, and the line itself."""
    line = getattr(error, "lineno", None)
    if not isinstance(error, SyntaxError) or line is None:
        return str(error) or type(error).__name__
    text = (error.text or "").strip()
    return "%s, line %d%s" % (error.msg, line, ": `%s`" % text[:100] if text else "")


def _code_cells(path: str) -> List[Tuple[str, List[str]]]:
    try:
        with open(path, encoding="utf-8") as file:
            book = json.load(file)
        cells = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
        return [
            ("".join(cell["source"]), cell.get("metadata", {}).get("tags", [])) for cell in cells
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        told = "it cannot be read as a notebook (%s); save it again in Jupyter" % error
        raise Unreadable(told) from None


def _python_of(source: str) -> str:
    """A cell without magics and shell lines, line numbers kept."""
    lines = source.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        if lines[first].split()[0] not in ("%%time", "%%timeit", "%%capture"):
            return ""
        lines[first] = ""
    try:
        ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError):
        lines = [_SHELL_VALUE.sub(r"\1None", _SHELL.sub(r"\1pass", line)) for line in lines]
    return "\n".join(lines)


def _uses(node: ast.stmt) -> Set[str]:
    return {
        inner.id
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)
    }


def _is_result(node: ast.stmt, name: str) -> bool:
    """``Adam = 3`` or ``norm = norm(grads)``: a variable that took over a function's name."""
    if not isinstance(node, ast.Assign):
        return False
    wraps = isinstance(node.value, ast.Call) and any(
        isinstance(part, ast.Name) and part.id == name for part in node.value.args
    )
    return not wraps


def cells_without_outputs(path: str) -> bytes:
    """The notebook file without what its cells put out, for handing in.

    Raises:
        Unreadable: the file is no notebook.
    """
    try:
        with open(path, encoding="utf-8") as file:
            book = json.load(file)
        for cell in book["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Unreadable("it cannot be read as a notebook; save it again in Jupyter") from None
    return (json.dumps(book, indent=1, ensure_ascii=False) + "\n").encode("utf-8")
