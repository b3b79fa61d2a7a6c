"""Split code into lines of pieces that a page can colour, and lay two files side by side.

What students wrote is read by Pygments in a process of its own (`deriving`), whose bounds hold.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import msgspec

from autograder.batch.fingerprints import PASSAGE

_MOST_LINES = 1500


class CodeLine(msgspec.Struct, frozen=True, array_like=True):
    """One line.

    Attributes:
        pieces: kind (``k``eyword, ``s``tring, ``c``omment, ``m`` for a number, ``f`` for a name
            that is defined here, or empty) and text.
        form: the line without names, comments and layout; equal where only these differ.
    """

    pieces: list[tuple[str, str]]
    form: str

    @property
    def text(self) -> str:
        """The line as it is."""
        return "".join(text for _, text in self.pieces)


def lined(path: str, content: bytes) -> bytes:
    """The lines of a module, encoded (to be derived)."""
    from pygments.lexers.python import PythonLexer
    from pygments.token import Token

    kinds = (
        (Token.Comment, "c", ""),
        (Token.Literal.String.Doc, "c", ""),
        (Token.Literal.String, "s", None),
        (Token.Literal.Number, "m", None),
        (Token.Keyword, "k", None),
        (Token.Name.Function, "f", "N"),
        (Token.Name.Class, "f", "N"),
        (Token.Name, "", "N"),
    )
    lines: list[tuple[list[tuple[str, str]], list[str]]] = [([], [])]
    text = content.decode("utf-8", "replace")
    for token, written in PythonLexer(stripnl=False, ensurenl=False).get_tokens(text):
        kind, form = next(((kind, form) for base, kind, form in kinds if token in base), ("", None))
        for number, piece in enumerate(written.split("\n")):
            if number:
                lines.append(([], []))
            if piece:
                lines[-1][0].append((kind, piece))
                lines[-1][1].append("".join(piece.split()) if form is None else form)
    return msgspec.msgpack.encode([CodeLine(pieces, "".join(form)) for pieces, form in lines])


def lines_in(derived: bytes) -> list[CodeLine]:
    """What `lined` has encoded."""
    return msgspec.msgpack.decode(derived, type=list[CodeLine])


@dataclass(frozen=True)
class Shown:
    """A line beside another file's.

    Attributes:
        number: of the line, from 1.
        pieces: as `CodeLine` has them.
        alike: whether the other file has it, too, in a passage long enough to mean something.
        handed_out: whether everybody was given it.
    """

    number: int
    pieces: list[tuple[str, str]]
    alike: bool
    handed_out: bool


def beside(
    one: Sequence[CodeLine], other: Sequence[CodeLine], handed_out: Collection[str]
) -> list[tuple[Shown | None, Shown | None]]:
    """Two files line by line, what is alike in one row.

    Args:
        one: a file.
        other: another's.
        handed_out: lines that everybody was given, without the spaces around them.
    """
    one, other = one[:_MOST_LINES], other[:_MOST_LINES]
    sides = ([line.form for line in one], [line.form for line in other])
    rows: list[tuple[Shown | None, Shown | None]] = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, *sides, autojunk=False).get_opcodes():
        own = sum(len(line.form) for line in one[i:j] if line.text.strip() not in handed_out)
        same = kind == "equal" and own >= PASSAGE
        left = _shown(one[i:j], i, same, handed_out)
        right = _shown(other[k:m], k, same, handed_out)
        rows += zip_longest(left, right)
    return rows


def _shown(
    lines: Sequence[CodeLine], start: int, alike: bool, handed_out: Collection[str]
) -> Iterator[Shown]:
    for number, line in enumerate(lines, start + 1):
        given = line.text.strip() in handed_out
        yield Shown(number, line.pieces, alike and bool(line.form) and not given, given)
