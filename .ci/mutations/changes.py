"""The small changes of a module that a test should notice: a stated list, on its syntax tree.

Comparisons, `and`/`or`, conditions negated, dropped or always the same, operands left out,
statements removed, constants off by one, `+`/`-`, `min`/`max`, `True`/`False`, other string keys,
keyword arguments left out, collections of which only the first is taken or none. An assertion is
left alone: it says what holds, and decides nothing. So is how a thing looks on a terminal.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.proof.edits import (
    Edit,
    applied,
    compiles,
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
    "max": ["min"],
    "min": ["max"],
    "any": ["all"],
    "all": ["any"],
    "ceil": ["floor"],
    "sorted": ["list"],
    "casefold": ["strip"],
    "lower": ["strip"],
    "removeprefix": ["removesuffix"],
    "removesuffix": ["removeprefix"],
    "startswith": ["endswith"],
    "endswith": ["startswith"],
}
# How a thing looks on a terminal, which is no matter of grades.
_LOOKS = {
    *("style", "highlight", "soft_wrap", "markup", "justify", "title_justify", "overflow", "ratio"),
    *("expand", "box", "pad_edge", "no_wrap", "show_header", "thread_name_prefix", "description"),
    "help",
}
# What is the same where nothing goes wrong.
_FORM = {"slots", "frozen", "kw_only", "forbid_unknown_fields", "strict", "exist_ok"}
_REMOVED = (ast.Expr, ast.Return, ast.Raise, ast.Delete)
_PLAIN_TEXT = (ast.JoinedStr,)  # and its places are not those of the source before Python 3.12


@dataclass(frozen=True)
class Change:
    """One changed module.

    Attributes:
        file: the module, from the root of the project.
        function: in which it is, with its class; empty between them.
        line: of the change, from 1.
        offset: of that line from the function's first.
        before: the line as it was, stripped.
        after: the line as it is.
        source: the whole changed module.
    """

    file: str
    function: str
    line: int
    offset: int
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.before}  ->  {self.after}"


def changes(file: str, source: str) -> Iterator[Change]:
    """Every change of a module that compiles and differs, in the order of the source."""
    tree, lines, seen = ast.parse(source), source.split("\n"), {source}
    for function, first, node in _placed(tree):
        if not function and isinstance(node, ast.Constant):
            continue  # limits and waits, which somebody chose
        for edit in _edits(node, lines):
            changed = applied(source, edit)
            if changed in seen or not compiles(changed):
                continue
            seen.add(changed)
            line = edit.start[0]
            before = " ".join(part.strip() for part in lines[line - 1 : edit.end[0]])
            after = shown(changed, line, edit)
            yield Change(file, function, line, line - first, before, after, changed)


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """The functions of a module and of its classes, with their names; those inside them are not."""
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
        for one in inside:
            if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield prefix + one.name, one


def _placed(tree: ast.Module) -> Iterator[tuple[str, int, ast.AST]]:
    """Each node that is worth a change, with its function and that one's first line."""
    named = {id(node): name for name, node in functions(tree)}
    alone = {id(part) for node in ast.walk(tree) if _is_left_alone(node) for part in ast.walk(node)}
    for statement in tree.body:
        for part in statement.body if isinstance(statement, ast.ClassDef) else [statement]:
            name = named.get(id(part), "")
            start = part.lineno if name else 1
            for node in worth_changing(part, _PLAIN_TEXT):
                if id(node) not in alone:
                    yield name, start, node


def _edits(node: ast.AST, lines: list[str]) -> Iterator[Edit]:
    if isinstance(node, ast.Assign) and text_of(node.targets[0], lines) == "__all__":
        return
    yield from operator_edits(node, lines)
    match node:
        case ast.BoolOp(values=values):
            for left_out in values:
                word = " and " if isinstance(node.op, ast.And) else " or "
                kept = [f"({text_of(one, lines)})" for one in values if one is not left_out]
                yield whole(node, word.join(kept))
        case ast.If(test=test) | ast.IfExp(test=test):
            yield whole(test, "True")
            yield whole(test, "False")
        case ast.comprehension(ifs=conditions, iter=items):
            for condition in conditions:
                yield whole(condition, "True")
                yield whole(condition, f"not ({text_of(condition, lines)})")
            yield whole(items, f"list({text_of(items, lines)})[:1]")
        case ast.For(iter=items):
            yield whole(items, f"list({text_of(items, lines)})[:1]")
            yield whole(items, "()")
        case ast.Call():
            yield from _call_edits(node, lines)
        case ast.Subscript(slice=ast.Constant(value=str()) as key):
            yield whole(key, repr(f"{key.value}_"))
        case ast.Dict(keys=keys):
            for key in keys:
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield whole(key, repr(f"{key.value}_"))
        case ast.Compare(comparators=[ast.Constant(value=str()) as text]):
            yield whole(text, repr(f"{text.value}_"))
    if (isinstance(node, _REMOVED) and not _is_docstring(node)) or _is_kept_elsewhere(node):
        yield whole(node, "pass")


def _call_edits(node: ast.Call, lines: list[str]) -> Iterator[Edit]:
    if not node.keywords:  # `list` takes none of those that `sorted` takes
        yield from swapped_calls(node, _SWAPPED_CALLS, lines)
    looks = [word for word in node.keywords if word.arg in _LOOKS | _FORM]
    kept = list(fewer_keywords(node, lines))
    named = [word for word in node.keywords if word.arg is not None]
    yield from (edit for word, edit in zip(named, kept, strict=True) if word not in looks)
    match node:
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str()) as key, *_]):
            yield whole(key, repr(f"{key.value}_"))


def _is_left_alone(node: ast.AST) -> bool:
    """Whether nobody's grade hangs on anything in it: an assertion, or how a thing looks."""
    return isinstance(node, ast.Assert) or (isinstance(node, ast.keyword) and node.arg in _LOOKS)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_kept_elsewhere(node: ast.AST) -> bool:
    """Whether something is assigned to a place that there is without it."""
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], (ast.Attribute, ast.Subscript))
        and start_of(node)[1] > 0
    )
