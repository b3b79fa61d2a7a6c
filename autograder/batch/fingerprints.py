"""Fingerprints of code, in which copied passages show whatever names and layout were given to them.

copydetect reads the code into a form without names, comments and layout, and picks what to keep of
it (winnowing: Schleimer, Wilkerson and Aiken, 2003). Its own hashes change with every process, so
passages are hashed here: the same code has the same fingerprint always.
"""

from __future__ import annotations

import hashlib
import json
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]

PASSAGE = 30  # characters of the form without names, about ten words
_WINDOW = 16  # so that a common passage of 45 such characters is always found
_MAX_FILES = 30
_MAX_CHARS = 400_000
_MOST_KNOWN = 2000
_SECONDS = 10.0
_FACTOR, _MIX = np.uint64(0x100000001B3), np.uint64(0x9E3779B97F4A7C15)


class _TooSlow(Exception):
    """A file on which the reader of code takes too long."""


class Reader:
    """Takes fingerprints of the submissions of one class.

    Args:
        handed_out: files that everybody was given, by path; what stands in them does not count.
    """

    def __init__(self, handed_out: Mapping[str, bytes]) -> None:
        self._handed_out = _passages(handed_out)
        # Many hand in a file as others do: untouched, or the same one for a group.
        self._known: dict[bytes, Hashes] = {}

    def fingerprint(self, files: Mapping[str, bytes]) -> bytes:
        """The fingerprint of a submission, as it is stored; never raises for what was handed in.

        Args:
            files: content by path; modules and notebooks count, up to a cap on their length.
        """
        made: dict[str, bytes] = {}
        left = _MAX_CHARS
        with _limited(_SECONDS):
            for path in list(files)[:_MAX_FILES]:
                source = code_of(path, files[path])[:left]
                left -= len(source)
                try:
                    kept = self._kept(source)
                except _TooSlow:
                    break
                except Exception:  # a fault of the library on hostile text costs only this
                    continue
                if len(kept):
                    made[path] = kept.astype("<u8").tobytes()
        return msgspec.msgpack.encode(made)

    def _kept(self, source: str) -> Hashes:
        """The passages of a text that are kept, without those handed out."""
        key = hashlib.sha256(source.encode("utf-8", "surrogatepass")).digest()
        if key not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = _without(_chosen(source), self._handed_out)
        return self._known[key]


def stored(body: bytes) -> dict[str, Hashes]:
    """What `fingerprint` made, by file."""
    made = msgspec.msgpack.decode(body, type=dict[str, bytes])
    return {path: np.frombuffer(kept, dtype="<u8") for path, kept in made.items()}


def _passages(files: Mapping[str, bytes]) -> Hashes:
    """Every passage of files that are handed out, which say nothing of who wrote them."""
    made = [_hashes(_form(code_of(path, content))) for path, content in files.items()]
    return np.unique(np.concatenate([*made, np.empty(0, np.uint64)]))


def _chosen(source: str) -> Hashes:
    """The passages that are kept of a text."""
    from copydetect.utils import winnow  # imports Matplotlib

    hashes = _hashes(_form(source))
    if not len(hashes):
        return hashes
    kept, _ = winnow(hashes, min(_WINDOW, len(hashes)))
    return np.asarray(kept, np.uint64)


def _without(kept: Hashes, handed_out: Hashes) -> Hashes:
    """The hashes that are not among those handed out, which are sorted."""
    if not len(handed_out):
        return np.unique(kept)
    places = np.minimum(np.searchsorted(handed_out, kept), len(handed_out) - 1)
    return np.unique(kept[handed_out[places] != kept])


def _form(source: str) -> str:
    """Code without names, comments and layout."""
    from copydetect.utils import filter_code

    form: str = filter_code(source, "submission.py", "python")[0] if source.strip() else ""
    return form


def _hashes(form: str) -> Hashes:
    """A hash of the passage that begins at each character."""
    signs = np.frombuffer(form.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    total = np.zeros(max(0, len(signs) - PASSAGE + 1), np.uint64)
    for offset in range(PASSAGE):
        total = total * _FACTOR + signs[offset : offset + len(total)]
    total ^= total >> np.uint64(31)
    total *= _MIX
    return total ^ (total >> np.uint64(29))


def code_of(path: str, content: bytes) -> str:
    """The code in a module or a notebook, empty if there is none."""
    text = content.decode("utf-8", "replace")
    if path.lower().endswith(".py"):
        return text
    if not path.lower().endswith(".ipynb"):
        return ""
    try:
        cells = json.loads(text)["cells"]
        return "\n".join(_source(cell) for cell in cells if cell.get("cell_type") == "code")
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return ""


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Let no text take more processor time than this; only the main thread can be interrupted."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise _TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
