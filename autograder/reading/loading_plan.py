"""Plan what to load: which units a submission has, and which definition answers each exercise.

`plan` runs before any student code does, so its answer can be trusted. Every value in it is plain.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from typing import Any

from autograder.reading import notebook_cells, source_text
from autograder.reading.choice import Unit, answer
from autograder.reading.definitions import (
    DEFINED,
    definitions,
    imported_names,
    top_level,
)
from autograder.reading.file_names import is_ignored, is_safe
from autograder.reading.forbidden_calls import Scan
from autograder.reading.import_finder import student_names
from autograder.reading.scopes import Part
from autograder.reading.source_text import Unreadable, plain
from autograder.reading.told_lines import Statements

MAX_UNITS = 4_000


def plan(files: Mapping[str, bytes], rules: Mapping[str, Any]) -> dict[str, Any]:
    """Read a submission and say what answers each exercise, running none of it.

    Args:
        files: the submission, path to content; paths are relative with "/" between parts.
        rules: {"exercises": [{"name", "provides", "file", "forbidden": [dotted]}],
            "notebook": name, "ignore": [glob], "given": [file name], "skip_tags": [tag]}. Given
            files are there to be imported, and answer nothing.

    Returns:
        {"units", "sources", "exercises", "notes"}, all of plain values.
    """
    notes: list[str] = []
    ignore = rules.get("ignore", ())
    mine = {
        path: data
        for path, data in files.items()
        if path.lower().endswith((".py", ".ipynb")) and not is_ignored(path, ignore)
    }
    siblings = student_names(path for path in mine if path.endswith(".py") and is_safe(path))
    units = _units(mine, rules.get("skip_tags", ()), siblings, notes)
    scan = Scan(
        [Part(unit.id, unit.file, unit.tree, unit.text) for unit in units if unit.runs],
        siblings,
    )
    statements = Statements((unit.id, unit.tree) for unit in units if unit.runs)
    given = rules.get("given", ())
    own = [unit for unit in units if not is_ignored(unit.file, given)]
    notebook = rules.get("notebook", "")
    exercises = {
        rule["name"]: answer(rule, notebook, own, scan, statements)
        for rule in rules.get("exercises", ())
    }
    if scan.gave_up:
        notes.append("names lead to names without end: look for library routines yourself")
    return {
        "units": [unit.record() for unit in units],
        "sources": {unit.id: unit.text for unit in units if unit.status in ("ok", "syntax-error")},
        "exercises": exercises,
        "notes": notes,
    }


def _units(
    files: Mapping[str, bytes],
    skip_tags: Collection[str],
    siblings: Collection[str],
    notes: list[str],
) -> list[Unit]:
    units: list[Unit] = []
    for path in sorted(files):
        if len(units) >= MAX_UNITS:
            notes.append(f"only the first {MAX_UNITS} modules and cells were read")
            break
        if not is_safe(path):
            shown = plain(path, 80)
            problem = "this file name cannot be used; rename the file"
            units.append(Unit(shown, shown, shown, "module", "unreadable", problem))
        elif path.lower().endswith(".py"):
            units.append(_module(path, files[path], siblings, notes))
        else:
            units.extend(_cells(path, files[path], skip_tags, siblings, notes))
    return units


def _module(path: str, data: bytes, siblings: Collection[str], notes: list[str]) -> Unit:
    unit = Unit(path, path, path, "module")
    try:
        unit.text, note = source_text.decode(data)
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
