"""Find forbidden library routines in the code that an exercise can reach, and only there.

The scan reads the syntax tree. It starts at the exercise's definition and follows names to other
functions and classes of the student's; what stands in `if __name__ == "__main__"`, in a cell that
compares with Keras, or in another exercise's code is not looked at.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import Any

from checkkit.reading.definitions import Definition
from checkkit.reading.library_names import forbidden_by
from checkkit.reading.name_resolution import CALL_TIME, Code, Library, Resolver
from checkkit.reading.scopes import Part, Scope
from checkkit.reading.source_text import children, plain

MAX_USES = 20

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_MEANINGFUL = (ast.Name, ast.Attribute, ast.Call, ast.Subscript)


class Scan:
    """The whole submission, ready to be searched from any of its definitions.

    Args:
        parts: the units that can be parsed, cells in their order.
        siblings: which import name means which student file.
    """

    def __init__(self, parts: Iterable[Part], siblings: Mapping[str, str]) -> None:
        self._parts = list(parts)
        self._resolver = Resolver(self._parts, siblings)
        self.gave_up = False
        self._made: list[ast.expr] = []
        self._files = {part.id: part.file for part in self._parts}

    def forbidden_uses(
        self, unit: str, definition: Definition, forbidden: Iterable[str]
    ) -> tuple[list[dict[str, Any]], list[str]]:
        """Return the forbidden routines that a definition can reach.

        Args:
            unit: id of the unit that the definition stands in.
            definition: where to start.
            forbidden: dotted names; a module's name forbids all that is in it.

        Returns:
            Uses as {"name": as written, "resolved": dotted, "rule": entry, "unit", "line"}, and
            the names that were read as the student's own although something else binds them too.
        """
        entries = list(forbidden)
        if not entries:
            return [], []
        top = self._resolver.top(self._files[unit])
        self._resolver.start()
        search = _Search(self._resolver, entries, {part.id: part.text for part in self._parts})
        search.run(self._roots(unit, definition, top))
        self.gave_up = self.gave_up or self._resolver.gave_up
        own = self._resolver.preferred.get(top.file, set())
        return search.uses[:MAX_USES], sorted(own)

    def _roots(self, unit: str, definition: Definition, top: Scope) -> list[Code]:
        """Return where to start: the definition, and what is assigned to its attributes."""
        bindings = top.names.get(definition.name, [])
        orders = {
            binding.order
            for binding in bindings
            if binding.unit == unit and definition.holds(binding.node or binding.value)
        }
        # the whole statement: which branch of an `if` or `try` defines it shows only when it runs
        roots = [
            Code(node, top, binding.order, unit)
            for binding in bindings
            if binding.order in orders and (node := binding.node or binding.value) is not None
        ]
        if not orders:
            name = ast.copy_location(ast.Name(definition.name, ast.Load()), definition.node)
            self._made.append(name)  # the resolver knows nodes by their identity
            roots = [Code(name, top, CALL_TIME, unit)]
        patches = top.patches.get(definition.name, ())
        return roots + [Code(one.value, top, CALL_TIME, one.unit) for one in patches if one.value]


class _Search:
    """One walk over everything that is reachable from some starting points."""

    def __init__(self, resolver: Resolver, entries: list[str], texts: Mapping[str, str]) -> None:
        self._resolver = resolver
        self._entries = entries
        self._texts = texts
        self._queue: list[Code] = []
        self._seen: set[tuple[int, int]] = set()
        self._reported: set[tuple[str, int, str]] = set()
        self.uses: list[dict[str, Any]] = []

    def run(self, roots: list[Code]) -> None:
        """Fill `uses`, in the order in which the code is reached."""
        self._queue = list(reversed(roots))
        while self._queue and len(self.uses) < MAX_USES:
            at = self._queue.pop()
            key = (id(at.node), id(at.scope))
            if key not in self._seen:
                self._seen.add(key)
                self._queue.extend(reversed(self._visit(at)))

    def _visit(self, at: Code) -> list[Code]:
        """Return what to visit next: the node's inside, and what its name leads to."""
        node = at.node
        if isinstance(node, _FUNCTIONS):
            outside = [*node.decorator_list, *_defaults(node.args)]
            return [*_each(outside, at), *self._enter(node, node.body, at)]
        if isinstance(node, ast.Lambda):
            return [*_each(_defaults(node.args), at), *self._enter(node, [node.body], at)]
        if isinstance(node, ast.ClassDef):
            outside = [*node.decorator_list, *node.bases, *(one.value for one in node.keywords)]
            return [*_each(outside, at), *self._enter(node, node.body, at)]
        if isinstance(node, _COMPREHENSIONS):
            return self._enter(node, children(node), at)
        if isinstance(node, ast.AnnAssign):
            return _each([node.target, *([node.value] if node.value else [])], at)
        if isinstance(node, _MEANINGFUL):
            return self._use(node, at)
        return _each(children(node), at)

    def _enter(self, node: ast.AST, body: list[Any], at: Code) -> list[Code]:
        scope = self._resolver.inside(node, at.scope, at.order, at.unit)
        order = CALL_TIME if isinstance(node, (*_FUNCTIONS, ast.Lambda)) else at.order
        return [Code(child, scope, order, at.unit) for child in body]

    def _use(self, node: Any, at: Code) -> list[Code]:
        if isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
            return _each(children(node), at)
        targets = self._resolver.resolve(node, at)
        reached: list[Code] = []
        for target in targets:
            if isinstance(target, Library):
                self._report(node, target.dotted, at)
            elif isinstance(target, Code):
                reached.append(target)
        if isinstance(node, ast.Call) and self._is_type_question(node, at):
            return _each(node.args[:1], at)
        whole_chain = isinstance(node, ast.Attribute) and any(
            isinstance(target, Library) for target in targets
        )
        inside = [] if whole_chain and _is_plain_chain(node) else children(node)
        return [*_each(inside, at), *reached]

    def _is_type_question(self, node: ast.Call, at: Code) -> bool:
        asks = isinstance(node.func, ast.Name) and node.func.id in ("isinstance", "issubclass")
        return asks and at.scope.home(node.func.id) is None  # type: ignore[attr-defined]

    def _report(self, node: ast.expr, dotted: str, at: Code) -> None:
        rule = forbidden_by(dotted, self._entries)
        key = (at.unit, node.lineno, rule or "")
        if rule is None or key in self._reported:
            return
        self._reported.add(key)
        self.uses.append(
            {
                "name": _written(node, self._texts.get(at.unit, "")) or plain(dotted, 120),
                "resolved": plain(dotted, 200),
                "rule": rule,
                "unit": at.unit,
                "line": node.lineno,
            }
        )


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [*arguments.defaults, *(one for one in arguments.kw_defaults if one is not None)]


def _each(nodes: Iterable[ast.AST], at: Code) -> list[Code]:
    return [Code(node, at.scope, at.order, at.unit) for node in nodes]


def _is_plain_chain(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _written(node: ast.expr, text: str) -> str:
    """Return an expression as the student wrote it, when it fits into a sentence."""
    if isinstance(node, ast.Attribute) and not _is_plain_chain(node):
        return ""
    return plain(" ".join((ast.get_source_segment(text, node) or "").split()), 120)
