"""Make text that came from a submission safe to show and the same on every run."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from functools import lru_cache

from autograder.intake.counted_files import printable
from autograder.kit.comparison import Comparison, Entry

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_ESCAPE = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|.)?")
_LIMIT = 20_000
_SHORT = 300
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_NUMBER = re.compile(r"[+-]?[0-9.,]*")
_JOINERS = "\u200c\u200d"


def clean(text: str) -> str:
    """Text without terminal escapes, control characters, memory addresses or direction tricks."""
    # What a whole class reads alike, titles and hints above all, comes up thousands of times.
    return _cleaned_short(str(text)) if len(text) <= _SHORT else _cleaned(text)


def _cleaned(text: str) -> str:
    text = _ADDRESS.sub("0x…", _ESCAPE.sub("", text[: 2 * _LIMIT]))
    shown = printable(text, keep="\t\n")
    return shown if len(shown) <= _LIMIT else shown[:_LIMIT] + "… (cut)"


_cleaned_short = lru_cache(maxsize=8192)(_cleaned)


def cleaned(comparison: Comparison) -> Comparison:
    """The comparison with every text of it safe to show."""
    return dataclasses.replace(
        comparison,
        got=clean(comparison.got),
        expected=clean(comparison.expected),
        entries=tuple(
            Entry(clean(one.place), clean(one.got), clean(one.expected), one.differs)
            for one in comparison.entries
        ),
    )


def shown_name(name: str) -> str:
    """A name on one line, in which every character can be seen and none moves the others."""
    seen = "".join(_visible(character) for character in clean(name))
    return " ".join(seen.split()) or "(no name)"


def csv_cell(text: str) -> str:
    """Text for a cell that no spreadsheet takes for a formula: such text gets a ``'`` in front."""
    disarmed = shown_name(text) if text else ""
    return "'" + disarmed if disarmed.startswith(_FORMULA) or text[:1] in _FORMULA else disarmed


def disarmed(cell: str) -> str:
    """A cell of somebody else's table as it was, but for one that a spreadsheet would run.

    Numbers and a lone ``-`` are none of these.
    """
    runs = cell.lstrip(" ").startswith(_FORMULA) and not _NUMBER.fullmatch(cell.strip())
    return "'" + cell if runs else cell


def _visible(character: str) -> str:
    if character in "\t\n":
        return " "
    hidden = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return "\ufffd" if hidden and character not in _JOINERS else character
