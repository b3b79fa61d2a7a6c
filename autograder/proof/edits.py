"""Change Python source by its syntax tree: where an edit goes, and what small changes there are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Edit:
    """Replace the text between two places (line from 1, column in bytes)."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


def worth_changing(node: ast.AST, without: tuple[type[ast.AST], ...] = ()) -> Iterator[ast.AST]:
    """A node and what is below it, without the texts of exceptions, docstrings and annotations.

    Args:
        node: where to begin.
        without: kinds of nodes that are left out with all that is below them.
    """
    if isinstance(node, without):
        return
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
                yield from worth_changing(child, without)


def operator_edits(node: ast.AST, lines: list[str]) -> Iterator[Edit]:
    """Another constant, operator, condition or keyword in one node, as far as it has any.

    Args:
        node: of the tree of a module.
        lines: of the module's source.
    """
    match node:
        case ast.Constant(value=value) if not isinstance(value, (str, bytes)):
            yield from (whole(node, text) for text in _other_constants(value))
        case ast.BinOp(op=op) if type(op) in _BINARY:
            yield from _between(node.left, node.right, _BINARY[type(op)], lines)
        case ast.Compare(ops=[op]) if type(op) in _COMPARE:
            yield from _between(node.left, node.comparators[0], _COMPARE[type(op)], lines)
        case ast.BoolOp(op=op):
            word = ("and", ["or"]) if isinstance(op, ast.And) else ("or", ["and"])
            yield from _between(node.values[0], node.values[1], word, lines)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield whole(node, text_of(node.operand, lines))
        case ast.AugAssign(op=op) if type(op) in _BINARY:
            sign, others = _BINARY[type(op)]
            yield from _between(node.target, node.value, (sign, [*others, ""]), lines)
        case ast.If() | ast.IfExp() | ast.While():
            yield whole(node.test, f"not ({text_of(node.test, lines)})")
        case ast.Continue() | ast.Break():
            yield whole(node, "pass")


def swapped_calls(
    node: ast.Call, others: Mapping[str, Sequence[str]], lines: list[str]
) -> Iterator[Edit]:
    """The call of another function, by a table of names."""
    name = called(node)
    for other in others.get(name, ()):
        function = text_of(node.func, lines)
        yield whole(node.func, function[: len(function) - len(name)] + other)


def fewer_keywords(node: ast.Call, lines: list[str]) -> Iterator[Edit]:
    """The same call without one of its keywords."""
    for keyword in node.keywords:
        if keyword.arg is None:
            continue
        others = [text_of(a, lines) for a in node.args]
        others += [text_of(k, lines) for k in node.keywords if k is not keyword]
        yield whole(node, f"{text_of(node.func, lines)}({', '.join(others)})")


def called(node: ast.Call) -> str:
    """The last part of the name of what is called; empty if it has none."""
    match node.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


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
    start, end = end_of(left), start_of(right)
    between = _slice(start, end, lines)
    pattern = rf"\b{sign}\b" if sign[0].isalpha() else re.escape(sign)
    for other in others:
        changed = re.sub(pattern, other, between, count=1)
        if changed != between:
            yield Edit(start, end, changed)


def whole(node: ast.expr | ast.stmt | ast.keyword, text: str) -> Edit:
    """Put a text in the place of a node."""
    return Edit(start_of(node), end_of(node), text)


def start_of(node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
    """Line from 1, and column in bytes."""
    return node.lineno, node.col_offset


def end_of(node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
    """The same of the first place behind a node."""
    return node.end_lineno or node.lineno, node.end_col_offset or 0


def text_of(node: ast.expr | ast.stmt | ast.keyword, lines: list[str]) -> str:
    """A node's source."""
    return _slice(start_of(node), end_of(node), lines)


def _slice(start: tuple[int, int], end: tuple[int, int], lines: list[str]) -> str:
    if start[0] == end[0]:
        return lines[start[0] - 1].encode()[start[1] : end[1]].decode()
    first = lines[start[0] - 1].encode()[start[1] :].decode()
    last = lines[end[0] - 1].encode()[: end[1]].decode()
    return "\n".join([first, *lines[start[0] : end[0] - 1], last])


def applied(source: str, edit: Edit) -> str:
    """The source with an edit made."""
    lines = source.split("\n")
    (first, from_column), (last, to_column) = edit.start, edit.end
    head = lines[first - 1].encode()[:from_column].decode()
    tail = lines[last - 1].encode()[to_column:].decode()
    return "\n".join([*lines[: first - 1], head + edit.text + tail, *lines[last:]])


def shown(source: str, line: int, edit: Edit) -> str:
    """The lines of a changed source that an edit made, as one, from that line."""
    extent = edit.text.count("\n") + 1
    return " ".join(part.strip() for part in source.split("\n")[line - 1 : line - 1 + extent])


def compiles(source: str) -> bool:
    """Whether a source is Python."""
    try:
        compile(source, "mutant", "exec")
    except (SyntaxError, ValueError):
        return False
    return True
