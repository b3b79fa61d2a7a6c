"""Read an exception-based test that takes names of the notebook from Otter's `env`."""

from __future__ import annotations

import ast

from autograder.importing.bound_names import bound_by

ENV = "env"


def without_env(function: str) -> str:
    """A test function that takes as arguments what it looked up by ``env["name"]``.

    Args:
        function: its source.

    Returns:
        Its source; as it was if it does not use `env`, or uses it in any other way.
    """
    node = ast.parse(function).body[0]
    if not isinstance(node, ast.FunctionDef) or not takes_env(node):
        return function
    lookups = _Lookups()
    lookups.visit(node)
    kept = [statement for statement in node.body if not _names_itself(statement)]
    taken = {name for s in node.body if s not in kept for name in bound_by(s)}
    elsewhere = {name for statement in kept for name in bound_by(statement)}
    if any(isinstance(inner, ast.Name) and inner.id == ENV for inner in ast.walk(node)):
        return function
    if any(name in elsewhere - taken for name in lookups.found):
        return function
    for arguments in (node.args.posonlyargs, node.args.args, node.args.kwonlyargs):
        arguments[:] = [one for one in arguments if one.arg != ENV]
    known = {one.arg for one in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]}
    fresh = [name for name in dict.fromkeys(lookups.found) if name not in known]
    node.args.args[:0] = [ast.arg(name) for name in fresh]
    node.body = kept or [ast.Pass()]
    return ast.unparse(ast.fix_missing_locations(node))


def takes_env(node: ast.FunctionDef) -> bool:
    """Whether Otter gives a test function all names of the notebook."""
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return any(one.arg == ENV for one in given)


class _Lookups(ast.NodeTransformer):
    """Puts a name where it was looked up."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        match node:
            case ast.Subscript(
                value=ast.Name(id="env"), slice=ast.Constant(value=str(name)), ctx=ast.Load()
            ) if name.isidentifier():
                self.found.append(name)
                return ast.Name(name, ast.Load())
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="env"), attr="get"),
                args=[ast.Constant(value=str(name))],
                keywords=[],
            ) if name.isidentifier():
                self.found.append(name)
                return ast.Name(name, ast.Load())
        return self.generic_visit(node)


def _names_itself(statement: ast.stmt) -> bool:
    """Whether a statement says ``name = name``, as a lookup into a local name now does."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=ast.Name(id=value)):
            return target == value
    return False
