"""Which names a statement binds at its own level, and which it needs from outside."""

from __future__ import annotations

import ast
from collections.abc import Iterable


def bound_by(node: ast.AST) -> set[str]:
    """Names that a statement binds where it stands, not inside of functions."""
    seen = _Names()
    seen.visit(node)
    return seen.bound


def needed_by(nodes: Iterable[ast.AST]) -> list[str]:
    """Names that statements need from before them, in order; those of Python are among them."""
    seen = _Names()
    for node in nodes:
        seen.visit(node)
    return list(dict.fromkeys(seen.needed))


class _Names(ast.NodeVisitor):
    """Visits in the order of evaluation, so that a name bound before it is used is not needed."""

    def __init__(self, bound: Iterable[str] = ()) -> None:
        self.bound = set(bound)
        self.needed: list[str] = []

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            if node.id not in self.bound:
                self.needed.append(node.id)
        else:
            self.bound.add(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self.visit(node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        if isinstance(node.target, ast.Name) and node.target.id not in self.bound:
            self.needed.append(node.target.id)
        self.visit(node.target)

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.iter)
        self.visit(node.target)
        for inner in [*node.body, *node.orelse]:
            self.visit(inner)

    def visit_Import(self, node: ast.Import) -> None:
        self.bound |= {alias.asname or alias.name.split(".")[0] for alias in node.names}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.bound |= {alias.asname or alias.name for alias in node.names}

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for outside in [*node.decorator_list, *node.args.defaults, *node.args.kw_defaults]:
            if outside is not None:
                self.visit(outside)
        self.bound.add(node.name)
        self._inside(node.args, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._inside(node.args, [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for outside in [*node.decorator_list, *node.bases, *node.keywords]:
            self.visit(outside)
        self.bound.add(node.name)
        inner = _Names(self.bound)
        for statement in node.body:
            inner.visit(statement)
        self.needed += inner.needed

    def _comprehension(self, node: ast.AST) -> None:
        inner = _Names(self.bound)
        for generator in getattr(node, "generators", []):
            inner.visit(generator.iter)
            inner.visit(generator.target)
            for condition in generator.ifs:
                inner.visit(condition)
        parts = ("elt", "key", "value")
        for part in (getattr(node, name, None) for name in parts):
            if part is not None:
                inner.visit(part)
        self.needed += inner.needed

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.bound.add(node.name)
        self.generic_visit(node)

    def _inside(self, args: ast.arguments, body: list[ast.stmt] | list[ast.expr]) -> None:
        named = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
        own = {arg.arg for arg in named if arg is not None}
        outside = {
            name
            for statement in body
            for inner in ast.walk(statement)
            if isinstance(inner, (ast.Global, ast.Nonlocal))
            for name in inner.names
        }
        for statement in body:
            own |= bound_by(statement) - outside
        inner_names = _Names(self.bound | own)
        for statement in body:
            inner_names.visit(statement)
        self.needed += inner_names.needed
