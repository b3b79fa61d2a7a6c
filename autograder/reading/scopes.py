"""Record what each name in a student's code is bound to, scope by scope, without running it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Union

from autograder.reading.definitions import assigned, is_main_guard
from autograder.reading.file_names import resolve_import
from autograder.reading.source_text import children, walk

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_OWN_SCOPE = (*_FUNCTIONS, ast.ClassDef, ast.Lambda, *_COMPREHENSIONS)


@dataclass(frozen=True)
class Part:
    """One parsed unit: a module, or a cell of the notebook that `file` names."""

    id: str
    file: str
    tree: ast.Module
    text: str


@dataclass(frozen=True)
class Binding:
    """What one statement binds a name to.

    Exactly one of `dotted` (an import), `node` (a def or class) and `value` (an assigned
    expression) is set; none for a parameter or another value that nothing is known of.
    """

    order: int
    unit: str
    dotted: str = ""
    node: Function | ast.ClassDef | None = None
    value: ast.expr | None = None


@dataclass(eq=False)
class Scope:
    """The names of one module or notebook, function, class or comprehension.

    `elsewhere` are names declared global; `stars` the modules of star imports; `attributes` of a
    class what its methods assign to `self`; `patches` what is assigned to attributes of a name.
    """

    kind: str
    file: str
    parent: Scope | None = None
    names: dict[str, list[Binding]] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    stars: list[str] = field(default_factory=list)
    attributes: dict[str, list[Binding]] = field(default_factory=dict)
    patches: dict[str, list[Binding]] = field(default_factory=dict)

    def bind(self, name: str, binding: Binding) -> None:
        """Add a binding of a name."""
        self.names.setdefault(name, []).append(binding)

    def home(self, name: str) -> Scope | None:
        """Return the scope that a name in this one belongs to, None if it is bound nowhere."""
        scope: Scope | None = self
        while scope is not None:
            hidden = scope.kind == "class" and scope is not self
            if name in scope.elsewhere:
                top = scope.top()
                return top if name in top.names else None
            if not hidden and name in scope.names:
                return scope
            scope = scope.parent
        return None

    def top(self) -> Scope:
        """Return the scope of the module or notebook."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def enclosing_class(self) -> Scope | None:
        """Return the class whose method this is, or contains this."""
        scope: Scope | None = self
        while scope is not None and scope.kind != "class":
            scope = scope.parent
        return scope


def global_scope(file: str, parts: Iterable[Part], siblings: Collection[str]) -> Scope:
    """Return the names of a module, or of a notebook's cells in their order."""
    scope = Scope("global", file)
    order = 0
    for part in parts:
        for statement in part.tree.body:
            order += 1
            _collect(scope, [statement], order, part.id, siblings)
        if "global" in part.text:
            _collect_declared(scope, part, order)
    return scope


def _collect_declared(scope: Scope, part: Part, order: int) -> None:
    """Bind what functions assign to names that they declare `global`."""
    for function in walk(part.tree):
        if not isinstance(function, _FUNCTIONS):
            continue
        nodes = list(own_nodes(function.body))
        declared = {name for node in nodes if isinstance(node, ast.Global) for name in node.names}
        if not declared:
            continue
        for node in nodes:
            if isinstance(node, (ast.Assign, ast.AnnAssign)):
                for name, value in assigned(node):
                    if name in declared:
                        scope.bind(name, Binding(order, part.id, value=value))


def inner_scope(
    node: ast.AST, parent: Scope, order: int, unit: str, siblings: Collection[str]
) -> Scope:
    """Return the scope that a function, lambda, class or comprehension opens."""
    scope = Scope("class" if isinstance(node, ast.ClassDef) else "function", parent.file, parent)
    if isinstance(node, (*_FUNCTIONS, ast.Lambda)):
        for name in parameters(node.args):
            scope.bind(name, Binding(order, unit))
    if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
        _collect(scope, node.body, order, unit, siblings)
    if isinstance(node, ast.ClassDef):
        _collect_self(scope, node, order, unit)
    if isinstance(node, _COMPREHENSIONS):
        for generator in node.generators:
            for name in _target_names(generator.target):
                scope.bind(name, Binding(order, unit))
    return scope


def parameters(arguments: ast.arguments) -> list[str]:
    several = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    several += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    return [argument.arg for argument in several]


def _target_names(target: ast.AST) -> Iterator[str]:
    return (node.id for node in ast.walk(target) if isinstance(node, ast.Name))


def own_nodes(statements: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield the nodes of one scope, in source order; an inner scope's node without its inside."""
    stack = list(reversed(list(statements)))
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, _OWN_SCOPE):
            continue
        if isinstance(node, ast.If) and is_main_guard(node.test):
            stack.extend(reversed(node.orelse))
        else:
            stack.extend(reversed(children(node)))


def _collect(
    scope: Scope, statements: list[ast.stmt], order: int, unit: str, siblings: Collection[str]
) -> None:
    for node in own_nodes(statements):
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            scope.bind(node.name, Binding(order, unit, node=node))
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            if isinstance(node, ast.Global):
                scope.elsewhere.update(node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                whole = alias.name if alias.asname else alias.name.split(".")[0]
                scope.bind(alias.asname or whole, Binding(order, unit, dotted=whole))
        elif isinstance(node, ast.ImportFrom):
            source = resolve_import(scope.file, node.module, node.level, siblings)
            for alias in node.names:
                if alias.name == "*":
                    scope.stars.append(source)
                    continue
                dotted = f"{source}.{alias.name}" if source else alias.name
                scope.bind(alias.asname or alias.name, Binding(order, unit, dotted=dotted))
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for name, value in assigned(node):
                scope.bind(name, Binding(order, unit, value=value))
            _collect_patches(scope, node, order, unit)
        elif isinstance(node, ast.NamedExpr):
            scope.bind(node.target.id, Binding(order, unit, value=node.value))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            scope.names.setdefault(node.id, []).append(Binding(order, unit))
        elif isinstance(node, ast.ExceptHandler) and node.name:
            scope.bind(node.name, Binding(order, unit))


def _collect_patches(scope: Scope, node: ast.Assign | ast.AnnAssign, order: int, unit: str) -> None:
    """Remember `Adam.step = ...` outside the class: it is part of `Adam`."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            binding = Binding(order, unit, value=node.value)
            scope.patches.setdefault(target.value.id, []).append(binding)


def _collect_self(scope: Scope, node: ast.ClassDef, order: int, unit: str) -> None:
    """Record `self.name = value` of all methods as attributes of the class."""
    for method in node.body:
        if not isinstance(method, _FUNCTIONS) or not parameters(method.args):
            continue
        first = parameters(method.args)[0]
        for part in own_nodes(method.body):
            if not isinstance(part, ast.Assign):
                continue
            for target in part.targets:
                if not isinstance(target, ast.Attribute):
                    continue
                if isinstance(target.value, ast.Name) and target.value.id == first:
                    binding = Binding(order, unit, value=part.value)
                    scope.attributes.setdefault(target.attr, []).append(binding)
