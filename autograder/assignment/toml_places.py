"""Find the line of a TOML file that a table or a key stands in; parsers of TOML do not keep it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEADER = re.compile(r"^\s*\[\[?\s*([\w.\"'-]+)\s*\]?\]")
_KEY = re.compile(r"^(\s*)([\w.\"'-]+)\s*=")

Place = tuple[int, int, str]
"""Line and column from 1, and the line's text."""


class TomlPlaces:
    """Where things stand in the text of one TOML file."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._heads: dict[tuple[str, int], int] = {}
        self._keys: dict[tuple[str, int, str], int] = {}
        counts: dict[str, int] = {}
        table = ("", 0)
        for number, line in self._outside_strings():
            if header := _HEADER.match(line):
                name = header[1].strip("\"'")
                counts[name] = counts.get(name, -1) + 1
                table = (name, counts[name])
                self._heads[table] = number
            elif key := _KEY.match(line):
                self._keys.setdefault((*table, key[2].strip("\"'")), number)

    def of(self, table: str, number: int = 0, key: str = "") -> Place:
        """The place of a key in the table of a name, the first one being number 0.

        A key that is not there has the place of its table, and a table that is not there none.
        """
        first = re.split(r"[.\[]", key)[0]
        line = self._keys.get((table, number, first)) or self._heads.get((table, number))
        return self.at(line) if line else (0, 0, "")

    def has(self, table: str, number: int, key: str) -> bool:
        """Whether a key stands in a table."""
        return (table, number, key) in self._keys

    def at(self, line: int) -> Place:
        """The place of a whole line."""
        shown = self._lines[line - 1] if 0 < line <= len(self._lines) else ""
        return line, len(shown) - len(shown.lstrip()) + 1, shown

    def _outside_strings(self) -> Iterator[tuple[int, str]]:
        """The lines that do not go on with a string of several lines."""
        opened = ""
        for number, line in enumerate(self._lines, 1):
            if not opened:
                yield number, line
            for quotes in re.findall(r'"""|\'\'\'', line):
                opened = "" if opened == quotes else opened or quotes
