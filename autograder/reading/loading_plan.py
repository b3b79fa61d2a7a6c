"""Plan what to load: which units a submission has, and which definition answers each exercise.

`plan` runs before any student code does, so its answer can be trusted. Every value in it is plain.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from typing import Any, Dict, List, Tuple, Union

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
from autograder.reading.leaning import leans_on
from autograder.reading.magics import without_magics
from autograder.reading.other_pythons import told_of_version
from autograder.reading.own_imports import meant_as_own, rewrite_imports
from autograder.reading.scopes import Part
from autograder.reading.source_text import Unreadable, plain
from autograder.reading.tagged_cells import leaned_on, tried_out
from autograder.reading.told_lines import Statements

MAX_UNITS = 4_000
_Books = Dict[str, Union[Tuple[List[notebook_cells.Cell], List[str]], Unreadable]]


def plan(files: Mapping[str, bytes], rules: Mapping[str, Any]) -> dict[str, Any]:
    """Read a submission and say what answers each exercise, running none of it.

    Args:
        files: the submission, path to content; paths are relative with "/" between parts.
        rules: {"exercises": [{"name", "provides", "file", "forbidden": [dotted]}],
            "notebook": name, "ignore": [glob], "given": [file name], "skip_tags": [tag],
            "experiments": [name]}. Given files are there to be imported, and answer nothing.

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
    books = _notebooks(mine, rules.get("skip_tags", ()))
    mine.update(_written_by_cells(mine, books, notes))
    siblings = student_names(path for path in mine if path.endswith(".py") and is_safe(path))
    units = _units(mine, books, notes)
    _leave_experiments(units, rules.get("experiments", ()), notes)
    _settle_imports(units, siblings)
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
    leaned: dict[tuple[str, ...], list[str] | None] = {}
    for found in exercises.values():
        needs = tuple(found["needs"])
        if needs not in leaned:
            leaned[needs] = leans_on(needs, units) if needs else None
        found["leans"] = leaned[needs]
    notes.extend(_passed_over(exercises, own))
    if scan.gave_up:
        notes.append("names lead to names without end: look for library routines yourself")
    return {
        "units": [unit.record() for unit in units],
        "sources": {unit.id: unit.text for unit in units if unit.status in ("ok", "syntax-error")},
        "exercises": exercises,
        "notes": notes,
    }


def _passed_over(exercises: Mapping[str, Any], units: list[Unit]) -> list[str]:
    """Name each file whose answers all lost against another's."""
    files = {unit.id: unit.file for unit in units}
    counting = {files[found["unit"]] for found in exercises.values() if found["unit"]}
    losing: dict[str, set[str]] = {}
    for found in exercises.values():
        for other in found["others"]:
            losing.setdefault(files[other["unit"]], set()).add(files[found["unit"]])
    return [
        f"nothing in {file} counts: what is in {', '.join(sorted(winners))} does"
        for file, winners in sorted(losing.items())
        if file not in counting
    ]


def _units(files: Mapping[str, bytes], books: _Books, notes: list[str]) -> list[Unit]:
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
            units.append(_module(path, files[path], notes))
        else:
            units.extend(_cells(path, books[path], notes))
    return units


def _notebooks(files: Mapping[str, bytes], skip_tags: Collection[str]) -> _Books:
    """Read each notebook once: its cells and remarks, or why it cannot be read."""
    books: _Books = {}
    for path in sorted(files):
        if path.lower().endswith(".ipynb") and is_safe(path):
            try:
                books[path] = notebook_cells.read(files[path], skip_tags)
            except Unreadable as reason:
                books[path] = reason
    return books


def _written_by_cells(
    files: Mapping[str, bytes], books: _Books, notes: list[str]
) -> dict[str, bytes]:
    """Return the modules that `%%writefile` would write and that were not handed in."""
    written: dict[str, bytes] = {}
    for path, book in books.items():
        if isinstance(book, Unreadable):
            continue
        for cell in book[0]:
            label = f"{path}, cell {cell.number}"
            if not cell.file:
                continue
            if cell.file in files:
                notes.append(f"{label}: {cell.file} was handed in, and counts as it is there")
            elif cell.file.endswith(".py") and is_safe(cell.file):
                before = written.get(cell.file, b"") + b"\n" if cell.appends else b""
                written[cell.file] = before + cell.content.encode("utf-8")
                notes.append(f"{label}: {cell.file} is read as this cell writes it")
            else:
                notes.append(f"{label}: {plain(cell.file, 80)} is not written here")
    return written


def _module(path: str, data: bytes, notes: list[str]) -> Unit:
    unit = Unit(path, path, path, "module")
    try:
        unit.text, note = source_text.decode(data)
    except Unreadable as reason:
        unit.status, unit.problem = reason.status, reason.problem
        return unit
    if note:
        notes.append(f"{path} {note}")
    unit.parse()
    if unit.status == "syntax-error":
        _read_as_export(unit, notes)
    notes.extend(told_of_version(unit.label, taken) for taken in unit.passed_over)
    return unit


def _read_as_export(unit: Unit, notes: list[str]) -> None:
    """Read a module that Colab or Jupyter made of a notebook, with its shell lines in it."""
    text = without_magics(unit.text)
    export = Unit(unit.id, unit.file, unit.label, unit.kind, text=text)
    export.parse(joined=True)
    if export.runs:
        unit.status, unit.problem, unit.text, unit.tree = "ok", "", export.text, export.tree
        unit.passed_over = export.passed_over
        notes.append(
            f"{unit.label} is read as cells in one file: shell lines and magics are passed over"
        )


def _cells(
    path: str, book: tuple[list[notebook_cells.Cell], list[str]] | Unreadable, notes: list[str]
) -> list[Unit]:
    if isinstance(book, Unreadable):
        return [Unit(path, path, path, "cell", book.status, book.problem)]
    cells, remarks = book
    notes.extend(f"{path}: {remark}" for remark in remarks)
    units: list[Unit] = []
    for cell in cells:
        label = f"{path}, cell {cell.number}"
        unit = Unit(f"{path}#{cell.number}", path, label, "cell", text=cell.source)
        units.append(unit)
        if cell.note:
            notes.append(f"{label}: {cell.note}")
        if cell.problem:
            unit.status, unit.problem = "unreadable", cell.problem
            continue
        unit.parse()
        if cell.skipped:
            unit.status = "skipped"
        else:
            notes.extend(told_of_version(label, taken) for taken in unit.passed_over)
    _take_from_skipped(units, notes)
    return units


def _take_from_skipped(units: list[Unit], notes: list[str]) -> None:
    """Let cells that are tagged to be skipped give the definitions that others lean on."""
    skipped = [unit for unit in units if unit.status == "skipped"]
    run = [unit.tree for unit in units if unit.runs]
    kept_of = leaned_on(run, [unit.tree for unit in skipped]) if skipped else []
    for unit, kept in zip(skipped, kept_of):
        if not kept:
            unit.text, unit.tree = "", ast.Module(body=[], type_ignores=[])
            continue
        lines = [""] * (unit.text.count("\n") + 1)
        for statement in kept:
            decorators = getattr(statement, "decorator_list", ())
            first = min([statement.lineno, *(one.lineno for one in decorators)]) - 1
            last = statement.end_lineno or statement.lineno
            lines[first:last] = unit.text.split("\n")[first:last]
        unit.text, unit.status, unit.problem = "\n".join(lines), "ok", ""
        unit.parse()
        names = sorted({one.name for one in definitions(unit.tree)} | _imports(unit.tree))
        shown = ", ".join(f"`{name}`" for name in names)
        notes.append(f"{unit.label} is tagged to be skipped; only {shown} is read of it")


def _leave_experiments(units: list[Unit], names: Collection[str], notes: list[str]) -> None:
    """Take out what a cell without its tag, or an export, only tries out: that may take minutes."""
    left: dict[str, str] = {}
    for unit in units:
        found = tried_out(unit.tree, names) if unit.runs else []
        if not found:
            continue
        left.setdefault(unit.file, unit.text.split("\n")[found[0].lineno - 1].strip())
        lines = unit.text.split("\n")
        for statement in found:
            lines[statement.lineno - 1 : statement.end_lineno] = [""] * (
                (statement.end_lineno or statement.lineno) - statement.lineno + 1
            )
        unit.text = "\n".join(lines)
        unit.tree.body = [one for one in unit.tree.body if one not in found]
    notes += [f"{file}: what stands under `{line}` is not run" for file, line in left.items()]


def _settle_imports(units: list[Unit], siblings: Mapping[str, str]) -> None:
    """Give each unit the imports that it means, then the definitions that follow from them."""
    bound = {
        unit.file: {one.name for one in definitions(unit.tree)} | _imports(unit.tree)
        for unit in units
        if unit.kind == "module"
    }
    imported: dict[str, set[str]] = {}
    for unit in units:
        if not unit.runs:
            continue
        unit.own_modules = meant_as_own(unit.tree, siblings, bound)
        rewrite_imports(unit.tree, unit.file, siblings, unit.own_modules)
        before = imported.setdefault(unit.file, set())
        unit.found = definitions(unit.tree, set(before), siblings)
        before |= _imports(unit.tree)
        before -= {one.name for one in unit.found if one.strength == DEFINED}


def _imports(tree: ast.Module) -> set[str]:
    return {
        name
        for _, node in top_level(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in imported_names(node)
    }
