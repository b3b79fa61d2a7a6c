"""Write to a terminal as it is: its width, its colours if it shows any, its alphabet."""

import os
import shutil
import sys
import textwrap
from typing import Dict, Optional, TextIO

_CODES: Dict[str, str] = {"good": "\033[32m", "open": "\033[33m", "bold": "\033[1m", "": ""}
_PLAIN = "\033[0m"
# What student code and messages may hold and an old terminal cannot show.
_ASCII = str.maketrans({"…": "...", "→": "->", "–": "-", "—": "-", "’": "'", "“": '"', "”": '"'})
_WIDEST = 100


class Terminal:
    """Prints lines, wrapped and coloured where that is of use.

    Args:
        stream: where to; the standard output by default.
    """

    def __init__(self, stream: Optional[TextIO] = None) -> None:
        self._stream = sys.stdout if stream is None else stream
        self._colours = _shows_colours(self._stream)
        self.width = min(_WIDEST, max(40, shutil.get_terminal_size((_WIDEST, 24)).columns - 1))

    def say(self, text: str = "", style: str = "") -> None:
        """Print one line; `style` is ``"good"``, ``"open"``, ``"bold"`` or nothing."""
        self._write(self.styled(text, style) + "\n")

    def paragraph(self, text: str, first: str, rest: str) -> None:
        """Print a text, wrapped; `first` stands before its first line, `rest` before the others."""
        lines = text.splitlines() or [""]
        for number, line in enumerate(lines):
            filled = textwrap.wrap(
                line,
                self.width,
                initial_indent=rest if number else first,
                subsequent_indent=rest,
                break_on_hyphens=False,
                break_long_words=False,
            )
            self._write("\n".join(filled or [first.rstrip()]) + "\n")

    def styled(self, text: str, style: str) -> str:
        """The text in a style, when the terminal shows any."""
        return _CODES[style] + text + _PLAIN if style and self._colours else text

    def _write(self, text: str) -> None:
        encoding = getattr(self._stream, "encoding", None) or "ascii"
        try:
            text.encode(encoding)
        except UnicodeEncodeError:
            text = text.translate(_ASCII).encode(encoding, "replace").decode(encoding)
        self._stream.write(text)
        self._stream.flush()


def _shows_colours(stream: TextIO) -> bool:
    if not stream.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb":
        return False
    # The old Windows console prints the codes themselves; the terminals below understand them.
    known = ("WT_SESSION", "ANSICON", "TERM_PROGRAM", "ConEmuANSI", "TERM")
    return os.name != "nt" or any(name in os.environ for name in known)
