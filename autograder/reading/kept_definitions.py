"""Keep what a namespace's statements define, whatever later statements bind the names to.

A student's `Adam` stays theirs when a later cell imports Keras's; a function that was written
where `Adam` meant Keras's keeps seeing that one.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType

from autograder.reading.definitions import (
    DEFINED,
    IMPORTED,
    Definition,
    imported_names,
    top_level,
)

_MISSING = object()


@dataclass
class Kept:
    """A value as its definition made it, and what imports the names around it meant then."""

    unit: str
    line: int
    strength: int
    value: object
    imports: dict[str, object]


@dataclass
class Space:
    """The namespace of a module, or of all cells of a notebook."""

    module: ModuleType
    kept: dict[str, list[Kept]] = field(default_factory=dict)
    imports: dict[str, object] = field(default_factory=dict)
    _shown: dict[str, object] = field(default_factory=dict)

    def values_of(self, found: Sequence[Definition]) -> dict[str, object]:
        """Return what the names of some definitions are bound to before these run."""
        values = self.module.__dict__
        return {one.name: values.get(one.name, _MISSING) for one in found}

    def keep(
        self,
        unit: str,
        statement: ast.stmt,
        found: Sequence[Definition],
        before: Mapping[str, object],
    ) -> None:
        """Remember what a top-level statement has just bound, also if it then failed."""
        values = self.module.__dict__
        for _, node in top_level(ast.Module(body=[statement], type_ignores=[])):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = imported_names(node)
                self.imports.update({name: values[name] for name in names if name in values})
        for one in found:
            value = values.get(one.name, _MISSING)
            if value is _MISSING or value is before[one.name]:
                continue
            if one.strength == DEFINED:
                self.imports.pop(one.name, None)
            if one.strength != IMPORTED:
                kept = Kept(unit, one.line, one.strength, value, dict(self.imports))
                self.kept.setdefault(one.name, []).append(kept)

    def end_cell(self, unit: str) -> None:
        """Let the definitions of a cell see what the whole cell imported."""
        for several in self.kept.values():
            for one in several:
                if one.unit == unit:
                    one.imports = dict(self.imports)

    def take(self, name: str, unit: str, lines: Collection[int], own: Collection[str]) -> object:
        """Return what a unit defined under a name, and show it the imports that it saw.

        Args:
            name: the name.
            unit: the unit whose definition is asked for.
            lines: where that definition stands; empty for the strongest in the unit.
            own: names that must mean the student's definition, whatever was imported later.

        Raises:
            KeyError: no such definition ran.
        """
        mine = [
            one
            for one in self.kept.get(name, ())
            if one.unit == unit and (not lines or one.line in lines)
        ]
        if not mine:
            raise KeyError(name)
        chosen = max(enumerate(mine), key=lambda pair: (pair[1].strength, pair[0]))[1]
        self._show(chosen, own)
        return chosen.value

    def _show(self, chosen: Kept, own: Collection[str]) -> None:
        values = self.module.__dict__
        values.update(self._shown)
        self._shown.clear()
        for name, several in self.kept.items():
            defined = [one.value for one in several if one.strength == DEFINED]
            if not defined:
                continue
            if name in own:
                wanted = defined[-1]
            elif name in chosen.imports and values.get(name) is defined[-1]:
                wanted = chosen.imports[name]
            else:
                continue
            if name in values:
                self._shown[name] = values[name]
            values[name] = wanted
