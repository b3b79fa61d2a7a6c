"""Read the code cells of a notebook, nbformat 3 and 4, with every field of the JSON optional.

A damaged notebook gives the cells that are left.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from autograder.reading.magics import plain_cell
from autograder.reading.source_text import Unreadable, plain

MAX_NOTEBOOK_BYTES = 100_000_000
MAX_CELLS = 2_000
MAX_CELL_CHARS = 200_000


@dataclass(frozen=True)
class Cell:
    """One code cell: `number` counts code cells from 1, as `In [12]` does after "run all".

    `content` is what it writes to the file `file` (`%%writefile`), or `appends` to it.
    """

    number: int
    source: str
    skipped: bool = False
    problem: str = ""
    note: str = ""
    file: str = ""
    content: str = ""
    appends: bool = False


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


def without_outputs(data: bytes) -> bytes:
    """Return a notebook without what its cells put out, which grading does not read.

    Raises:
        Unreadable: the file is no notebook.
    """
    book, cells = _book(data)
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return (json.dumps(book, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _raw_cells(data: bytes) -> list[object]:
    return _book(data)[1]


def _book(data: bytes) -> tuple[dict[str, object], list[object]]:
    """The notebook, and those of its cells that are to be found in it."""
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
        return book, cells
    sheets = book.get("worksheets")
    if isinstance(sheets, list):
        found = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        return book, [cell for cells in found if isinstance(cells, list) for cell in cells]
    raise Unreadable("unreadable", "the file is JSON but has no notebook cells")


def _cell(number: int, raw: dict[str, object], skip_tags: Collection[str]) -> Cell:
    text = raw.get("source", raw.get("input", ""))
    if isinstance(text, list):
        text = "".join(part for part in text if isinstance(part, str))
    if not isinstance(text, str):
        text = ""
    metadata = raw.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    tags = tags if isinstance(tags, list) else []
    skipped = any(isinstance(tag, str) and tag in skip_tags for tag in tags)
    if len(text) > MAX_CELL_CHARS:
        return Cell(number, "", problem=f"the cell has more than {MAX_CELL_CHARS} characters")
    if "\x00" in text:
        return Cell(number, "", problem="the cell contains NUL characters")
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    plain_text = plain_cell(text)
    return Cell(
        number,
        plain_text.source,
        skipped,
        note="" if skipped else plain_text.note,
        file=plain_text.file,
        content=plain_text.content,
        appends=plain_text.appends,
    )
