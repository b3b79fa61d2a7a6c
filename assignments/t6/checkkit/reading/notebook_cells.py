"""Read a notebook's code cells as plain Python: magics, shell lines and help become no-ops.

Only the JSON is read (nbformat 3 and 4), with every field optional: a damaged notebook gives the
cells that are left. IPython's own transformer decides what is a magic; what it turns into
`get_ipython()...` calls is then replaced by `None` on the same line, so that line numbers hold.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager

from checkkit.reading.source_text import Unreadable, plain

MAX_NOTEBOOK_BYTES = 100_000_000
MAX_CELLS = 2_000
MAX_CELL_CHARS = 200_000

_RUNS_ITS_BODY = frozenset({"time", "capture", "prun"})
_WITHOUT_PERCENT = re.compile(r"^(pip|conda|cd|ls|mkdir)[ \t]+[^=\s(].*$", re.MULTILINE)
"""Magics that IPython also takes without their `%`, by a mechanism outside its transformer."""
_CELL_MAGIC = re.compile(r"^%%(\w+)(.*)$")


@dataclass(frozen=True)
class Cell:
    """One code cell: `number` counts code cells from 1, as `In [12]` does after "run all"."""

    number: int
    source: str
    skipped: bool = False
    problem: str = ""
    note: str = ""


def read(data: bytes, skip_tags: Collection[str]) -> tuple[list[Cell], list[str]]:
    """Return a notebook's code cells and notes about what was left out.

    Args:
        data: the notebook file.
        skip_tags: cells with one of these tags are not run.

    Raises:
        Unreadable: the file is no notebook at all.
    """
    cells: list[Cell] = []
    notes: list[str] = []
    for raw in _raw_cells(data):
        if not isinstance(raw, dict) or raw.get("cell_type", "code") != "code":
            continue
        if len(cells) == MAX_CELLS:
            notes.append(f"only the first {MAX_CELLS} code cells were read")
            break
        cells.append(_cell(len(cells) + 1, raw, skip_tags))
    return cells, notes


def _raw_cells(data: bytes) -> list[object]:
    if len(data) > MAX_NOTEBOOK_BYTES:
        size = f"the notebook has {len(data) / 1e6:.0f} MB, at most {MAX_NOTEBOOK_BYTES / 1e6:.0f}"
        raise Unreadable("unreadable", f"{size} MB are read: clear its outputs and save it again")
    try:
        book = json.loads(data)
    except (ValueError, RecursionError, MemoryError) as error:
        reason = "nested too deeply" if not isinstance(error, ValueError) else plain(error, 120)
        raise Unreadable("unreadable", f"the notebook is not valid JSON: {reason}") from None
    if not isinstance(book, dict):
        raise Unreadable("unreadable", "the file is JSON but not a notebook")
    cells = book.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = book.get("worksheets")
    if isinstance(sheets, list):
        found = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        return [cell for cells in found if isinstance(cells, list) for cell in cells]
    raise Unreadable("unreadable", "the file is JSON but has no notebook cells")


def _cell(number: int, raw: dict[str, object], skip_tags: Collection[str]) -> Cell:
    text = raw.get("source", raw.get("input", ""))
    if isinstance(text, list):
        text = "".join(part for part in text if isinstance(part, str))
    if not isinstance(text, str):
        text = ""
    metadata = raw.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    if isinstance(tags, list) and any(isinstance(tag, str) and tag in skip_tags for tag in tags):
        return Cell(number, "", skipped=True)
    if len(text) > MAX_CELL_CHARS:
        return Cell(number, "", problem=f"the cell has more than {MAX_CELL_CHARS} characters")
    if "\x00" in text:
        return Cell(number, "", problem="the cell contains NUL characters")
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    source, note = without_magics(text)
    return Cell(number, source, note=note)


class _KeepLines(TransformerManager):
    """IPython's transformer, padded: a magic continued over three lines still takes up three."""

    def do_one_token_transform(self, lines: list[str]) -> tuple[bool, list[str]]:
        changed, new = super().do_one_token_transform(lines)  # type: ignore[no-untyped-call]
        if changed and len(new) < len(lines):
            same = [old == changed_to for old, changed_to in zip(lines, new, strict=False)]
            after = (same.index(False) if False in same else len(same)) + 1
            new = new[:after] + ["\n"] * (len(lines) - len(new)) + new[after:]
        return changed, new


def without_magics(text: str) -> tuple[str, str]:
    """Return a cell's source as plain Python with the same line numbers, and a note ("" if none).

    A source that is still no Python comes back as it is; parsing it says what is wrong.
    """
    lead = len(text) - len(text.lstrip("\n \t"))
    first_line = text.count("\n", 0, lead)
    lines = text.split("\n")
    note = ""
    while magic := _CELL_MAGIC.match(lines[first_line].strip()):
        if magic[1] not in _RUNS_ITS_BODY:
            note = f"%%{magic[1]} is not run here" if magic[1] == "writefile" else ""
            return "", note
        lines[first_line] = ""
        rest = next((i for i, line in enumerate(lines) if line.strip()), None)
        if rest is None:
            return "\n".join(lines), ""
        first_line = rest
    text = "\n".join(lines)
    if _is_python(text):
        return text, note
    lines = _WITHOUT_PERCENT.sub("None", text).split("\n")
    try:
        transformer = _KeepLines()  # type: ignore[no-untyped-call]
        body = transformer.transform_cell("\n".join(lines[first_line:]))
    except (SyntaxError, RuntimeError, ValueError, IndexError, RecursionError, MemoryError):
        return text, note
    return _without_shell_calls("\n" * first_line + body), note


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _without_shell_calls(text: str) -> str:
    """Replace each `get_ipython().method(...)` call by `None`, padded to the lines it took."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text
    lines = [line.encode("utf-8") for line in text.split("\n")]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_shell(node)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        first, last = call.lineno - 1, (call.end_lineno or call.lineno) - 1
        tail = lines[last][call.end_col_offset :]
        lines[first] = lines[first][: call.col_offset] + _instead(call).encode("utf-8") + tail
        lines[first + 1 : last + 1] = [b""] * (last - first)
    return b"\n".join(lines).decode("utf-8")


def _is_shell(call: ast.Call) -> bool:
    shell = call.func.value if isinstance(call.func, ast.Attribute) else None
    return (
        isinstance(shell, ast.Call)
        and isinstance(shell.func, ast.Name)
        and shell.func.id == "get_ipython"
    )


def _instead(call: ast.Call) -> str:
    """Return what stands for a shell call: the code that `%time` runs, else `None`."""
    values = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    if values[:1] == ["time"] and len(values) == 2 and isinstance(values[1], str):
        body = values[1].strip()
        if "\n" not in body and _is_python(body):
            return body
    return "None"
