"""Put text into Markdown so that it stays text: no link, no image, no HTML, no heading."""

from __future__ import annotations

import re
from functools import lru_cache

from autograder.grading.safe_text import clean

_ACTIVE = re.compile(r"[\\`*{}\[\]<>#|~$^]|(?<![^\W_])_|_(?![^\W_])")
_CODE = re.compile(r"`([^`\n]+)`")
_STARTS = re.compile(r"^([-+=]|\d+(?=[.)](?:\s|$)))")
_LINKS = re.compile(r"(?i)(?<=http)(?=:)|(?<=https)(?=:)|(?<=ftp)(?=:)|(?<=www)(?=\.)")


_SHORT = 300  # such texts are mostly the same for a whole class


class Markdown(str):
    """Text that already is Markdown."""


def escaped(value: object) -> str:
    """Any value as text on one line; `Markdown` passes as it is.

    Words between single backticks stay code, in which Markdown gives nothing a meaning.
    """
    if isinstance(value, Markdown):
        return value
    text = str(value)
    return _escaped_short(text) if len(text) <= _SHORT else _escaped(text)


def _escaped(text: str) -> str:
    text = " ".join(clean(text).split())
    parts = _CODE.split(text)
    shown = "".join(f"`{part}`" if odd % 2 else _plain(part) for odd, part in enumerate(parts))
    return _STARTS.sub(lambda start: _escaped_start(start[1]), shown)


_escaped_short = lru_cache(maxsize=8192)(_escaped)


def block(text: str) -> Markdown:
    """Text of several lines as a fenced block, with a fence longer than any inside."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    lines = "\n".join(clean(text).splitlines())
    return Markdown(f"{fence}text\n{lines}\n{fence}")


def _plain(text: str) -> str:
    text = _ACTIVE.sub(lambda found: "\\" + found[0], text.replace("&", "&amp;"))
    text = text.replace("\\<", "&lt;").replace("!\\[", "\\!\\[").replace("@", "&#64;")
    return _LINKS.sub("\\\\", text)


def _escaped_start(start: str) -> str:
    return start + "\\" if start.isdigit() else "\\" + start
