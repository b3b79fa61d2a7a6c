"""Cut the public checks out of the check modules, with what they lean on and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from autograder.assignment.manifest_problems import Fault, ManifestError
from autograder.handout.shipping import shipped

KIT = "autograder.kit"
_OURS = ("autograder", "reference", "oracles")


def public_source(source: str, file: str, off: Collection[str] = ()) -> str:
    """The module with its public checks only, or an empty string when it has none.

    Kept are the docstring, the public checks, and the imports and top-level names they use,
    directly or through one another. The kit is imported under the name it has in the handout.

    Args:
        source: a check module.
        file: its name, for messages.
        off: exercises that are switched off, whose checks are left out.

    Raises:
        ManifestError: a public check leans on something that does not ship (a module of the
            trusted side).
    """
    tree = ast.parse(source)
    public = [node for node in tree.body if _is_public(node) and not _is_about(node, off)]
    if not public:
        return ""
    needed = _needed(tree, public)
    lines = source.splitlines()
    pieces = []
    docstring = ast.get_docstring(tree, clean=False)
    if docstring is not None:
        pieces.append(_text(tree.body[0], lines))
    for node in tree.body:
        kept = _kept_import(node, needed, file) if _is_import(node) else ""
        if kept:
            pieces.append(kept)
        elif not _is_import(node) and (node in public or defined_names(node) & needed):
            blank = "\n\n" if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else "\n"
            pieces.append(blank + _text(node, lines))
    return "\n".join(pieces).rstrip() + "\n"


def hidden_source(source: str) -> str:
    """What of a check module stays behind: the text of every definition that does not ship."""
    tree = ast.parse(source)
    lines = source.splitlines()
    needed = _needed(tree, [node for node in tree.body if _is_public(node)])
    hidden = [
        _text(node, lines)
        for node in tree.body
        if not _is_import(node) and not _is_public(node) and not defined_names(node) & needed
    ]
    return "\n".join(hidden[1:] if ast.get_docstring(tree) is not None else hidden)


def checks_of_module(
    tree: ast.Module,
) -> tuple[list[ast.FunctionDef], list[ast.FunctionDef]]:
    """The public and the hidden checks of a module, in their order."""
    checks = [node for node in tree.body if isinstance(node, ast.FunctionDef) and _is_check(node)]
    public = [node for node in checks if _is_public(node)]
    return public, [node for node in checks if node not in public]


def needed_names(tree: ast.Module, names: Collection[str]) -> set[str]:
    """Every name that top-level definitions of a module use, themselves included.

    Args:
        tree: the module.
        names: of the definitions.
    """
    roots = [node for node in tree.body if defined_names(node) & set(names)]
    return _needed(tree, roots) | set(names)


def defined_names(node: ast.stmt) -> set[str]:
    """The names that a top-level statement defines or assigns."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {
            inner.id
            for target in targets
            for inner in ast.walk(target)
            if isinstance(inner, ast.Name)
        }
    return set()


def _is_check(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Name)
        and decorator.func.id == "check"
        for decorator in node.decorator_list
    )


def _is_public(node: ast.stmt) -> bool:
    if not isinstance(node, ast.FunctionDef):
        return False
    return any(
        keyword.arg == "public"
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value is True
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Name)
        and decorator.func.id == "check"
        for keyword in decorator.keywords
    )


def _is_about(node: ast.stmt, exercises: Collection[str]) -> bool:
    """Whether a check names one of some exercises."""
    return any(
        isinstance(decorator, ast.Call)
        and bool(decorator.args)
        and isinstance(decorator.args[0], ast.Constant)
        and decorator.args[0].value in exercises
        for decorator in getattr(node, "decorator_list", [])
    )


def _needed(tree: ast.Module, roots: list[ast.stmt]) -> set[str]:
    """Every name the roots use, directly or through top-level definitions of the module."""
    by_name = {name: node for node in tree.body for name in defined_names(node)}
    needed: set[str] = set()
    waiting = list(roots)
    while waiting:
        for name in _uses(waiting.pop()) - needed:
            needed.add(name)
            if name in by_name:
                waiting.append(by_name[name])
    return needed


def _uses(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom))


def _kept_import(node: ast.stmt, needed: set[str], file: str) -> str:
    """The import as it is rendered, or nothing when no public check uses it."""
    assert isinstance(node, (ast.Import, ast.ImportFrom))
    kept = [alias for alias in node.names if (alias.asname or alias.name.split(".")[0]) in needed]
    if not kept:
        return ""
    names = ", ".join(
        alias.name + (f" as {alias.asname}" if alias.asname else "") for alias in kept
    )
    if isinstance(node, ast.Import):
        _refuse_trusted([alias.name for alias in kept], file, node.lineno)
        return f"import {names}"
    module = "." * node.level + (node.module or "")
    if module == KIT or module.startswith(KIT + "."):
        module = shipped(module)
    else:
        _refuse_trusted([module], file, node.lineno)
    return f"from {module} import {names}"


def _refuse_trusted(modules: Iterator[str] | list[str], file: str, line: int) -> None:
    for module in modules:
        if module.startswith((".", *_OURS)):
            told = f"a public check uses {module}, which stays behind"
            advice = f"use only {KIT}, installed packages and this file's own names"
            raise ManifestError(faults=[Fault(file, line, 0, told, advice)])


def _text(node: ast.stmt, lines: list[str]) -> str:
    """Source of a statement, with its decorators and the comment lines right above it."""
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    while first > 1 and lines[first - 2].startswith("#"):
        first -= 1
    return "\n".join(lines[first - 1 : node.end_lineno])
