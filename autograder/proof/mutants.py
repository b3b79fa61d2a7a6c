"""Small automatic changes of the reference's solution regions, each a probably wrong answer.

Own operators, not a library's: mutation libraries change whole modules and run a project's own
tests; here only what students write is changed, and texts of exceptions, which no check reads, are
left alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.handout.sources import MarkedModule

_BINARY = {
    ast.Add: ("+", ["-"]),
    ast.Sub: ("-", ["+"]),
    ast.Mult: ("*", ["/"]),
    ast.Div: ("/", ["*"]),
    ast.Pow: ("**", ["*"]),
    ast.FloorDiv: ("//", ["/"]),
    ast.Mod: ("%", ["*"]),
    ast.MatMult: ("@", ["*"]),
}
_COMPARE = {
    ast.Lt: ("<", ["<=", ">"]),
    ast.LtE: ("<=", ["<", ">"]),
    ast.Gt: (">", [">=", "<"]),
    ast.GtE: (">=", [">", "<"]),
    ast.Eq: ("==", ["!="]),
    ast.NotEq: ("!=", ["=="]),
    ast.Is: ("is", ["is not"]),
    ast.IsNot: ("is not", ["is"]),
    ast.In: ("in", ["not in"]),
    ast.NotIn: ("not in", ["in"]),
}
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


@dataclass(frozen=True)
class Edit:
    """Replace the text between two places (line from 1, column in bytes)."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


def mutants(module: MarkedModule) -> Iterator[Mutant]:
    """Every mutant of a module's regions that compiles and differs, in the order of the source."""
    tree = ast.parse(module.source)
    seen = {module.source}
    for region in module.regions:
        for edit in _edits(_statements(tree, region.start, region.end), module.source):
            source = _applied(module.source, edit)
            if source in seen or not _compiles(source):
                continue
            seen.add(source)
            line = edit.start[0]
            yield Mutant(
                region.exercise,
                module.file,
                line,
                module.source.split("\n")[line - 1].strip(),
                _shown(source, line, edit),
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
        for node in _worth_changing(statement):
            yield from _node_edits(node, lines)


def _worth_changing(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what is below it, without the texts of exceptions, docstrings and annotations."""
    yield node
    if isinstance(node, ast.Raise) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ):
        return
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _worth_changing(child)


def _node_edits(node: ast.AST, lines: list[str]) -> Iterator[Edit]:
    match node:
        case ast.Constant(value=value) if not isinstance(value, (str, bytes)):
            yield from (_whole(node, text) for text in _other_constants(value))
        case ast.BinOp(op=op) if type(op) in _BINARY:
            yield from _between(node.left, node.right, _BINARY[type(op)], lines)
        case ast.Compare(ops=[op]) if type(op) in _COMPARE:
            yield from _between(node.left, node.comparators[0], _COMPARE[type(op)], lines)
        case ast.BoolOp(op=op):
            word = ("and", ["or"]) if isinstance(op, ast.And) else ("or", ["and"])
            yield from _between(node.values[0], node.values[1], word, lines)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield _whole(node, _text(node.operand, lines))
        case ast.AugAssign(op=op) if type(op) in _BINARY:
            sign, others = _BINARY[type(op)]
            yield from _between(node.target, node.value, (sign, [*others, ""]), lines)
        case ast.If() | ast.IfExp() | ast.While():
            yield _whole(node.test, f"not ({_text(node.test, lines)})")
        case ast.Call():
            yield from _call_edits(node, lines)
        case ast.Continue() | ast.Break():
            yield _whole(node, "pass")
    if isinstance(node, _SIMPLE):
        yield _whole(node, "pass")


def _call_edits(node: ast.Call, lines: list[str]) -> Iterator[Edit]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    name = node.func.id if isinstance(node.func, ast.Name) else name
    for other in _SWAPPED_CALLS.get(name, []):
        called = _text(node.func, lines)
        yield _whole(node.func, called[: len(called) - len(name)] + other)
    if name in _UNWRAPPED_CALLS and len(node.args) >= 1:
        yield _whole(node, f"({_text(node.args[0], lines)})")
    if name in ("copy", "astype") and isinstance(node.func, ast.Attribute):
        yield _whole(node, _text(node.func.value, lines))
    if len(node.args) >= 2 and not any(isinstance(a, ast.Starred) for a in node.args[:2]):
        first, second = (_text(argument, lines) for argument in node.args[:2])
        if first != second:
            yield Edit(_start(node.args[0]), _end(node.args[1]), f"{second}, {first}")
    for keyword in node.keywords:
        if keyword.arg is None:
            continue
        others = [_text(a, lines) for a in node.args]
        others += [_text(k, lines) for k in node.keywords if k is not keyword]
        yield _whole(node, f"{_text(node.func, lines)}({', '.join(others)})")


def _other_constants(value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, bool):
        return [str(not value)]
    if isinstance(value, int):
        return [str(value + 1), *([str(value - 1)] if value > 0 else [])]
    if isinstance(value, float):
        return [repr(value * 2 if value else 1.0)]
    return []


def _between(
    left: ast.expr, right: ast.expr, change: tuple[str, list[str]], lines: list[str]
) -> Iterator[Edit]:
    """Change an operator between two operands, wherever brackets and line ends lie."""
    sign, others = change
    start, end = _end(left), _start(right)
    between = _slice(start, end, lines)
    pattern = rf"\b{sign}\b" if sign[0].isalpha() else re.escape(sign)
    for other in others:
        changed = re.sub(pattern, other, between, count=1)
        if changed != between:
            yield Edit(start, end, changed)


def _whole(node: ast.expr | ast.stmt | ast.keyword, text: str) -> Edit:
    return Edit(_start(node), _end(node), text)


def _start(node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _end(node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or 0


def _text(node: ast.expr | ast.stmt | ast.keyword, lines: list[str]) -> str:
    return _slice(_start(node), _end(node), lines)


def _slice(start: tuple[int, int], end: tuple[int, int], lines: list[str]) -> str:
    if start[0] == end[0]:
        return lines[start[0] - 1].encode()[start[1] : end[1]].decode()
    first = lines[start[0] - 1].encode()[start[1] :].decode()
    last = lines[end[0] - 1].encode()[: end[1]].decode()
    return "\n".join([first, *lines[start[0] : end[0] - 1], last])


def _applied(source: str, edit: Edit) -> str:
    lines = source.split("\n")
    (first, from_column), (last, to_column) = edit.start, edit.end
    head = lines[first - 1].encode()[:from_column].decode()
    tail = lines[last - 1].encode()[to_column:].decode()
    return "\n".join([*lines[: first - 1], head + edit.text + tail, *lines[last:]])


def _shown(source: str, line: int, edit: Edit) -> str:
    extent = edit.text.count("\n") + 1
    return " ".join(part.strip() for part in source.split("\n")[line - 1 : line - 1 + extent])


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except (SyntaxError, ValueError):
        return False
    return True
