"""Choose the definition that answers each exercise, and say which one counted and why.

A finished definition beats an untouched skeleton, then the file that is named like the handout's
wins; inside a file or a notebook the last definition counts.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checkkit.reading import source_text
from checkkit.reading.definitions import (
    CALLED,
    IMPORTED,
    PASSED_ON,
    Definition,
    best,
    imported_names,
    top_level,
)
from checkkit.reading.file_names import closeness
from checkkit.reading.forbidden_calls import Scan
from checkkit.reading.other_pythons import MOST, PassedOver, take_out, told_of_version
from checkkit.reading.source_text import Unreadable, walk
from checkkit.reading.told_lines import Statements
from checkkit.reading.unwritten import digest, parts_left, same_code

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
    own_modules: list[str] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)

    @property
    def runs(self) -> bool:
        """Whether there is code to load."""
        return self.status == "ok"

    def parse(self, joined: bool = False) -> None:
        """Fill `tree`, or the status and problem of a source that Python cannot read.

        Statements that another version of Python reads are passed over, and the rest is read.

        Args:
            joined: whether cells were joined to one file, see `source_text.parse`.
        """
        text = self.text
        while True:
            try:
                cell = self.kind == "cell"
                self.tree = source_text.parse(text, self.label, awaits=cell, joined=joined)
                self.text = text
                return
            except Unreadable as reason:
                if not self.problem:
                    self.problem = reason.problem
                found = None
                if reason.status == "syntax-error" and len(self.passed_over) < MOST:
                    found = take_out(text, reason.line)
                if found is None:
                    self.passed_over.clear()
                    self.status = reason.status
                    return
                text = found[0]
                self.passed_over.append(found[1])

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
            "problem": "" if self.runs else self.problem,
            "own_modules": self.own_modules,
            "defines": dict(list(names.items())[:MAX_NAMES]),
        }


@dataclass(frozen=True)
class Candidate:
    """A definition that could answer an exercise, with the unit it stands in."""

    unit: Unit
    definition: Definition
    parts_left: int
    close: int

    @property
    def merit(self) -> tuple[bool, int, int, int, int, bool, int]:
        """Order candidates: what is further along first, then the file that is named right.

        Of two that are as far along, as the count of parts tells, the one with more code in it is
        written: a `raise` that was left behind is still counted.
        """
        strength = self.definition.strength
        written = len(list(walk(self.definition.node))) if self.parts_left else 0
        is_module = self.unit.kind == "module"
        defined = min(strength, CALLED)
        nearness = self.close, is_module, -self.unit.file.count("/")
        return (strength >= PASSED_ON, -self.parts_left, written, defined, *nearness)

    @property
    def place(self) -> str:
        return f"{self.unit.label}, line {self.definition.line}"


def answer(
    rule: Mapping[str, Any], notebook: str, units: list[Unit], scan: Scan, statements: Statements
) -> dict[str, Any]:
    """Return the plan's record of one exercise: where its answer is, and what to say about it.

    Args:
        rule: of the exercise, see `loading_plan.plan`.
        notebook: what the handout calls its notebook.
        units: what was handed in, without files that were given.
        scan: of all of it.
        statements: of all of it.
    """
    provides = rule["provides"]
    candidates = _candidates(rule, notebook, units)
    if not candidates:
        return {
            "provides": provides,
            "unit": None,
            "line": 0,
            "parts_left": 0,
            "digest": "",
            "others": [],
            "notes": _why_missing(rule, units),
            "forbidden": [],
            "own": [],
            "needs": [],
            "told": [],
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
        "parts_left": chosen.parts_left,
        "digest": digest(_text(chosen)),
        "others": [
            {"unit": other.unit.id, "line": other.definition.line}
            for other in _others(chosen, candidates)
        ],
        "notes": [
            *_which_counted(provides, chosen, candidates, units),
            *(_broken(rule, units) if chosen.parts_left else []),
        ],
        "forbidden": uses,
        "own": own,
        "needs": _needs(chosen.unit, units),
        "told": [list(place) for place in statements.of(chosen.unit.id, chosen.definition)],
    }


def _candidates(rule: Mapping[str, Any], notebook: str, units: list[Unit]) -> list[Candidate]:
    """Return the definition that counts in each file, in the order of the files."""
    candidates = []
    for file in dict.fromkeys(unit.file for unit in units if unit.runs):
        inside = [unit for unit in units if unit.file == file and unit.runs]
        homes = {id(one): unit for unit in inside for one in unit.found}
        chosen = best([one for unit in inside for one in unit.found], rule["provides"])
        if chosen is not None:
            unit = homes[id(chosen)]
            close = closeness(file, rule["file"] if unit.kind == "module" else notebook)
            left = _parts_left(unit, chosen, rule["name"])
            candidates.append(Candidate(unit, chosen, left, close))
    return candidates


def _parts_left(unit: Unit, chosen: Definition, exercise: str) -> int:
    if "NotImplementedError" not in unit.text or not isinstance(chosen.node, ast.stmt):
        return 0
    return parts_left(chosen.node, exercise)


def _needs(unit: Unit, units: list[Unit]) -> list[str]:
    if unit.kind == "module":
        return [unit.id]
    return [other.id for other in units if other.file == unit.file and other.runs]


def _which_counted(
    provides: str, chosen: Candidate, candidates: list[Candidate], units: list[Unit]
) -> list[str]:
    """Say which definition counted, when there was more than one."""
    notes = []
    for other in candidates:
        same = [
            f"{unit.label}, line {one.line}"
            for unit in units
            if unit.file == other.unit.file and unit.runs
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
    others = _others(chosen, candidates)
    if others:
        listed = _listed([other.place for other in others])
        notes.append(f"`{provides}` of {chosen.place} counts; there is also {listed}")
    return notes


def _others(chosen: Candidate, candidates: list[Candidate]) -> list[Candidate]:
    """The answers that do not count and are worth a word: neither skeletons nor the same again."""
    return [
        other
        for other in candidates
        if other is not chosen and not other.parts_left and not _same(other, chosen)
    ]


def _same(one: Candidate, other: Candidate) -> bool:
    """Whether two definitions are the same code, whatever their comments and docstrings."""
    nodes = one.definition.node, other.definition.node
    return all(isinstance(node, ast.stmt) for node in nodes) and same_code(*nodes)  # type: ignore[arg-type]


def _text(candidate: Candidate) -> str:
    """The lines that a definition stands in."""
    node = candidate.definition.node
    first, last = getattr(node, "lineno", 1), getattr(node, "end_lineno", None) or 0
    return "\n".join(candidate.unit.text.split("\n")[first - 1 : last])


def _listed(places: list[str], most: int = 3) -> str:
    shown = places[:most]
    rest = len(places) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")


def _why_missing(rule: Mapping[str, Any], units: list[Unit]) -> list[str]:
    """Name the unreadable units that most likely hold a missing definition, and mere imports."""
    provides, notes = rule["provides"], _broken(rule, units)
    for unit in units:
        for _, node in top_level(unit.tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)) and provides in imported_names(node):
                notes.append(f"`{provides}` is only imported ({unit.label}, line {node.lineno})")
        for one in unit.found:
            if one.name == provides:
                notes.append(f"`{provides}` is only imported ({unit.label}, line {one.line})")
    return notes[:3]


def _broken(rule: Mapping[str, Any], units: list[Unit]) -> list[str]:
    """Name the unreadable units that most likely hold an exercise's definition."""
    provides, notes = rule["provides"], []
    starts = (f"def {provides}(", f"class {provides}(", f"class {provides}:")
    for unit in units:
        holds = any(line.strip().startswith(starts) for line in unit.text.split("\n"))
        named = unit.kind == "module" and closeness(unit.file, rule["file"]) > 0
        if unit.status in ("syntax-error", "unreadable") and (holds or named):
            notes.append(f"{unit.label} cannot be read: {unit.problem}")
        for taken in unit.passed_over:
            if any(line.strip().startswith(starts) for line in taken.text.split("\n")):
                notes.append(told_of_version(unit.label, taken))
    return notes[:3]
