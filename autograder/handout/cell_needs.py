"""Give each cell of the notebook what it needs: imports and constants at the top of its module.

A module's code leans on what stands above it. Cut into cells it would lose that, unless the story
puts it in: what no cell before has bound goes into a cell of its own, right before.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from typing import Any

import nbformat

from autograder.assignment.manifest import Manifest
from autograder.handout.regions import Definition
from autograder.handout.skeleton import skeleton_source
from autograder.handout.sources import MarkedModule
from autograder.handout.switched_off import names_used


class ModuleParts:
    """The top-level statements of one module as it is handed out, by the names they bind.

    Args:
        stem: the module's name.
        source: its text.
        asked: names of definitions that are exercises, which have cells of their own.
        solution: its text with the solution, which uses more than what is handed out does.
    """

    def __init__(self, stem: str, source: str, asked: frozenset[str], solution: str = "") -> None:
        self.stem = stem
        self.solution_uses = {
            name: names_used(node) for node in ast.parse(solution).body for name in bound(node)
        }
        lines = source.split("\n")
        self._order: list[str] = []
        self._text: dict[str, str] = {}
        self._uses: dict[str, set[str]] = {}
        self._of_name: dict[str, str] = {}
        self.defines: set[str] = set()
        for node in ast.parse(source).body:
            names = bound(node)
            if isinstance(node, Definition):
                self.defines |= names
            if not names or names & asked or "annotations" in names:
                continue
            text = "\n".join(lines[_first(node) - 1 : node.end_lineno])
            self._order.append(text)
            self._uses[text] = names_used(node)
            self._of_name |= dict.fromkeys(names, text)

    def missing(self, used: set[str], there: set[str]) -> tuple[str, set[str]]:
        """The statements that bind what is used and not there yet, and all names they bind."""
        wanted: set[str] = set()
        waiting = [name for name in used - there if name in self._of_name]
        while waiting:
            text = self._of_name[waiting.pop()]
            if text not in wanted:
                wanted.add(text)
                inner = self._uses[text] - there
                waiting += [name for name in inner if name in self._of_name]
        new = {name for name, text in self._of_name.items() if text in wanted}
        return "\n".join(text for text in self._order if text in wanted), new


def supply(cells: list[Any], parts: Mapping[str, ModuleParts]) -> list[Any]:
    """The cells, with a cell before each one that lacks something of its module.

    Args:
        cells: of the notebook, in order.
        parts: of the module that each exercise or given definition comes from, by its name.
    """
    # A function that the story puts in further below is there by the time that it is called.
    there = set(vars(builtins)) | {
        node.name
        for cell in cells
        for node in getattr(_parsed(cell), "body", ())
        if isinstance(node, Definition)
    }
    supplied: list[Any] = []
    for cell in cells:
        tree = _parsed(cell)
        if tree is not None:
            tags = cell.metadata.get("tags", [])
            cut = len(tags) > 1 and tags[0] in ("exercise", "given")
            module = parts.get(tags[1]) if cut else None
            own = {name for node in tree.body for name in bound(node)}
            if module is not None:
                used = names_used(tree).union(*(module.solution_uses.get(n, ()) for n in own))
                text, new = module.missing(used, there | own)
                if text:
                    made = nbformat.v4.new_code_cell(text)  # type: ignore[no-untyped-call]
                    made.metadata["tags"] = ["given", f"imports-{module.stem}"]
                    supplied.append(made)
                    there |= new
            there |= own
        supplied.append(cell)
    return supplied


def with_given(source: str, module: MarkedModule, manifest: Manifest) -> str:
    """A module that answers an exercise, with what it uses of its file's given part put in.

    Args:
        source: the answer, which may lean on helpers, constants and imports that are handed out.
        module: the reference module of the file that it stands for.
        manifest: says what is given.
    """
    given = {made.name for made in manifest.exercises if made.tier == "given"}
    asked = frozenset(made.provides for made in manifest.exercises if made.tier != "given")
    handed_out = skeleton_source(module.source, module.regions, worked=given)
    tree = ast.parse(source)
    own = {name for node in tree.body for name in bound(node)} | set(vars(builtins))
    missing, _ = ModuleParts(module.file, handed_out, asked).missing(names_used(tree), own)
    if not missing:
        return source
    head = [node for node in tree.body if _stands_first(node)]
    line = head[-1].end_lineno or 0 if head else 0
    lines = source.split("\n")
    return "\n".join([*lines[:line], missing, *lines[line:]])


def _stands_first(node: ast.stmt) -> bool:
    """Whether a statement is a docstring or an import from the future."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__"
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def without_names(cells: list[Any], names: frozenset[str]) -> list[Any]:
    """The cells but for experiments with something that is not handed out."""
    return [
        cell
        for cell in cells
        if "experiment" not in cell.metadata.get("tags", [])
        or (tree := _parsed(cell)) is None
        or not names & names_used(tree)
    ]


def bound(node: ast.stmt) -> set[str]:
    """The names that a top-level statement binds."""
    if isinstance(node, Definition):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return {
        inner.id
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
    } | {
        alias.asname or alias.name.split(".")[0]
        for inner in ast.walk(node)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
        for alias in inner.names
    }


def _first(node: ast.stmt) -> int:
    lines: list[int] = [each.lineno for each in getattr(node, "decorator_list", [])]
    return min([node.lineno, *lines])


def _parsed(cell: Any) -> ast.Module | None:
    """The cell's code; None for prose, and for what is not plain Python."""
    if cell.cell_type != "code":
        return None
    plain = "\n".join("" if line[:1] in "%!" else line for line in cell.source.split("\n"))
    try:
        return ast.parse(plain)
    except SyntaxError:
        return None
