"""Plan what to load: which units a submission has, and which definition answers each exercise.

`plan` runs before any student code does, so its answer can be trusted. Every value in it is plain.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.sandbox.inside import notebook_cells, sources
from autograder.sandbox.inside.definitions import (
    CALLED,
    DEFINED,
    IMPORTED,
    PASSED_ON,
    Definition,
    best,
    definitions,
    imported_names,
    is_unfinished,
    top_level,
)
from autograder.sandbox.inside.naming import closeness, import_names, is_ignored, is_safe
from autograder.sandbox.inside.scan import Part, Scan
from autograder.sandbox.inside.sources import Unreadable, plain

MAX_UNITS = 4_000
MAX_NAMES = 1_000


@dataclass
class Unit:
    """One module or cell; `found` are its definitions when it is ok."""

    id: str
    file: str
    label: str
    kind: str
    status: str = "ok"
    problem: str = ""
    text: str = ""
    tree: ast.Module = field(default_factory=lambda: ast.Module(body=[], type_ignores=[]))
    found: list[Definition] = field(default_factory=list)

    def parse(self) -> None:
        """Fill `tree`, or the status and problem of a source that Python cannot read."""
        try:
            self.tree = sources.parse(self.text, self.label)
        except Unreadable as reason:
            self.status, self.problem = reason.status, reason.problem

    def record(self) -> dict[str, Any]:
        """Return the unit as plain values."""
        names: dict[str, int] = {}
        strengths: dict[str, int] = {}
        for one in self.found:
            defines = one.strength not in (IMPORTED, PASSED_ON)
            if defines and one.strength >= strengths.get(one.name, 0):
                names[one.name], strengths[one.name] = one.line, one.strength
        return {
            "id": self.id,
            "file": self.file,
            "label": self.label,
            "kind": self.kind,
            "status": self.status,
            "problem": self.problem,
            "defines": dict(list(names.items())[:MAX_NAMES]),
        }


@dataclass(frozen=True)
class Candidate:
    """A definition that could answer an exercise, with the unit it stands in."""

    unit: Unit
    definition: Definition
    unfinished: bool
    close: int

    @property
    def merit(self) -> tuple[bool, bool, int, int]:
        """Order candidates: a finished definition first, then the file that is named right."""
        strength = self.definition.strength
        return strength >= PASSED_ON, not self.unfinished, min(strength, CALLED), self.close

    @property
    def place(self) -> str:
        return f"{self.unit.label}, line {self.definition.line}"


def plan(files: Mapping[str, bytes], rules: Mapping[str, Any]) -> dict[str, Any]:
    """Read a submission and say what answers each exercise, running none of it.

    Args:
        files: the submission, path to content; paths are relative with "/" between parts.
        rules: {"exercises": [{"name", "provides", "file", "forbidden": [dotted]}],
            "ignore": [glob], "skip_tags": [tag]}.

    Returns:
        {"units", "sources", "exercises", "notes"}, all of plain values.
    """
    notes: list[str] = []
    units = _units(files, rules, notes)
    parts = [Part(unit.id, unit.file, unit.kind, unit.tree) for unit in units if _runs(unit)]
    scan = Scan(parts)
    return {
        "units": [unit.record() for unit in units],
        "sources": {unit.id: unit.text for unit in units if unit.status in ("ok", "syntax-error")},
        "exercises": {
            rule["name"]: _exercise(rule, units, scan) for rule in rules.get("exercises", ())
        },
        "notes": notes,
    }


def _runs(unit: Unit) -> bool:
    return unit.status == "ok"


def _units(files: Mapping[str, bytes], rules: Mapping[str, Any], notes: list[str]) -> list[Unit]:
    units: list[Unit] = []
    siblings = import_names(path for path in files if is_safe(path))
    for path in sorted(files):
        lower = path.lower()
        if not lower.endswith((".py", ".ipynb")) or is_ignored(path, rules.get("ignore", ())):
            continue
        if len(units) >= MAX_UNITS:
            notes.append(f"only the first {MAX_UNITS} modules and cells were read")
            break
        if not is_safe(path):
            shown = plain(path, 80)
            problem = "this file name cannot be used; rename the file"
            units.append(Unit(shown, shown, shown, "module", "unreadable", problem))
        elif lower.endswith(".py"):
            units.append(_module(path, files[path], siblings, notes))
        else:
            tags = rules.get("skip_tags", ())
            units.extend(_cells(path, files[path], tags, siblings, notes))
    return units


def _module(path: str, data: bytes, siblings: Collection[str], notes: list[str]) -> Unit:
    unit = Unit(path, path, path, "module")
    try:
        unit.text, note = sources.decode(data)
    except Unreadable as reason:
        unit.status, unit.problem = reason.status, reason.problem
        return unit
    if note:
        notes.append(f"{path} {note}")
    unit.parse()
    unit.found = definitions(unit.tree, siblings=siblings)
    return unit


def _cells(
    path: str,
    data: bytes,
    skip_tags: Collection[str],
    siblings: Collection[str],
    notes: list[str],
) -> list[Unit]:
    try:
        cells, remarks = notebook_cells.read(data, skip_tags)
    except Unreadable as reason:
        return [Unit(path, path, path, "cell", reason.status, reason.problem)]
    notes.extend(f"{path}: {remark}" for remark in remarks)
    units: list[Unit] = []
    imported: set[str] = set()
    for cell in cells:
        label = f"{path}, cell {cell.number}"
        unit = Unit(f"{path}#{cell.number}", path, label, "cell", text=cell.source)
        units.append(unit)
        if cell.note:
            notes.append(f"{label}: {cell.note}")
        if cell.skipped:
            unit.status = "skipped"
            continue
        if cell.problem:
            unit.status, unit.problem = "unreadable", cell.problem
            continue
        unit.parse()
        unit.found = definitions(unit.tree, imported, siblings)
        for _, node in top_level(unit.tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                imported |= imported_names(node)
        imported -= {one.name for one in unit.found if one.strength == DEFINED}
    return units


def _exercise(rule: Mapping[str, Any], units: list[Unit], scan: Scan) -> dict[str, Any]:
    name, provides = rule["name"], rule["provides"]
    candidates = _candidates(rule, units)
    if not candidates:
        return {
            "provides": provides,
            "unit": None,
            "line": 0,
            "unfinished": False,
            "notes": _why_missing(rule, units),
            "forbidden": [],
            "own": [],
            "needs": [],
        }
    chosen = max(
        enumerate(candidates),
        key=lambda pair: (*pair[1].merit, pair[0]),
    )[1]
    uses, own = scan.forbidden_uses(chosen.unit.id, chosen.definition, rule.get("forbidden", ()))
    return {
        "provides": provides,
        "unit": chosen.unit.id,
        "line": chosen.definition.line,
        "unfinished": chosen.unfinished,
        "notes": _which_counted(provides, name, chosen, candidates, units),
        "forbidden": uses,
        "own": own,
        "needs": _needs(chosen.unit, units),
    }


def _candidates(rule: Mapping[str, Any], units: list[Unit]) -> list[Candidate]:
    """Return the definition that counts in each file, in the order of the files."""
    candidates = []
    for file in dict.fromkeys(unit.file for unit in units if _runs(unit)):
        inside = [unit for unit in units if unit.file == file and _runs(unit)]
        homes = {id(one): unit for unit in inside for one in unit.found}
        chosen = best([one for unit in inside for one in unit.found], rule["provides"])
        if chosen is not None:
            names = {rule["name"]}
            unfinished = is_unfinished(chosen.node, names)
            close = closeness(file, rule["file"])
            candidates.append(Candidate(homes[id(chosen)], chosen, unfinished, close))
    return candidates


def _needs(unit: Unit, units: list[Unit]) -> list[str]:
    if unit.kind == "module":
        return [unit.id]
    return [other.id for other in units if other.file == unit.file and _runs(other)]


def _which_counted(
    provides: str, name: str, chosen: Candidate, candidates: list[Candidate], units: list[Unit]
) -> list[str]:
    """Say which definition counted, when there was more than one."""
    notes = []
    for other in candidates:
        same = [
            f"{unit.label}, line {one.line}"
            for unit in units
            if unit.file == other.unit.file and _runs(unit)
            for one in unit.found
            if one.name == provides
            and one.strength == other.definition.strength
            and one is not other.definition
        ]
        if same and other is chosen:
            notes.append(
                f"`{provides}` is defined {len(same) + 1} times in {chosen.unit.file}: the last "
                f"one counts ({chosen.place}), not {_listed(same)}"
            )
    others = [other for other in candidates if other is not chosen]
    if others:
        listed = _listed(
            [other.place + (" (unfinished)" if other.unfinished else "") for other in others]
        )
        notes.append(f"`{provides}` of {chosen.place} counts; there is also {listed}")
    return notes


def _listed(places: list[str], most: int = 3) -> str:
    shown = places[:most]
    rest = len(places) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")


def _why_missing(rule: Mapping[str, Any], units: list[Unit]) -> list[str]:
    """Name the unreadable units that most likely hold a missing definition."""
    provides, notes = rule["provides"], []
    for unit in units:
        if unit.status not in ("syntax-error", "unreadable"):
            continue
        lines = [line.strip() for line in unit.text.split("\n")]
        holds = any(
            line.startswith((f"def {provides}(", f"class {provides}(", f"class {provides}:"))
            for line in lines
        )
        if holds or (closeness(unit.file, rule["file"]) and unit.kind == "module"):
            notes.append(f"{unit.label} cannot be read: {unit.problem}")
    return notes[:3]
