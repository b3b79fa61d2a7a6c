"""Make imports in a student's file mean what the student meant by them.

A relative import has no package where a file is run alone. And `import statistics` beside an own
`statistics.py` means that file, though a module of this name is installed, and loaded long ago:
such a file is imported under another name, and the installed one stays what libraries import.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping

from checkkit.reading.file_names import resolve_import
from checkkit.reading.source_text import statements, walk

OWN = "handed_in_"
"""Put before the import name of a student's module whose own name is that of an installed one."""


def meant_as_own(
    tree: ast.Module, names: Mapping[str, str], bound: Mapping[str, Collection[str]]
) -> list[str]:
    """Return which modules with the name of an installed one mean the student's in a file.

    They do unless nothing of what is used of them is in the student's file: then the installed one
    is meant, and the file beside it is something else.

    Args:
        tree: the file.
        names: which import name means which student file.
        bound: the names that each of these files binds.
    """
    found: dict[str, None] = {}
    for node in statements(tree) if any(name.startswith(OWN) for name in names) else ():
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            path = names.get(OWN + node.module)
            wanted = {alias.name for alias in node.names}
            if path is not None and ("*" in wanted or wanted & set(bound.get(path, ()))):
                found[node.module] = None
        elif isinstance(node, ast.Import):
            for alias in node.names:
                path = names.get(OWN + alias.name)
                if path is None:
                    continue
                used = _attributes(tree, alias.asname or alias.name)
                if not used or used & set(bound.get(path, ())):
                    found[alias.name] = None
    return list(found)


def _attributes(tree: ast.Module, name: str) -> set[str]:
    """The attributes that are used of a module imported under a name."""
    first, *rest = name.split(".")
    return {
        node.attr
        for node in walk(tree)
        if isinstance(node, ast.Attribute)
        and (
            (isinstance(node.value, ast.Name) and node.value.id == first and not rest)
            or (isinstance(node.value, ast.Attribute) and rest[-1:] == [node.value.attr])
        )
    }


def rewrite_imports(
    tree: ast.Module, path: str, names: Collection[str], own: Collection[str]
) -> None:
    """Make relative imports absolute, and those of own modules find these, in place.

    Args:
        tree: the file.
        path: where it lies.
        names: the student's import names.
        own: see `meant_as_own`.
    """
    relative = any(isinstance(one, ast.ImportFrom) and one.level for one in statements(tree))
    for parent in walk(tree) if relative or own else ():
        for field in ("body", "orelse", "finalbody"):
            block = getattr(parent, field, None)
            if isinstance(block, list):
                block[:] = [new for node in block for new in _rewritten(node, path, names, own)]


def _rewritten(
    node: ast.stmt, path: str, names: Collection[str], own: Collection[str]
) -> list[ast.stmt]:
    if isinstance(node, ast.ImportFrom):
        target = resolve_import(path, node.module, node.level, names)
        if target in own or (node.level and OWN + target in names):
            target = OWN + target
        if target == (node.module or "") and not node.level:
            return [node]
        new: ast.stmt = ast.Import(names=node.names)
        if target:
            new = ast.ImportFrom(module=target, names=node.names, level=0)
        return [ast.copy_location(new, node)]
    if isinstance(node, ast.Import) and any(alias.name in own for alias in node.names):
        return [ast.copy_location(new, node) for new in _own_imports(node, own)]
    return [node]


def _own_imports(node: ast.Import, own: Collection[str]) -> list[ast.stmt]:
    imports: list[ast.stmt] = []
    for alias in node.names:
        top = alias.name.split(".")[0]
        renamed = ast.alias(name=OWN + alias.name, asname=alias.asname)
        if alias.name not in own:
            imports.append(ast.Import(names=[alias]))
        elif alias.asname:
            imports.append(ast.Import(names=[renamed]))
        else:
            imports.append(ast.Import(names=[renamed]))
            imports.append(ast.Import(names=[ast.alias(name=OWN + top, asname=top)]))
    for made in imports:
        assert isinstance(made, ast.Import)
        for one in made.names:
            ast.copy_location(one, node)
    return imports
