"""Recognize syntax that another version of Python has, so that it costs only what stands in it.

The parser at hand refuses a whole file for one line that is right in a newer Python. What is taken
out is the top-level statement that holds the line, and the version is named.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

MOST = 20
_STATEMENT = re.compile(r"^[^\s#)\]}'\"]")
_CLAUSE = re.compile(r"^(else|elif|except|finally|case)\b")
_F_PREFIX = re.compile(r"(?<![\w.])(?:[fF][rR]?|[rR][fF])(?='|\")")
_FORMS = (
    ("3.10", re.compile(r"^\s*match\b.+:\s*(#.*)?$\n(\s*(#.*)?\n)*^\s*case\b", re.MULTILINE)),
    ("3.11", re.compile(r"^\s*except\s*\*", re.MULTILINE)),
    ("3.12", re.compile(r"^\s*(async\s+)?(def|class)\s+\w+\s*\[", re.MULTILINE)),
    ("3.12", re.compile(r"^\s*type\s+\w+(\[.*\])?\s*=", re.MULTILINE)),
    ("3.10", re.compile(r"^\s*(async\s+)?with\s*\(.*\bas\b", re.MULTILINE | re.DOTALL)),
    ("3.14", re.compile(r"(?<![\w.])[tT][rR]?(?='|\")")),
    ("2", re.compile(r"^\s*print\s+[\w\"']", re.MULTILINE)),
)


@dataclass(frozen=True)
class PassedOver:
    """Lines that are taken out of a file, from `first` to `last`; `text` is what stood there."""

    first: int
    last: int
    line: int
    version: str
    text: str


def told_of_version(label: str, taken: PassedOver) -> str:
    """Say what was taken out of a file, and which Python would read it."""
    shown = taken.text.split("\n")[max(0, taken.line - taken.first)].strip()[:100]
    ours = "%d.%d" % sys.version_info[:2]
    return (
        f"{label}, line {taken.line}: `{shown}` is written for Python {taken.version}, and this is "
        f"Python {ours}; lines {taken.first} to {taken.last} are passed over"
    )


def take_out(text: str, line: int) -> tuple[str, PassedOver] | None:
    """Return a source without the statement that holds a line, if another Python can read that.

    Args:
        text: the source.
        line: where the parser stopped, from 1.

    Returns:
        The source with as many lines, and what was taken out; None when no version of Python is
        known to read it.
    """
    lines = text.split("\n")
    starts = [n for n, one in enumerate(lines) if _STATEMENT.match(one) and not _CLAUSE.match(one)]
    before = [n for n in starts if n < line]
    if not before:
        return None
    first = before[-1]
    while first and lines[first - 1].startswith("@"):
        first -= 1
    last = next((n for n in starts if n >= line), len(lines))
    while last > first + 1 and lines[last - 1].startswith("@"):
        last -= 1
    block = "\n".join(lines[first:last])
    version = version_of(block)
    if not version:
        return None
    taken = PassedOver(first + 1, last, line, version, block)
    return "\n".join([*lines[:first], *[""] * (last - first), *lines[last:]]), taken


def version_of(block: str) -> str:
    """Return the version of Python that reads a block this one does not, "" for none known."""
    if sys.version_info < (3, 12):
        plain = _without_f_strings(block)
        if plain != block and _parses(plain):
            return "3.12"
    for version, form in _FORMS:
        ours = sys.version_info[:2]
        theirs = tuple(int(part) for part in version.split("."))
        if (theirs > ours or theirs == (2,)) and form.search(block):
            return version
    return ""


def _parses(text: str) -> bool:
    try:
        compile(text, "<block>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _without_f_strings(text: str) -> str:
    """Return a text with each f-string, as Python 3.12 reads them, replaced by an empty string."""
    pieces: list[str] = []
    at = 0
    while True:
        found = _F_PREFIX.search(text, at)
        if found is None:
            return "".join([*pieces, text[at:]])
        end = _end_of_f_string(text, found.end(), "r" in found[0].lower())
        if end < 0:
            pieces.append(text[at : found.end()])
            at = found.end()
            continue
        lines = text.count("\n", found.start(), end)
        pieces += [text[at : found.start()], '""' if not lines else '"""' + "\n" * lines + '"""']
        at = end


def _end_of_f_string(text: str, at: int, raw: bool) -> int:
    """Where the f-string ends whose quote is at a place, -1 for nowhere."""
    quote = text[at] * 3 if text.startswith(text[at] * 3, at) else text[at]
    at += len(quote)
    while at < len(text):
        if text.startswith(quote, at):
            return at + len(quote)
        if (text[at] == "\\" and not raw) or text.startswith(("{{", "}}"), at):
            at += 2
        elif text[at] == "{":
            at = _end_of_field(text, at + 1)
            if at < 0:
                return -1
        elif text[at] == "\n" and len(quote) == 1:
            return -1
        else:
            at += 1
    return -1


def _end_of_field(text: str, at: int) -> int:
    """Where the replacement field ends that starts at a place."""
    depth = 0
    while at < len(text):
        char = text[at]
        if char in "\"'":
            prefix = re.search(r"[A-Za-z]*$", text[:at])
            kind = prefix[0].lower() if prefix else ""
            at = _end_of_f_string(text, at, True) if "f" in kind else _end_of_string(text, at)
            if at < 0:
                return -1
            continue
        if char in "([{":
            depth += 1
        elif char in ")]}":
            if not depth:
                return at + 1 if char == "}" else -1
            depth -= 1
        at += 1
    return -1


def _end_of_string(text: str, at: int) -> int:
    quote = text[at] * 3 if text.startswith(text[at] * 3, at) else text[at]
    at += len(quote)
    while at < len(text):
        if text[at] == "\\":
            at += 2
        elif text.startswith(quote, at):
            return at + len(quote)
        else:
            at += 1
    return -1
