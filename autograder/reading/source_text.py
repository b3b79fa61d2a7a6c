"""Turn the bytes of a student's file into Python text and a syntax tree, or say why not.

Nothing here runs student code, and no input breaks it: whatever is wrong with a file becomes an
`Unreadable` with the sentence that the student reads.
"""

from __future__ import annotations

import ast
import codecs
import io
import re
import tokenize
import warnings
from collections.abc import Iterator

MAX_SOURCE_BYTES = 1_000_000
MAX_LINE_CHARS = 120
AWAITS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
"""The flag of `compile` for `await` at the top of a cell."""

_LEAVES = (ast.Name, ast.Constant, ast.alias, ast.operator, ast.cmpop, ast.Pass)
_FUTURE = re.compile(r"^from __future__ import .*$", re.MULTILINE)
_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Unreadable(Exception):
    """A source that cannot become a unit: `status` and `problem` are those of the unit.

    `line` is where a syntax error is, 0 when that is unknown.
    """

    def __init__(self, status: str, problem: str, line: int = 0) -> None:
        super().__init__(problem)
        self.line = line
        self.status = status
        self.problem = problem


def plain(text: object, limit: int = 500) -> str:
    """Return a real, encodable, bounded `str` for a value of any class, a student's too."""
    try:
        result = str.__str__(text) if isinstance(text, str) else str.__str__(str(text))
    except BaseException:
        return f"<a {type(text).__name__} that cannot be shown>"
    result = _ADDRESS.sub("0x...", result[: limit * 2])
    result = result.encode("utf-8", "replace").decode("utf-8").replace("\x00", "?")
    return result if len(result) <= limit else result[: limit - 3] + "..."


def describe(error: BaseException) -> str:
    """Return `Type: message` for an exception, whatever its `__str__` does."""
    name = plain(type(error).__name__, 80)
    message = plain(error)
    return f"{name}: {message}" if message else name


def line_of(text: str, line: int) -> str:
    """Return line `line` (from 1) of a source, stripped and bounded; "" when there is none."""
    lines = text.split("\n")
    return plain(lines[line - 1].strip(), MAX_LINE_CHARS) if 0 < line <= len(lines) else ""


def decode(data: bytes) -> tuple[str, str]:
    """Decode a Python file as Python would, more patiently.

    Args:
        data: the file's bytes.

    Returns:
        The text with "\\n" line ends, and a note ("" when the encoding was in order).

    Raises:
        Unreadable: too large, NUL bytes, or an encoding that does not fit.
    """
    if len(data) > MAX_SOURCE_BYTES:
        size, most = len(data) / 1e6, MAX_SOURCE_BYTES / 1e6
        raise Unreadable(
            "unreadable", f"the file has {size:.1f} MB, at most {most:.0f} MB are read"
        )
    bom = next((name for mark, name in _BOMS if data.startswith(mark)), "")
    note = ""
    if bom:
        try:
            text = data.decode(bom)
        except UnicodeDecodeError as error:
            reason = f"the file starts like {bom} but is not: {error.reason}"
            raise Unreadable("unreadable", reason) from None
        if bom != "utf-8-sig":
            note = f"read as {bom.upper()}; save it as UTF-8"
    else:
        text, note = _decode_without_bom(data)
    if "\x00" in text:
        raise Unreadable("unreadable", "the file contains NUL bytes, so it is not Python text")
    return text.replace("\r\n", "\n").replace("\r", "\n"), note


def _decode_without_bom(data: bytes) -> tuple[str, str]:
    if b"\x00" in data:
        raise Unreadable("unreadable", "the file contains NUL bytes, so it is not Python text")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding), ""
    except (SyntaxError, UnicodeDecodeError, LookupError):
        pass
    try:
        return data.decode("utf-8"), "names an encoding that does not fit; read as UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "is not UTF-8; read as Windows-1252, save it as UTF-8"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "is not UTF-8; read as Latin-1, save it as UTF-8"


def encode(text: str) -> bytes:
    """Return bytes that Python, `tokenize.open` and `inspect` read back as exactly `text`."""
    data = text.encode("utf-8", "replace")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data if encoding.startswith("utf-8") else text.encode(encoding)
    except (SyntaxError, UnicodeError, LookupError):
        return data


def parse(
    text: str, filename: str = "<student>", awaits: bool = False, joined: bool = False
) -> ast.Module:
    """Parse and check a source as the compiler does, without running it.

    Args:
        text: the source.
        filename: for messages.
        awaits: whether `await` may stand at the top, as it may in a cell.
        joined: whether `from __future__` may stand below code, as it does in joined cells.

    Raises:
        Unreadable: a syntax error, or a source that the parser gives up on.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # from the text, not the tree: a cookie in a text is harmless, and errors such as
            # `return` outside a function only show when compiling
            checked = _FUTURE.sub("", text) if joined else text
            compile(checked, filename, "exec", AWAITS if awaits else 0, dont_inherit=True)
            return ast.parse(text, filename)
    except SyntaxError as error:
        told = syntax_problem(error, text)
        raise Unreadable("syntax-error", told, error.lineno or 0) from None
    except (RecursionError, MemoryError):
        reason = "the code is nested too deeply for Python to read"
        raise Unreadable("syntax-error", reason) from None
    except (ValueError, OverflowError, UnicodeError) as error:
        raise Unreadable("syntax-error", plain(error)) from None


def syntax_problem(error: SyntaxError, text: str) -> str:
    """Word a syntax error as `line 12: invalid syntax: `x = = 1``."""
    line = error.lineno or 0
    message = plain(error.msg or "invalid syntax")
    source = line_of(text, line)
    shown = f"line {line}: {message}" if line else message
    return f"{shown}: `{source}`" if source else shown


def walk(*roots: ast.AST) -> Iterator[ast.AST]:
    """Yield every node below the roots in source order, without recursion.

    Student code may nest as deeply as the parser allows, which is deeper than Python's own stack.
    """
    stack = list(reversed(roots))
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Yield every statement below a node in source order, without looking into expressions."""
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, ast.expr):
            for name in reversed(_BLOCKS):
                stack.extend(reversed(getattr(node, name, ())))


def children(node: ast.AST) -> list[ast.AST]:
    """Return the nodes right below one, without the marks for load and store."""
    found: list[ast.AST] = []
    if isinstance(node, _LEAVES):
        return found
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found.extend([part for part in value if isinstance(part, ast.AST)])
        elif isinstance(value, ast.AST) and name != "ctx":
            found.append(value)
    return found
