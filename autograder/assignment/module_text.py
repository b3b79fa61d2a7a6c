"""Read a file of an assignment as text, and Python as a tree, or say at which place it is neither.

Everything that reads an assignment's own files reads them here: students get copies of what these
files hold, and must be able to open them on any machine.
"""

from __future__ import annotations

import ast
import codecs
import re
from pathlib import Path

from autograder.assignment.manifest_problems import Fault, ManifestError

_TAB = re.compile(r"^[ ]*\t")


def read_source(path: Path) -> str:
    """The text of a file, with lines that end in ``\\n``.

    Raises:
        ManifestError: it is missing, is not UTF-8, or begins with a byte-order mark.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ManifestError(
            faults=[Fault(str(path), problem=f"cannot be read: {error.strerror}")]
        ) from None
    for mark, name in (
        (codecs.BOM_UTF8, "UTF-8"),
        (b"\xff\xfe", "UTF-16"),
        (b"\xfe\xff", "UTF-16"),
    ):
        if data.startswith(mark):
            told = f"the file begins with a byte-order mark of {name}"
            advice = "save it as UTF-8 without one"
            raise ManifestError(faults=[Fault(str(path), 1, 1, told, advice)])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ManifestError(faults=[_not_utf8(path, data, error)]) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_python(path: Path) -> tuple[str, ast.Module]:
    """Text and syntax tree of a module.

    Raises:
        ManifestError: as for `read_source`; or it is not Python, or indented with tabs.
    """
    text = read_source(path)
    return text, parse_python(path, text)


def parse_python(path: Path, text: str, first_line: int = 1, column: int = 0) -> ast.Module:
    """The syntax tree of code.

    Args:
        path: the file that it stands in, for messages.
        text: the code.
        first_line: line of the file that the code begins in.
        column: how many columns of the file stand before each of its lines.

    Raises:
        ManifestError: it is not Python, or indented with tabs.
    """
    lines = text.split("\n")
    try:
        tree = ast.parse(text)
        compile(tree, str(path), "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        tabs = _tabs(path, lines, first_line, column)
        if tabs and isinstance(error, TabError):
            raise ManifestError(faults=tabs[:1]) from None
        told = getattr(error, "msg", None) or str(error) or type(error).__name__
        at = (getattr(error, "offset", None) or 1) + column
        shown = lines[line - 1] if line <= len(lines) else ""
        fault = Fault(str(path), first_line + line - 1, at, f"this is not Python: {told}")
        raise ManifestError(faults=[_with_line(fault, shown)]) from None
    if tabs := _tabs(path, lines, first_line, column):
        strings = _inside_strings(tree)
        if kept := [fault for fault in tabs if fault.line - first_line + 1 not in strings]:
            raise ManifestError(faults=kept[:1])
    return tree


def _with_line(fault: Fault, shown: str) -> Fault:
    return Fault(fault.file, fault.line, fault.column, fault.problem, fault.advice, shown)


def _tabs(path: Path, lines: list[str], first_line: int, column: int) -> list[Fault]:
    """The lines that are indented with a tab."""
    told, advice = "this line is indented with a tab", "indent with four spaces"
    return [
        Fault(str(path), first_line + number, line.index("\t") + 1 + column, told, advice, line)
        for number, line in enumerate(lines)
        if _TAB.match(line) and line.strip()
    ]


def _inside_strings(tree: ast.Module) -> set[int]:
    """Lines that a string of several lines goes on in: what stands there is not indentation."""
    return {
        line
        for node in ast.walk(tree)
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and node.end_lineno
        for line in range(node.lineno + 1, node.end_lineno + 1)
    }


def _not_utf8(path: Path, data: bytes, error: UnicodeDecodeError) -> Fault:
    before = data[: error.start]
    line = before.count(b"\n") + 1
    column = len(before.rpartition(b"\n")[2]) + 1
    shown = data.split(b"\n")[line - 1].decode("latin-1").rstrip("\r")
    byte = data[error.start]
    told = f"the file is not UTF-8: byte 0x{byte:02x} ({chr(byte)!r} in Latin-1)"
    return Fault(str(path), line, column, told, "save it as UTF-8", shown)
