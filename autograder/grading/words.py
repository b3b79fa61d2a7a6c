"""Make text that came from a submission safe to show and the same on every run."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_ESCAPE = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|.)?")
_BIDI = {0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_LIMIT = 20_000


def clean(text: str) -> str:
    """Text without terminal escapes, control characters, memory addresses or direction tricks."""
    text = _ADDRESS.sub("0x…", _ESCAPE.sub("", text[: 2 * _LIMIT]))
    shown = "".join(character if _harmless(ord(character)) else "\ufffd" for character in text)
    return shown if len(shown) <= _LIMIT else shown[:_LIMIT] + "… (cut)"


def _harmless(code: int) -> bool:
    if code in (9, 10):
        return True
    return not (code < 32 or 127 <= code < 160 or 0xD800 <= code < 0xE000 or code in _BIDI)
