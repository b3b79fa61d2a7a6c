"""Turn a data file that a student handed in into what a page can show: prose, tables, figures.

Nothing here knows an assignment. A long text is prose; a list of records is a table; named records
with runs in them are a figure that shows every run; numbers over a list are a line.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograder.grading.safe_text import clean
from autograder.marking.code_lines import CodeLine
from autograder.marking.figures import Figure, line, strips

_MAX_BYTES = 1 << 20
_MAX_DEPTH = 5
_MAX_BLOCKS = 80
_MAX_ROWS = 200
_MAX_GROUPS = 40
_MAX_POINTS = 2000
_MAX_COLUMNS = 24
_MAX_TEXT = 20_000
_MAX_FILE = 200_000
_PIECE = 10_000
_MAX_CELL = 200
_PROSE = 160
_FIGURES = 6


@dataclass(frozen=True)
class Prose:
    """A text to read, with the number of its words."""

    title: str
    text: str
    words: int


@dataclass(frozen=True)
class Table:
    """Plain values, row by row; `cut` says how many rows are not shown."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    cut: int = 0


@dataclass(frozen=True)
class Raw:
    """A file as it is, where nothing better can be made of it; of code its lines, too."""

    title: str
    text: str
    why: str
    lines: tuple[CodeLine, ...] = ()


Block = Prose | Table | Figure | Raw


def blocks_of(name: str, content: bytes) -> list[Block]:
    """What a file shows; never raises for what a student wrote.

    Args:
        name: of the file.
        content: its bytes.

    Returns:
        Prose first, since that is what a person reads.
    """
    if not name.lower().endswith(".json") or len(content) > _MAX_BYTES:
        return [raw(name, content)]
    try:
        value = json.loads(content.decode("utf-8-sig", "replace"))
        found = list(_limited(_blocks("", value, 0)))
    except (ValueError, RecursionError, ArithmeticError, MemoryError) as error:
        why = f"it cannot be laid out: {clean(str(error))[:_MAX_CELL]}"
        return [replace(raw(name, content), why=why)]
    return sorted(found, key=lambda block: not isinstance(block, Prose))


def raw(name: str, content: bytes) -> Raw:
    """A file as text, as far as a person may want to read it."""
    text = content[:_MAX_BYTES].decode("utf-8-sig", "replace")
    shown, cut = text[:_MAX_FILE], len(text) > _MAX_FILE
    # Piece by piece: `clean` cuts off what no message needs.
    parts = [clean(shown[start : start + _PIECE]) for start in range(0, len(shown), _PIECE)]
    return Raw(name, "".join(parts), "cut: it is longer than this" if cut else "")


def _limited(blocks: Iterator[Block]) -> Iterator[Block]:
    for number, block in enumerate(blocks):
        if number >= _MAX_BLOCKS:
            return
        yield block


def _blocks(title: str, value: Any, depth: int) -> Iterator[Block]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield from _record(title, value, depth)
    elif isinstance(value, list):
        yield from _list(title, value, depth)
    elif isinstance(value, str) and len(value) >= _PROSE:
        text = value[:_MAX_TEXT]
        yield Prose(title or "text", clean(text), len(value.split()))
    else:
        yield Table("", ("", ""), ((title, _cell(value)),))


def _record(title: str, value: Mapping[str, Any], depth: int) -> Iterator[Block]:
    plain = {key: one for key, one in value.items() if _is_plain(one)}
    if plain:
        rows = tuple((_key(key), _cell(one)) for key, one in list(plain.items())[:_MAX_ROWS])
        yield Table(title, ("", ""), rows, max(0, len(plain) - _MAX_ROWS))
    for key, one in value.items():
        if key not in plain:
            yield from _blocks(f"{title}: {_key(key)}" if title else _key(key), one, depth + 1)


def _list(title: str, value: Sequence[Any], depth: int) -> Iterator[Block]:
    records = [one for one in value if isinstance(one, dict)]
    if records and len(records) == len(value):
        yield from _figures(title, records)
        yield _table(title, records)
    elif all(_is_plain(one) for one in value):
        yield Table(title, ("",), tuple((_cell(one),) for one in value[:_MAX_ROWS]))
    else:
        for number, one in enumerate(value, 1):
            yield from _blocks(f"{title} {number}", one, depth + 1)


def _figures(title: str, records: Sequence[Mapping[str, Any]]) -> Iterator[Figure]:
    """Every run of named records in a figure a quantity, or quantities along a list."""
    records = records[:_MAX_POINTS]
    first = list(records[0])[:_MAX_COLUMNS]
    label = _label(first, records)
    runs = next((key for key in first if all(_has_runs(one.get(key)) for one in records)), "")
    if label and runs:
        groups = [(_cell(one[label]), one[runs][:_MAX_ROWS]) for one in records[:_MAX_GROUPS]]
        quantities = _numeric([run for _, made in groups for run in made])
        for key in [key for key in quantities if not _same(key, groups)][:_FIGURES]:
            dots = [(name, [_number(run.get(key)) for run in made]) for name, made in groups]
            yield strips(f"{title}: {key}", dots)
    elif not label and len(records) >= 3:
        for key in _numeric(records)[:_FIGURES]:
            yield line(f"{title}: {key}", [_number(one.get(key)) for one in records])


def _label(keys: Sequence[str], records: Sequence[Mapping[str, Any]]) -> str:
    """The key that names the records: a text that differs in all of them."""
    for key in keys:
        names = [one.get(key) for one in records]
        if all(isinstance(name, str) for name in names) and len(set(names)) == len(names) > 1:
            return key
    return ""


def _has_runs(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _numeric(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """Keys under which every record has a number, or nothing, and one has a number."""
    keys = list(dict.fromkeys(key for one in records for key in one))[:_MAX_COLUMNS]
    fitting = []
    for key in keys:
        values = [one.get(key) for one in records]
        plain = all(value is None or _is_number(value) for value in values)
        if plain and any(_number(value) is not None for value in values):
            fitting.append(key)
    return fitting


def _same(key: str, groups: Sequence[tuple[str, Sequence[Mapping[str, Any]]]]) -> bool:
    """Whether a quantity is the same in each group, as seeds are, and tells nothing."""
    seen = [[run.get(key) for run in made] for _, made in groups]
    return all(one == seen[0] for one in seen)


def _table(title: str, records: Sequence[Mapping[str, Any]]) -> Table:
    keys = list(dict.fromkeys(key for one in records for key in one))[:_MAX_COLUMNS]
    rows = tuple(tuple(_cell(one.get(key, "")) for key in keys) for one in records[:_MAX_ROWS])
    return Table(title, tuple(map(_key, keys)), rows, max(0, len(records) - _MAX_ROWS))


def _is_plain(value: Any) -> bool:
    return not isinstance(value, (dict, list)) and not (
        isinstance(value, str) and len(value) >= _PROSE
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _number(value: Any) -> float | None:
    """A finite number, None for anything else; whole numbers of any length are read."""
    if not _is_number(value):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _key(key: str) -> str:
    return clean(key[:_MAX_CELL])


def _cell(value: Any) -> str:
    """A value on few characters; nested ones as JSON, null as a dash."""
    if value is None:
        return "–"
    if isinstance(value, str):
        text = value
    elif isinstance(value, float):
        text = f"{value:.6g}"
    elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return f"{len(value)} entries" if len(value) > 1 else "1 entry"
    else:
        text = json.dumps(value, ensure_ascii=False)
    return clean(text if len(text) <= _MAX_CELL else text[:_MAX_CELL] + "…")
