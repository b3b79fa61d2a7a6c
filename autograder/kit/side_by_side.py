"""Write a comparison down: an aligned table of got and expected, and what is observed of them."""

from __future__ import annotations

from typing import List

from .comparison import Comparison
from .relations import told

_WIDEST_CELL = 24
_MOST_RIGHT = 3


def table(comparison: Comparison) -> List[str]:
    """Lines of plain text, at most 80 characters wide where the entries are short.

    Where an entry is long, what came back and what is right stand below one another.
    """
    entries = comparison.entries
    if not entries:
        return []
    if any(
        len(cell) > _WIDEST_CELL for one in entries for cell in (one.got, one.expected, one.place)
    ):
        lines = []
        for one in entries:
            at = one.place + " " if one.place else ""
            mark = "" if one.differs else "  (as expected)"
            lines += [
                "%sgot       %s%s" % (at, one.got, mark),
                "%sexpected  %s" % (at, one.expected),
            ]
        return lines + _left_out(comparison)
    rows = [("", "got", "expected", "")]
    first = True
    for one in entries:
        mark = ("first difference" if first else "differs") if one.differs else ""
        first = first and not one.differs
        rows.append((one.place, one.got, one.expected, mark if len(entries) > 1 else ""))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths)) + "  " + row[3]
        for row in rows
    ]
    margin = 0 if widths[0] else 2
    return [line[margin:].rstrip() for line in lines] + _left_out(comparison)


def observations(comparison: Comparison) -> List[str]:
    """What can be seen, one sentence each, without a full stop."""
    seen = [told(relation) for relation in comparison.relations]
    if comparison.total > len(comparison.entries):
        seen.insert(0, "%d of %d entries differ" % (comparison.differing, comparison.total))
    if comparison.right_before:
        named = comparison.right_before[-_MOST_RIGHT:]
        seen.append("right up to there: " + ", ".join(named))
    return seen


def _left_out(comparison: Comparison) -> List[str]:
    shown = sum(one.differs for one in comparison.entries)
    more = comparison.differing - shown
    return ["... and %d more that differ" % more] if more > 0 else []
