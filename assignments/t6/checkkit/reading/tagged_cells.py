"""Find what a notebook only tries out: by the tags of its cells, and by what its code says.

Cells that are tagged to be skipped give the definitions that others lean on.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterable, Sequence

from checkkit.reading.definitions import assigned, imported_names, top_level
from checkkit.reading.scopes import own_nodes, parameters
from checkkit.reading.source_text import children, walk


def leaned_on(run: Iterable[ast.Module], skipped: Sequence[ast.Module]) -> list[list[ast.stmt]]:
    """Return for each skipped cell the statements that cells which are run need.

    Definitions, imports and plain constants that bind a name which the others use and do not bind.
    Nothing that computes is among them: to try something out is what the tag is for.

    Args:
        run: the cells that are run.
        skipped: those that are not, in their order.
    """
    bound, used = set(vars(builtins)), set()
    for tree in run:
        for _, statement in top_level(tree):
            bound |= _binds(statement)
        used |= _uses(tree)
    binding: dict[str, list[tuple[int, int]]] = {}
    for number, tree in enumerate(skipped):
        for place, statement in enumerate(tree.body):
            if _only_defines(statement):
                for name in _binds(statement) - bound:
                    binding.setdefault(name, []).append((number, place))
    taken: set[tuple[int, int]] = set()
    wanted = list(used)
    while wanted:
        for number, place in binding.pop(wanted.pop(), ()):
            if (number, place) not in taken:
                taken.add((number, place))
                wanted.extend(_uses(skipped[number].body[place]))
    return [
        [statement for place, statement in enumerate(tree.body) if (number, place) in taken]
        for number, tree in enumerate(skipped)
    ]


def tried_out(tree: ast.Module, experiments: Collection[str]) -> list[ast.stmt]:
    """Return the statements at the top of a module or cell that stand under an experiment's name.

    They are known by it where tags are lost, as in an export or in what some editors save.

    Args:
        tree: the module or cell.
        experiments: names of context managers, as in `with experiment():`.
    """
    return [
        statement
        for statement in tree.body
        if isinstance(statement, ast.With)
        for manager in [statement.items[0].context_expr]
        if isinstance(manager, ast.Call)
        and isinstance(manager.func, ast.Name)
        and manager.func.id in experiments
    ]


def _only_defines(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Assign):
        try:
            ast.literal_eval(statement.value)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            return False
        return True
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return isinstance(statement, kinds)


def _binds(statement: ast.stmt) -> set[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return imported_names(statement)
    return {name for name, _ in assigned(statement)} | {
        node.id
        for node in walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _uses(tree: ast.AST) -> set[str]:
    """Names that are read and that no function around binds for itself."""
    found: set[str] = set()
    waiting: list[tuple[ast.AST, frozenset[str]]] = [(tree, frozenset())]
    while waiting:
        node, own = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in own:
            found.add(node.id)
        body: list[ast.stmt] = []
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            body = node.body
            within = own | _locals(node)
            waiting += [(statement, within) for statement in body]
        waiting += [(one, own) for one in children(node) if one not in body]
    return found


def _locals(function: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    """Parameters, and names that a function's own statements bind."""
    bound = set(parameters(function.args))
    outer: set[str] = set()
    for node in own_nodes(function.body):
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            outer |= set(node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound |= imported_names(node)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    return frozenset(bound - outer)
