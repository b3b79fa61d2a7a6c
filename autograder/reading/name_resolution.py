"""Follow a name or an attribute in a student's code to the library routine or the code it means."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Union

from autograder.reading.dynamic_names import spelled
from autograder.reading.scopes import (
    Binding,
    Part,
    Scope,
    global_scope,
    inner_scope,
)

MAX_DEPTH = 40
MAX_TARGETS = 60
MAX_STEPS = 100_000

CALL_TIME = 1 << 60
"""The order of code in a function's body: it sees what all top-level statements have bound."""


@dataclass(frozen=True)
class Library:
    """A dotted name outside the submission."""

    dotted: str


@dataclass(frozen=True)
class Module:
    """One of the student's own modules."""

    file: str


@dataclass(frozen=True)
class Code:
    """A part of the student's code that using a name makes reachable."""

    node: ast.AST
    scope: Scope
    order: int
    unit: str


Target = Union[Library, Module, Code]


class Resolver:
    """Knows the scopes of a whole submission and resolves expressions in them.

    Args:
        parts: the units that can be parsed, cells in their order.
        siblings: which import name means which student file.
    """

    def __init__(self, parts: Iterable[Part], siblings: Mapping[str, str]) -> None:
        self._siblings = siblings
        self._parts: dict[str, list[Part]] = {}
        for part in parts:
            self._parts.setdefault(part.file, []).append(part)
        self._globals: dict[str, Scope] = {}
        self._scopes: dict[int, Scope] = {}
        self._busy: set[tuple[int, int, int]] = set()
        self._known: dict[tuple[int, int, int], list[Target]] = {}
        self._cuts = 0
        self._steps = 0
        self.preferred: dict[str, set[str]] = {}

    def start(self) -> None:
        """Begin a search: count its steps, and what it takes as the student's own, from zero."""
        self.preferred.clear()
        self._steps = 0

    @property
    def gave_up(self) -> bool:
        """Whether the search was cut short because names lead to names without end."""
        return self._steps >= MAX_STEPS

    def top(self, file: str) -> Scope:
        """Return the global scope of a module or notebook."""
        if file not in self._globals:
            self._globals[file] = global_scope(file, self._parts.get(file, ()), self._siblings)
        return self._globals[file]

    def inside(self, node: ast.AST, scope: Scope, order: int, unit: str) -> Scope:
        """Return the scope that a node opens, the same one each time."""
        if id(node) not in self._scopes:
            self._scopes[id(node)] = inner_scope(node, scope, order, unit, self._siblings)
        return self._scopes[id(node)]

    def resolve(self, node: ast.expr, at: Code, depth: int = 0) -> list[Target]:
        """Return what an expression can mean, as far as its text tells.

        Args:
            node: the expression.
            at: the code that it stands in.
            depth: how many aliases were followed so far.
        """
        key = (id(node), id(at.scope), at.order)
        if key in self._known:
            return self._known[key]
        if depth > MAX_DEPTH or key in self._busy or self.gave_up:
            self._cuts += 1
            return []
        self._steps += 1
        self._busy.add(key)
        cuts = self._cuts
        found = list(dict.fromkeys(self._resolve(node, at, depth)))[:MAX_TARGETS]
        self._busy.discard(key)
        if self._cuts == cuts:
            self._known[key] = found
        return found

    def _resolve(self, node: ast.expr, at: Code, depth: int) -> list[Target]:
        attributes: list[str] = []
        while isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        targets = self._resolve_root(node, at, depth)
        if attributes and isinstance(node, ast.Name) and not targets:
            targets = self._self_attribute(node.id, attributes.pop(), at, depth)
        for attribute in reversed(attributes):
            targets = [
                further for target in targets for further in self._member(target, attribute, depth)
            ]
        return targets

    def _resolve_root(self, node: ast.expr, at: Code, depth: int) -> list[Target]:
        if isinstance(node, ast.Name):
            return self._name(node.id, at, depth)
        if isinstance(node, (ast.Call, ast.Subscript)):
            return self._spelled(node, at, depth)
        parts: list[ast.expr] = []
        if isinstance(node, ast.IfExp):
            parts = [node.body, node.orelse]
        elif isinstance(node, ast.BoolOp):
            parts = node.values
        elif isinstance(node, ast.NamedExpr):
            parts = [node.value]
        return [target for part in parts for target in self.resolve(part, at, depth + 1)]

    def _name(self, name: str, at: Code, depth: int) -> list[Target]:
        home = at.scope.home(name)
        if home is not None:
            return self._bound(name, home, at.order, depth)
        if hasattr(builtins, name):
            return []
        return [
            target
            for star in at.scope.top().stars
            for target in self._dotted(f"{star}.{name}", depth)
        ]

    def _bound(self, name: str, home: Scope, order: int, depth: int) -> list[Target]:
        bindings = home.names[name]
        if home.parent is None:
            bindings = self._visible(name, home, order)
        targets: list[Target] = []
        for binding in bindings:
            targets.extend(self._meaning(binding, home, depth))
        if home.parent is None:
            for patch in home.patches.get(name, ()):
                if patch.value is not None and any(isinstance(one, Code) for one in targets):
                    targets.append(Code(patch.value, home, CALL_TIME, patch.unit))
        return targets

    def _visible(self, name: str, home: Scope, order: int) -> list[Binding]:
        """Return the global bindings that code at `order` can see.

        At call time the student's own definition counts, also where a later cell imports the same
        name; `preferred` notes that, so that loading can make it true.
        """
        bindings = home.names[name]
        before = [binding for binding in bindings if binding.order < order]
        own = [binding for binding in before if binding.node is not None]
        if order == CALL_TIME and own:
            if any(binding.node is None for binding in bindings):
                self.preferred.setdefault(home.file, set()).add(name)
            return [binding for binding in own if binding.order == own[-1].order]
        if order == CALL_TIME or not before:
            return bindings
        return [binding for binding in before if binding.order == before[-1].order]

    def _meaning(self, binding: Binding, home: Scope, depth: int) -> list[Target]:
        if binding.dotted:
            return self._dotted(binding.dotted, depth)
        if binding.node is not None:
            return [Code(binding.node, home, binding.order, binding.unit)]
        if binding.value is None:
            return []
        order = binding.order if home.parent is None else CALL_TIME
        at = Code(binding.value, home, order, binding.unit)
        found = self.resolve(binding.value, at, depth + 1)
        return [*found, at] if home.parent is None else found

    def _dotted(self, dotted: str, depth: int) -> list[Target]:
        """Return what an absolute dotted name means: something of the student's, or a library's."""
        parts = dotted.split(".")
        for size in range(len(parts), 0, -1):
            file = self._siblings.get(".".join(parts[:size]))
            if file is None:
                continue
            targets: list[Target] = [Module(file)]
            for part in parts[size:]:
                targets = [
                    further for target in targets for further in self._member(target, part, depth)
                ]
            return targets
        return [Library(dotted)]

    def _member(self, target: Target, attribute: str, depth: int) -> list[Target]:
        self._steps += 1
        if depth > MAX_DEPTH or self.gave_up:
            self._cuts += 1
            return []
        if isinstance(target, Library):
            # through `_dotted`, for the folders of students' packages
            return self._dotted(f"{target.dotted}.{attribute}", depth + 1)
        if isinstance(target, Module):
            top = self.top(target.file)
            return self._name(attribute, Code(ast.Pass(), top, CALL_TIME, ""), depth + 1)
        if isinstance(target.node, ast.ClassDef):
            inside = self.inside(target.node, target.scope, target.order, target.unit)
            bindings = [*inside.names.get(attribute, ()), *inside.attributes.get(attribute, ())]
            found = [one for each in bindings for one in self._meaning(each, inside, depth + 1)]
            return [target, *found]
        return [target]

    def _self_attribute(self, name: str, attribute: str, at: Code, depth: int) -> list[Target]:
        """Resolve `self.optimizer` through what the class assigns to it."""
        around = at.scope.enclosing_class()
        if around is None or name not in ("self", "cls"):
            return []
        bindings = [*around.names.get(attribute, ()), *around.attributes.get(attribute, ())]
        return [one for each in bindings for one in self._meaning(each, around, depth + 1)]

    def _spelled(self, node: ast.expr, at: Code, depth: int) -> list[Target]:
        found = spelled(node, lambda name: at.scope.home(name) is None)
        if found is None:
            return []
        if found.provided is not None:
            expression, dotted = found.provided
            if Library(dotted) not in self.resolve(expression, at, depth + 1):
                return []
        if found.base is not None:
            bases = self.resolve(found.base, at, depth + 1)
            return [one for base in bases for one in self._member(base, found.word, depth + 1)]
        if found.kind == "global":
            return self._name(found.word, Code(node, at.scope.top(), at.order, at.unit), depth + 1)
        return self._dotted(found.word, depth)
