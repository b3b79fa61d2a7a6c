"""Fingerprints of code, in which copied passages show whatever names and layout were given to them.

copydetect reads the code into a form without names, comments and layout, and picks what to keep of
it (winnowing: Schleimer, Wilkerson and Aiken, 2003). Its own hashes change with every process, so
passages are hashed here: the same code has the same fingerprint always.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from autograder.intake.deriving import Deriver, Underivable

Hashes = npt.NDArray[np.uint64]

PASSAGE = 30  # characters of the form without names, about ten words
_WINDOW = 16  # so that a common passage of 45 such characters is always found
_MAX_FILES = 30
_MAX_CHARS = 400_000
_MOST_KNOWN = 2000
_SECONDS = 30.0
_FACTOR, _MIX = np.uint64(0x100000001B3), np.uint64(0x9E3779B97F4A7C15)


class Fingerprint(msgspec.Struct, frozen=True):
    """What is kept of a submission's code.

    Attributes:
        files: the bytes of the passages' hashes, by file.
        left_out: why files are not in it, a sentence each.
    """

    files: dict[str, bytes] = {}
    left_out: tuple[str, ...] = ()

    @property
    def passages(self) -> dict[str, Hashes]:
        """The hashes of the passages that are kept, by file."""
        return {path: np.frombuffer(kept, dtype="<u8") for path, kept in self.files.items()}


class Reader:
    """Takes fingerprints of the submissions of one class, none of which is read in this process.

    Args:
        handed_out: files that everybody was given, by path; what stands in them does not count.
        deriver: reads the files.
    """

    def __init__(self, handed_out: Mapping[str, bytes], deriver: Deriver) -> None:
        self._deriver = deriver
        every = [self._read(all_passages, path, content) for path, content in handed_out.items()]
        self._handed_out = np.unique(np.concatenate([*every, np.empty(0, np.uint64)]))
        # Many hand in a file as others do: untouched, or the same one for a group.
        self._known: dict[bytes, bytes] = {}

    def fingerprint(self, files: Mapping[str, bytes]) -> Fingerprint:
        """The fingerprint of a submission; never raises for what was handed in.

        Args:
            files: content by path; modules and notebooks count, up to a cap on their number.
        """
        made: dict[str, bytes] = {}
        left_out: list[str] = []
        code = [path for path in files if path.lower().endswith((".py", ".ipynb"))]
        deadline = time.monotonic() + _SECONDS
        for number, path in enumerate(code):
            if number >= _MAX_FILES or time.monotonic() > deadline:
                left_out.append(f"{len(code) - number} of its files are not compared")
                break
            try:
                kept = self._kept(path, files[path])
            except Underivable as reason:
                left_out.append(str(reason))
                continue
            if kept:
                made[path] = kept
        return Fingerprint(made, tuple(left_out))

    def _kept(self, path: str, content: bytes) -> bytes:
        """The passages of a file that are kept, without those handed out."""
        kind = b"book" if path.lower().endswith(".ipynb") else b"code"
        key = hashlib.sha256(kind + content).digest()
        if key not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            passages = self._read(chosen_passages, path, content)
            self._known[key] = _bytes_of(_without(passages, self._handed_out))
        return self._known[key]

    def _read(self, function: Callable[[str, bytes], bytes], path: str, content: bytes) -> Hashes:
        return np.frombuffer(self._deriver.derive(function, path, content), dtype="<u8")


def all_passages(path: str, content: bytes) -> bytes:
    """The hash of every passage of a file (to be derived)."""
    return _bytes_of(_hashes(_form(code_of(path, content)[:_MAX_CHARS])))


def chosen_passages(path: str, content: bytes) -> bytes:
    """The hashes of the passages that are kept of a file (to be derived)."""
    from copydetect.utils import winnow  # imports Matplotlib

    hashes = _hashes(_form(code_of(path, content)[:_MAX_CHARS]))
    if not len(hashes):
        return b""
    kept, _ = winnow(hashes, min(_WINDOW, len(hashes)))
    return _bytes_of(np.asarray(kept, np.uint64))


def _bytes_of(hashes: Hashes) -> bytes:
    return hashes.astype("<u8").tobytes()


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
        return ""  # no notebook, which grading has told


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def source_of(path: str, content: bytes) -> bytes:
    """The code in a module or a notebook as UTF-8 (to be derived)."""
    return code_of(path, content).encode("utf-8", "replace")
