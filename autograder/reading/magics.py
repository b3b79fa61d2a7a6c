"""Turn what Jupyter, Colab and IPython add to Python into Python with the same line numbers.

Magics, shell lines and help become `None`, as IPython itself would first make calls of them; what
`%time` times stays. IPython need not be there, so that the same cell reads the same everywhere; the
tests hold this against IPython's own transformer.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

RUNS_ITS_BODY = frozenset({"time", "capture", "prun"})
_KEEPS_ITS_BODY = frozenset({"timeit"})
_CELL_MAGIC = re.compile(r"^%%(\w+|!)[ \t]*(.*)$")
_WITHOUT_PERCENT = re.compile(r"^(pip|conda|cd|ls|mkdir)[ \t]+[^=\s(].*$")
"""Magics that IPython also takes without their `%`, where the line is no Python."""
_HELP = re.compile(r"^(\s*)(\?{1,2}.+|[%\w.*]+\?{1,2})\s*$")
_VALUE = re.compile(r"^(\s*[^=%!#\"']*[^=%!#\"'<>+\-*/&|^@:\s]\s*=\s*)([%!])(?!=)(.*)$")
_TIMED = re.compile(r"^%time(?:\s+-\S+)*\s+(?=\S)")
_RUN = re.compile(r"^[ \t]*%run[ \t]+\S+\.(py|ipynb)\b", re.MULTILINE)
_PROMPT = re.compile(r"^(>>>|\.\.\.)( |$)|^In \[\d+\]: |^   \.\.\.+: ")
_OPENING, _CLOSING = "([{", ")]}"


@dataclass(frozen=True)
class PlainCell:
    """A cell as plain Python.

    Attributes:
        source: its text; what is no Python after all comes back as it is.
        note: what of the cell is passed over, "" for nothing worth a word.
        file: the file that the cell writes (`%%writefile`), "" for none.
        content: what it writes there.
        appends: whether it writes that below what is there.
    """

    source: str
    note: str = ""
    file: str = ""
    content: str = ""
    appends: bool = False


def plain_cell(text: str) -> PlainCell:
    """Return a cell's source as plain Python."""
    lines = text.split("\n")
    while True:
        first = next((n for n, line in enumerate(lines) if line.strip()), 0)
        magic = _CELL_MAGIC.match(lines[first].strip())
        if magic is None:
            source = "\n".join(lines)
            plain = without_magics(source)
            run = _RUN.search(source) if plain != source else None
            if run is None:
                return PlainCell(plain)
            told = f"`{run[0].strip()}` is not run here; import what you need of it"
            return PlainCell(plain, told)
        name, rest = magic.groups()
        if name in ("writefile", "file"):
            *options, file = rest.split() or [""]
            appends = "-a" in options or "--append" in options
            return PlainCell("", "", file.strip("\"'"), "\n".join(lines[first + 1 :]), appends)
        if name in _KEEPS_ITS_BODY:
            return PlainCell("", f"%%{name} keeps to itself what its cell defines")
        if name not in RUNS_ITS_BODY:
            return PlainCell("", f"%%{name} is not run here")
        lines[first] = ""


def without_magics(text: str) -> str:
    """Return a text without magics, shell lines, help and prompts; Python comes back as it is."""
    if is_python(text):
        return text
    lines = _without_prompts(text.split("\n"))
    changed: list[str] = []
    state = _State()
    number = 0
    while number < len(lines):
        line = lines[number]
        instead = _instead(line) if state.starts_statement else None
        if instead is None:
            state.pass_over(line)
            changed.append(line)
            number += 1
            continue
        changed.append(instead)
        # A backslash at its end makes a magic go on, as long as there is a line.
        while lines[number].endswith("\\") and number + 1 < len(lines):
            number += 1
            changed.append("")
        number += 1
    return "\n".join(changed)


def is_python(text: str) -> bool:
    """Say whether Python can parse a text."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _instead(line: str) -> str | None:
    """Return what stands for a line that begins a statement, None for a line of Python."""
    bare = line.lstrip()
    indent = line[: len(line) - len(bare)]
    if bare.startswith(("%", "!", "?")):
        return indent + _timed(bare)
    value = _VALUE.match(line)
    if value is not None:
        return value[1] + _timed(value[2] + value[3])
    if _HELP.match(line) and not is_python(bare):
        return indent + "None"
    if _WITHOUT_PERCENT.match(line) and not is_python(line):
        return "None"
    return None


def _timed(magic: str) -> str:
    """Return the code that `%time` runs, `None` for any other magic."""
    timed = _TIMED.match(magic)
    body = magic[timed.end() :].rstrip() if timed is not None else ""
    return body if body and is_python(body) else "None"


def _without_prompts(lines: list[str]) -> list[str]:
    """Return lines without the prompts they were copied with, and without a common indentation."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    lines = [line[len(indent) :] if line.startswith(indent) else line for line in lines]
    if not _PROMPT.match(first.lstrip()):
        return lines
    return [_PROMPT.sub("", line) for line in lines]


class _State:
    """Where in Python's text a line ends: inside brackets, a string, or between statements."""

    def __init__(self) -> None:
        self._depth = 0
        self._quote = ""
        self._joined = False

    @property
    def starts_statement(self) -> bool:
        """Whether the next line begins a statement."""
        return not (self._depth or self._quote or self._joined)

    def pass_over(self, line: str) -> None:
        """Take one line of Python in."""
        self._joined = False
        at = 0
        while at < len(line):
            char = line[at]
            if self._quote:
                if char == "\\":
                    at += 1
                elif line.startswith(self._quote, at):
                    at += len(self._quote) - 1
                    self._quote = ""
            elif char == "#":
                break
            elif char in "\"'":
                self._quote = char * 3 if line.startswith(char * 3, at) else char
                at += len(self._quote) - 1
            elif char in _OPENING:
                self._depth += 1
            elif char in _CLOSING:
                self._depth = max(0, self._depth - 1)
            elif char == "\\" and at == len(line) - 1:
                self._joined = True
            at += 1
        if len(self._quote) == 1:  # such a string ends with its line, unless a backslash joins it
            if line.endswith("\\"):
                return
            self._quote = ""
