"""Make tests of nbgrader's test cells: what students see stays public, what they do not, hidden.

In nbgrader a test cell passes if it raises nothing, and gives all of its points or none; the lines
between ``BEGIN HIDDEN TESTS`` and ``END HIDDEN TESTS`` are removed before it is handed out
(nbgrader's documentation, "Autograder tests" cells, and "Customizing how the student version of an
assignment looks"). A cell with both parts becomes two tests, which share its points evenly.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from autograder.importing.bound_names import bound_by, needed_by
from autograder.importing.expected_outputs import asserts_something

_HIDDEN = re.compile(r"(BEGIN|END) HIDDEN TESTS")
_MAGIC = re.compile(r"\s*[%!]")


@dataclass(frozen=True)
class CellPart:
    """What one test of a cell is made of.

    Attributes:
        hidden: whether students do not see it.
        source: its statements, with those that they need.
        share: of the cell's points.
    """

    hidden: bool
    source: str
    share: float


@dataclass
class CellSplitter:
    """Splits test cells, one after the other, since a later one may use what an earlier one binds.

    Args:
        outside: names that other cells bind: what these mean is not the tests' to say.
    """

    outside: Collection[str]
    _shown: list[ast.stmt] = field(default_factory=list)
    _all: list[ast.stmt] = field(default_factory=list)

    def split(self, source: str) -> list[CellPart]:
        """The tests of a cell; none if it asserts nothing.

        Raises:
            SyntaxError: a part of it is not Python.
            ValueError: its marks for hidden tests do not match.
        """
        shown, hidden = (_statements(lines) for lines in _parts(source))
        made = []
        if _asserts(shown):
            made.append((False, [*self._needed(shown, self._shown), *shown]))
        if _asserts(hidden):
            made.append((True, [*self._needed(hidden, [*self._all, *shown]), *hidden]))
        self._shown += shown
        self._all += [*shown, *hidden]
        return [
            CellPart(is_hidden, "\n".join(map(ast.unparse, body)), 1 / len(made))
            for is_hidden, body in made
        ]

    def _needed(self, body: Sequence[ast.stmt], before: Sequence[ast.stmt]) -> list[ast.stmt]:
        """The statements of before that bind what a test uses, in their order."""
        wanted = set(needed_by(body)) - set(self.outside)
        kept: list[ast.stmt] = []
        for statement in reversed(before):
            if bound_by(statement) & wanted and not _asserts([statement]):
                kept.insert(0, statement)
                wanted |= set(needed_by([statement])) - set(self.outside)
        return kept


def title_of(source: str) -> str:
    """What a test cell says of itself: its docstring, or the comment above it."""
    shown = "\n".join(_parts(source)[0])
    try:
        told = ast.get_docstring(ast.parse(shown))
    except SyntaxError:
        return ""
    if told is None:
        first = shown.strip().split("\n")[0]
        told = first.strip("# ") if first.startswith("#") else ""
    return " ".join(told.split("\n\n")[0].split())[:80].rstrip(".")


def has_hidden_tests(source: str) -> bool:
    """Whether a cell holds marks for hidden tests."""
    return bool(_HIDDEN.search(source))


def _parts(source: str) -> tuple[list[str], list[str]]:
    """The lines that students see, and those that they do not."""
    parts: tuple[list[str], list[str]] = ([], [])
    inside = False
    for line in source.split("\n"):
        mark = _HIDDEN.search(line)
        if mark and inside == (mark[1] == "BEGIN"):
            raise ValueError(f"{mark[0]} where the other mark was expected")
        if mark:
            inside = not inside
        elif not _MAGIC.match(line):
            parts[inside].append(line)
    if inside:
        raise ValueError("END HIDDEN TESTS is missing")
    return parts


def _statements(lines: Sequence[str]) -> list[ast.stmt]:
    body = ast.parse("\n".join(lines)).body
    return [
        node
        for node in body
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]


def _asserts(body: Sequence[ast.stmt]) -> bool:
    return any(asserts_something(ast.unparse(statement), "") for statement in body)
