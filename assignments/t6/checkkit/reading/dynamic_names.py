"""Recognize attributes and imports that are spelled as calls or items with a constant string."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from checkkit.reading.source_text import children


@dataclass(frozen=True)
class Spelled:
    """What an expression spells: attribute `word` of `base`, or a module, or a global name.

    `provided` is a condition: this expression must mean that dotted name.
    """

    kind: str
    word: str
    base: ast.expr | None = None
    provided: tuple[ast.expr, str] | None = None


def spelled(node: ast.expr, is_builtin: Callable[[str], bool]) -> Spelled | None:
    """Return what a call or an item spells, None if it is an ordinary one.

    Args:
        node: `getattr(x, "a")`, `import_module("a.b")`, `__import__("a.b")`, `vars(x)["a"]`,
            `x.__dict__["a"]`, `globals()["a"]`, `sys.modules["a"]`, or anything else.
        is_builtin: says whether a name still means the builtin at that place.
    """
    if isinstance(node, ast.Call):
        return _call(node, is_builtin)
    if isinstance(node, ast.Subscript):
        return _item(node, is_builtin)
    return None


def _called(node: ast.expr, is_builtin: Callable[[str], bool]) -> str:
    name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    return name if name and is_builtin(name) else ""


def _call(node: ast.Call, is_builtin: Callable[[str], bool]) -> Spelled | None:
    words = [constant_text(argument) for argument in node.args]
    builtin = _called(node, is_builtin)
    if builtin == "getattr" and len(words) > 1 and words[1]:
        return Spelled("attribute", words[1], base=node.args[0])
    if not words or not words[0]:
        return None
    if builtin == "__import__":
        whole = len(words) > 3 or any(keyword.arg == "fromlist" for keyword in node.keywords)
        return Spelled("module", words[0] if whole else words[0].split(".")[0])
    provided = (node.func, "importlib.import_module")
    return Spelled("module", words[0].lstrip("."), provided=provided)


def _item(node: ast.Subscript, is_builtin: Callable[[str], bool]) -> Spelled | None:
    word, base = constant_text(node.slice), node.value
    if not word:
        return None
    if isinstance(base, ast.Call):
        builtin = _called(base, is_builtin)
        if builtin == "globals":
            return Spelled("global", word)
        if builtin == "vars" and len(base.args) == 1:
            return Spelled("attribute", word, base=base.args[0])
        return None
    if isinstance(base, ast.Attribute) and base.attr == "__dict__":
        return Spelled("attribute", word, base=base.value)
    return Spelled("module", word, provided=(base, "sys.modules"))


def constant_text(node: ast.expr) -> str:
    """Return a string that the source spells out, also as `"a" + "b"`; "" for anything else."""
    pieces: list[str] = []
    stack: list[ast.AST] = [node]
    while stack:
        part = stack.pop()
        if type(part).__name__ == "Index":  # what an item's key is wrapped in before Python 3.9
            stack += children(part)
        elif isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add):
            stack += [part.right, part.left]
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            pieces.append(part.value)
        else:
            return ""
    return "".join(pieces)
