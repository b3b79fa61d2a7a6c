"""Make text that came from a submission safe to show and the same on every run."""

from __future__ import annotations

import re

from autograder.intake.counted_files import printable

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_ESCAPE = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|.)?")
_LIMIT = 20_000


def clean(text: str) -> str:
    """Text without terminal escapes, control characters, memory addresses or direction tricks."""
    text = _ADDRESS.sub("0x…", _ESCAPE.sub("", text[: 2 * _LIMIT]))
    shown = printable(text, keep="\t\n")
    return shown if len(shown) <= _LIMIT else shown[:_LIMIT] + "… (cut)"
