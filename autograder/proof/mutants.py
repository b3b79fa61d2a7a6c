"""Small automatic changes of the reference's solution regions, each a probably wrong answer.

Own operators, not a library's: mutation libraries change whole modules and run a project's own
tests; here only what students write is changed, and texts of exceptions, which no check reads, are
left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.handout.sources import MarkedModule
from autograder.proof.edits import (
    Edit,
    applied,
    called,
    compiles,
    end_of,
    fewer_keywords,
    operator_edits,
    shown,
    start_of,
    swapped_calls,
    text_of,
    whole,
    worth_changing,
)

_SWAPPED_CALLS = {
    "sqrt": ["square"],
    "maximum": ["minimum"],
    "minimum": ["maximum"],
    "max": ["min"],
    "min": ["max"],
    "sum": ["mean"],
    "mean": ["sum"],
    "any": ["all"],
    "all": ["any"],
    "zeros_like": ["ones_like"],
    "ones_like": ["zeros_like"],
    "zeros": ["ones"],
    "ones": ["zeros"],
    "reduce_mean": ["reduce_sum"],
    "reduce_sum": ["reduce_mean"],
    "square": ["abs"],
    "var": ["std"],
    "std": ["var"],
}
_UNWRAPPED_CALLS = {"sqrt", "abs", "copy", "array", "deepcopy", "sign", "list", "dict", "float"}
_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return, ast.Raise, ast.Delete)


@dataclass(frozen=True)
class Mutant:
    """One changed reference file.

    Attributes:
        exercise: whose region was changed.
        file: the module.
        line: of the change, from 1.
        before: the line as it was, stripped.
        after: the line as it is.
        source: the whole changed module.
    """

    exercise: str
    file: str
    line: int
    before: str
    after: str
    source: str

    @property
    def name(self) -> str:
        """The change in one line."""
        return f"{self.file}:{self.line}: {self.before}  ->  {self.after}"


def mutants(module: MarkedModule) -> Iterator[Mutant]:
    """Every mutant of a module's regions that compiles and differs, in the order of the source."""
    tree = ast.parse(module.source)
    seen = {module.source}
    for region in module.regions:
        for edit in _edits(_statements(tree, region.start, region.end), module.source):
            source = applied(module.source, edit)
            if source in seen or not compiles(source):
                continue
            seen.add(source)
            line = edit.start[0]
            yield Mutant(
                region.exercise,
                module.file,
                line,
                module.source.split("\n")[line - 1].strip(),
                shown(source, line, edit),
                source,
            )


def _statements(tree: ast.Module, start: int, end: int) -> Iterator[ast.stmt]:
    """The outermost statements that lie within a region."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        for child in ast.iter_child_nodes(waiting.pop(0)):
            if (
                isinstance(child, ast.stmt)
                and start < child.lineno
                and (child.end_lineno or 0) < end
            ):
                yield child
            else:
                waiting.append(child)


def _edits(statements: Iterable[ast.stmt], source: str) -> Iterator[Edit]:
    lines = source.split("\n")
    for statement in statements:
        for node in worth_changing(statement):
            yield from _node_edits(node, lines)


def _node_edits(node: ast.AST, lines: list[str]) -> Iterator[Edit]:
    yield from operator_edits(node, lines)
    if isinstance(node, ast.Call):
        yield from _call_edits(node, lines)
    if isinstance(node, _SIMPLE):
        yield whole(node, "pass")


def _call_edits(node: ast.Call, lines: list[str]) -> Iterator[Edit]:
    yield from swapped_calls(node, _SWAPPED_CALLS, lines)
    name = called(node)
    if name in _UNWRAPPED_CALLS and len(node.args) >= 1:
        yield whole(node, f"({text_of(node.args[0], lines)})")
    if name in ("copy", "astype") and isinstance(node.func, ast.Attribute):
        yield whole(node, text_of(node.func.value, lines))
    if len(node.args) >= 2 and not any(isinstance(a, ast.Starred) for a in node.args[:2]):
        first, second = (text_of(argument, lines) for argument in node.args[:2])
        if first != second:
            yield Edit(start_of(node.args[0]), end_of(node.args[1]), f"{second}, {first}")
    yield from fewer_keywords(node, lines)
