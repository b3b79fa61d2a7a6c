"""Open what was rendered, archives and notebooks to the last string, into pieces of text."""

from __future__ import annotations

import gzip
import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

DEEPEST = 8
_FENCE = re.compile(r"^[ \t]*(```+|~~~+)[^\n]*\n(.*?)^[ \t]*\1", re.MULTILINE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_MAGIC_HIGH = b"\x0c\x0d\x0e"
_CODE_OBJECT = 0x63


@dataclass(frozen=True)
class Piece:
    """One text found in what was rendered.

    Attributes:
        path: where: `t6.zip!t6.ipynb#cells[3].source`.
        text: what stands there.
        byte_code: whether it is compiled Python, of which no text is read.
    """

    path: str
    text: str
    byte_code: bool = False


def open_pieces(path: str, data: bytes, depth: int = 0) -> Iterator[Piece]:
    """Yield every text in one rendered file, whatever its name says it is.

    Args:
        path: the file's path in the handout.
        data: its bytes.
        depth: archives opened so far on the way here.
    """
    if _is_byte_code(path, data):
        yield Piece(path, "", byte_code=True)
    elif depth < DEEPEST and zipfile.is_zipfile(io.BytesIO(data)):
        yield from _open_zip(path, data, depth)
    elif depth < DEEPEST and data[:2] == b"\x1f\x8b":
        yield from open_pieces(f"{path}!", gzip.decompress(data), depth + 1)
    else:
        yield from _open_text(path, data.decode("utf-8", "replace"))


def _open_text(path: str, text: str) -> Iterator[Piece]:
    if text.lstrip()[:1] in ("{", "["):
        try:
            document = json.loads(text, object_pairs_hook=_Pairs)
        except ValueError:
            pass
        else:
            yield from _open_json(f"{path}#", document)
            return
    yield Piece(path, text)
    yield from _within_text(path, text)


class _Pairs(list[tuple[str, object]]):
    """A JSON object as it stands, so that a key that comes twice hides nothing."""


def _is_byte_code(path: str, data: bytes) -> bool:
    """A `.pyc` by name, or by the two fixed bytes of its magic number and its code object."""
    if path.endswith((".pyc", ".pyo")):
        return True
    magic = data[2:4] == b"\r\n" and data[1] in _MAGIC_HIGH
    return magic and len(data) > 16 and data[16] & 0x7F == _CODE_OBJECT


def _open_zip(path: str, data: bytes, depth: int) -> Iterator[Piece]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield Piece(f"{path}!comment", archive.comment.decode("utf-8", "replace"))
        for member in archive.infolist():
            inner = f"{path}!{member.filename}"
            yield Piece(f"{inner}!comment", member.comment.decode("utf-8", "replace"))
            yield Piece(f"{inner}!extra", member.extra.decode("utf-8", "replace"))
            if not member.is_dir():
                yield from open_pieces(inner, archive.read(member), depth + 1)
        starts = [member.header_offset for member in archive.infolist()]
        before = data[: min(starts, default=0)]
    if before:
        yield from open_pieces(f"{path}!before", before, depth + 1)


def _open_json(path: str, value: object) -> Iterator[Piece]:
    """Every string of a JSON document, keys too, and every list of numbers."""
    if isinstance(value, str):
        yield Piece(path, value)
        yield from _within_text(path, value)
    elif isinstance(value, _Pairs):
        yield Piece(f"{path} keys", "\n".join(key for key, _ in value))
        for key, item in value:
            yield from _open_json(f"{path}.{key}" if path[-1] != "#" else path + key, item)
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            # A notebook keeps a text as the list of its lines, each with its line end.
            yield from _open_json(path, "".join(value))
            yield Piece(path, "\n".join(value))
            return
        yield Piece(path, json.dumps([item for item in value if not isinstance(item, _Pairs)]))
        for number, item in enumerate(value):
            yield from _open_json(f"{path}[{number}]", item)


def _within_text(path: str, text: str) -> Iterator[Piece]:
    """Code between fences, and what HTML shows once its tags are gone."""
    for fence in _FENCE.finditer(text):
        yield Piece(path, fence[2])
    if "</" in text:
        yield Piece(path, html.unescape(_TAG.sub("", text)))
        yield Piece(path, html.unescape(_TAG.sub(" ", text)))
