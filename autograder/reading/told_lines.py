"""The lines that may be told when code raises: statements of an exercise's own, known beforehand.

Which line it was is said by a process that runs the student's code, and can be made up to carry a
hidden input out. So it is rounded to the statement it is in, and told only for statements that the
exercise's definition has, or what it calls, as handed in; there are at most `MOST`.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any, Dict, List, Set, Tuple

from autograder.reading.definitions import Definition, assigned, top_level
from autograder.reading.source_text import walk

MOST = 128
# Unit, first and last line of a definition, and where each of its statements starts.
Place = Tuple[str, int, int, List[int]]


class Statements:
    """The top-level statements of all units, by the names that they bind or change."""

    def __init__(self, parts: Iterable[tuple[str, ast.Module]]) -> None:
        self._by_name: Dict[str, List[Tuple[str, ast.AST]]] = {}
        self._read: Dict[int, Tuple[List[int], Set[str]]] = {}
        for unit, tree in parts:
            for _, node in top_level(tree):
                for name in _bound(node):
                    self._by_name.setdefault(name, []).append((unit, node))

    def of(self, unit: str, definition: Definition) -> list[Place]:
        """The statements of a definition, then of what it names, up to `MOST` of them.

        Args:
            unit: where the definition stands.
            definition: an exercise's.
        """
        waiting = [(unit, definition.node), *self._by_name.get(definition.name, ())]
        met: set[int] = set()
        names: set[str] = {definition.name}
        places: list[Place] = []
        left = MOST
        for home, node in waiting:  # which grows
            if id(node) in met or left == 0:
                continue
            met.add(id(node))
            starts, named = self._inside(node)
            starts = starts[:left]
            left -= len(starts)
            places.append((home, starts[0], getattr(node, "end_lineno", starts[-1]), starts))
            for name in sorted(named - names):
                waiting.extend(self._by_name.get(name, ()))
            names |= named
        return places

    def _inside(self, node: ast.AST) -> tuple[list[int], set[str]]:
        """Where the statements of a node start, and the names in it."""
        if id(node) not in self._read:
            starts = {_first_line(node)}
            named = set()
            for one in walk(node):
                if isinstance(one, ast.stmt):
                    starts.add(_first_line(one))
                elif isinstance(one, ast.Name):
                    named.add(one.id)
                elif isinstance(one, ast.Attribute):
                    named.add(one.attr)
            self._read[id(node)] = sorted(starts), named
        return self._read[id(node)]


def line_to_tell(places: Sequence[Any], unit: str, line: int) -> int:
    """The line to tell for one that a worker named: where its statement starts; 0 for none.

    Args:
        places: of the exercise, from `Statements.of`.
        unit: which module or cell the worker named.
        line: in it.
    """
    for home, first, last, starts in places:
        if home == unit and first <= line <= last:
            return int(starts[bisect_right(starts, line) - 1])
    return 0


def _first_line(node: Any) -> int:
    decorators = getattr(node, "decorator_list", ())
    return int(min([node.lineno, *(made.lineno for made in decorators)]))


def _bound(node: ast.stmt) -> set[str]:
    """The names that a statement binds, or whose attributes it sets."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    found = {name for name, _ in assigned(node)}
    for target in node.targets if isinstance(node, ast.Assign) else []:
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            found.add(target.value.id)
    return found
