"""Find the names that a module or a cell defines at its top level, and which definition counts.

A definition beats an import, and a `def` or `class` beats a variable that happens to reuse the
name: students write `global_norm = global_norm(grads)` in the cell that tries their function.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

DEFINED = 4
"""Strength of a def, a class, or another name for one of the student's own."""
CALLED = 3
"""Strength of a name bound to what a call returned: a decorated function, or just a number."""
PASSED_ON = 2
"""Strength of a name imported from another of the student's own modules."""
VALUE = 1
"""Strength of a name bound to any other value."""
IMPORTED = 0
"""Strength of another name for something imported from a library."""

_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Definition:
    """One top-level binding of a name; `statement` is the index of its top-level statement."""

    name: str
    line: int
    strength: int
    node: ast.AST
    statement: int

    def holds(self, node: ast.AST | None) -> bool:
        """Say whether a def, class or assigned value is the one that this definition binds."""
        if node is self.node:
            return True
        return isinstance(self.node, ast.stmt) and any(
            value is node for name, value in assigned(self.node) if name == self.name
        )


def is_main_guard(test: ast.expr) -> bool:
    """Say whether an `if` asks for `__name__ == "__main__"`."""
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1):
        return False
    sides = [test.left, test.comparators[0]]
    names = {side.id for side in sides if isinstance(side, ast.Name)}
    values = {side.value for side in sides if isinstance(side, ast.Constant)}
    return isinstance(test.ops[0], ast.Eq) and "__name__" in names and "__main__" in values


def top_level(tree: ast.Module) -> Iterator[tuple[int, ast.stmt]]:
    """Yield each statement that runs at import, with the index of its top-level statement.

    Bodies of if, try, with, for, while and match are entered; `if __name__ == "__main__"` is not.
    """
    for index, statement in enumerate(tree.body):
        stack = [statement]
        while stack:
            node = stack.pop()
            yield index, node
            stack.extend(reversed(_inner_statements(node)))


def _inner_statements(node: ast.stmt) -> list[ast.stmt]:
    if isinstance(node, (*_Function, ast.ClassDef)):
        return []
    found: list[ast.stmt] = []
    for field in ("body", "handlers", "cases", "orelse", "finalbody"):
        if field == "body" and isinstance(node, ast.If) and is_main_guard(node.test):
            continue
        for part in getattr(node, field, ()):
            found.extend([part] if isinstance(part, ast.stmt) else part.body)
    return found


def definitions(
    tree: ast.Module, imported: Collection[str] = (), siblings: Collection[str] = ()
) -> list[Definition]:
    """Return the top-level definitions in the order they run.

    Args:
        tree: a parsed module or cell.
        imported: names that earlier cells imported; `Adam = keras.optimizers.Adam` is no
            definition of the student's.
        siblings: import names of the student's own modules.
    """
    seen = set(imported)
    found: list[Definition] = []
    for index, node in top_level(tree):
        if isinstance(node, (*_Function, ast.ClassDef)):
            found.append(Definition(node.name, node.lineno, DEFINED, node, index))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            seen |= imported_names(node)
            if isinstance(node, ast.ImportFrom) and (node.level or node.module in siblings):
                for name in sorted(imported_names(node)):
                    found.append(Definition(name, node.lineno, PASSED_ON, node, index))
        else:
            for name, value in assigned(node):
                strength = _strength(name, value, seen)
                if strength == IMPORTED:
                    seen.add(name)
                found.append(Definition(name, node.lineno, strength, node, index))
    return found


def imported_names(node: ast.Import | ast.ImportFrom) -> set[str]:
    """Return the names that an import statement binds (not those of a star)."""
    return {alias.asname or alias.name.split(".")[0] for alias in node.names if alias.name != "*"}


def assigned(node: ast.stmt) -> list[tuple[str, ast.expr]]:
    """Return the plain names that an assignment binds, each with the value expression."""
    if isinstance(node, ast.Assign):
        targets, value = node.targets, node.value
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        targets, value = [node.target], node.value
    else:
        return []
    pairs: list[tuple[str, ast.expr]] = []
    for target in targets:
        if isinstance(target, ast.Name):
            pairs.append((target.id, value))
        elif isinstance(target, (ast.Tuple, ast.List)):
            pairs += _unpacked(target.elts, value)
    return pairs


def _unpacked(targets: list[ast.expr], value: ast.expr) -> list[tuple[str, ast.expr]]:
    """Pair the names of `first, *rest = value` with their values, as far as these are listed."""
    values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
    star = next((n for n, one in enumerate(targets) if isinstance(one, ast.Starred)), len(targets))
    more = len(values) - len(targets)
    fits = not any(isinstance(one, ast.Starred) for one in values) and (
        more >= -1 if star < len(targets) else more == 0
    )
    pairs: list[tuple[str, ast.expr]] = []
    for place, inner in enumerate(targets):
        named = inner.value if isinstance(inner, ast.Starred) else inner
        if isinstance(named, ast.Name):
            at = place if place < star else place + more
            pairs.append((named.id, values[at] if fits and place != star else value))
    return pairs


def _strength(name: str, value: ast.expr, imported: Collection[str]) -> int:
    if isinstance(value, ast.Lambda):
        return DEFINED
    if isinstance(value, (ast.Name, ast.Attribute)):
        root: ast.expr = value
        while isinstance(root, ast.Attribute):
            root = root.value
        return IMPORTED if isinstance(root, ast.Name) and root.id in imported else DEFINED
    if isinstance(value, ast.Call):
        wraps = any(isinstance(part, ast.Name) and part.id == name for part in value.args)
        return DEFINED if wraps else CALLED
    return VALUE


def best(found: list[Definition], name: str) -> Definition | None:
    """Return the definition of a name that counts: the strongest, of these the last."""
    mine = [one for one in found if one.name == name and one.strength > IMPORTED]
    return max(enumerate(mine), key=lambda pair: (pair[1].strength, pair[0]))[1] if mine else None
