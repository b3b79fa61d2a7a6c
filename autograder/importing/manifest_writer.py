"""Write ``assignment.toml`` for what was brought over."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from autograder.assignment.points import total
from autograder.importing.bound_names import bound_by
from autograder.importing.exercise_entries import Entry
from autograder.importing.import_problems import Remarks
from autograder.importing.master import Cell, Master
from autograder.importing.plan import Part, Plan

_SAFE_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")


def title_of(master: Master) -> str:
    """The assignment's title: its main heading, one that it begins with, else what it is called."""
    texts = [item.source for item in master.items if isinstance(item, Cell) and item.kind == "text"]
    for mark, among in (("#", texts), ("#+", texts[:1])):
        for text in among:
            heading = re.search(rf"^{mark} (.+)$", text, re.MULTILINE)
            if heading:
                return heading[1].strip()
    return master.title


def slug(text: str) -> str:
    """A name as the manifest takes it."""
    made = re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-_")
    return made if made[:1].isalpha() else f"lab-{made}".strip("-")


def imported(plan: Plan) -> set[str]:
    """Top-level packages that the module imports."""
    found: set[str] = set()
    for piece in plan.module:
        for inner in piece.pieces if isinstance(piece, Part) else [piece]:
            for node in ast.walk(inner.node):
                if isinstance(node, ast.Import):
                    found |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module.split(".")[0])
    return found


def requirements_of(master: Master, plan: Plan) -> list[str]:
    """What students install: what the source names, else what the code imports."""
    wanted = master.requirements
    if wanted is None:
        known = importlib.metadata.packages_distributions()
        third = sorted(imported(plan) - set(sys.stdlib_module_names))
        wanted = [known.get(name, [name])[0] for name in third]
    return list(dict.fromkeys([*wanted, "numpy", "pytest"]))


def files_of(master: Master, taken: Collection[str], remarks: Remarks) -> list[str]:
    """Files that are handed out with the assignment as they are."""
    kept = []
    for name in master.files:
        path = master.path.parent / name
        if not path.is_file():
            remarks.lose(
                "files", f"there is no file {name}", "put it in the folder, and add a [[file]]"
            )
        elif not _SAFE_FILE.fullmatch(name) or name in taken:
            remarks.lose(
                "files", f"{name}: only files beside the notebook can be handed out", "move it"
            )
        else:
            kept.append(name)
            remarks.change(
                "files",
                f"{name} is handed out, and is there where submissions run",
            )
    return kept


def manifest_source(
    tool: str,
    name: str,
    title: str,
    module: str,
    exercises: Sequence[Entry],
    requirements: Sequence[str],
    files: Sequence[str],
    tensorflow: bool,
) -> str:
    """The manifest's text.

    Args:
        tool: that the source was written for.
        name: of the assignment.
        title: of the assignment.
        module: file name of its module.
        exercises: in order.
        requirements: packages.
        files: handed out as they are.
        tensorflow: whether the code imports TensorFlow.
    """
    worth = total(made.points for made in exercises)
    lines = [
        f"# Brought over from {tool}; IMPORT.md says what was not, and what to look at.",
        "",
        "[assignment]",
        f"name = {_text(name)}",
        f"title = {_text(title)}",
        'version = "1.0"',
        'contact = "your teacher"',
        f"total_points = {worth if worth > 0 else 1.0:.12g}",
        "",
        "[packages]",
        f"requirements = {_list(requirements)}",
        "",
        "[[file]]",
        f"name = {_text(module)}",
        f"title = {_text(title)}",
    ]
    for file in files:
        lines += ["", "[[file]]", f"name = {_text(file)}", f"title = {_text(file)}", "extra = true"]
    for made in exercises:
        if made.written:
            title = f"Your answer to {made.question}"
            lines += ["", "[[file]]", f"name = {_text(made.file)}", f"title = {_text(title)}"]
            lines.append("data = true")
    for made in exercises:
        lines += _exercise(made, tensorflow)
    return "\n".join(lines) + "\n"


def _exercise(made: Entry, tensorflow: bool) -> list[str]:
    lines = ["", "[[exercise]]", f"name = {_text(made.name)}"]
    lines += ['kind = "data"'] if made.written else []
    lines += [f"file = {_text(made.file)}", f"points = {made.points:.12g}"]
    lines += [f"manual_points = {made.manual_points:.12g}"] if made.manual_points else []
    lines.append(f"goal = {_text(made.goal)}")
    if tensorflow and not made.written:
        lines.append('uses = "tensorflow"')
    if not made.public:
        lines.append("public = false")
    return lines


def module_name(path: Path, names: Collection[str]) -> str:
    """A name for the module that hides no other module and no name in it."""
    stem = re.sub(r"\W+", "_", path.stem, flags=re.ASCII).strip("_").lower()
    stem = stem if stem[:1].isalpha() else f"lab_{stem}".strip("_")
    known = {*sys.stdlib_module_names, *importlib.metadata.packages_distributions()}
    while stem in known or stem in names or stem in ("check", "tests", "checkkit", "checks"):
        stem += "_lab"
    return f"{stem}.py"


def names_in(plan: Plan) -> set[str]:
    """Top-level names of the module."""
    found = {made.name for made in plan.exercises}
    for piece in plan.module:
        if not isinstance(piece, Part):
            found |= bound_by(piece.node)
    return found


def _text(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _list(items: Sequence[str]) -> str:
    return "[" + ", ".join(map(_text, items)) + "]"
