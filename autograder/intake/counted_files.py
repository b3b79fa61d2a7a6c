"""Which files of a submission count, under caps on number and size."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

NOISE_FOLDERS = {
    "__MACOSX",
    ".ipynb_checkpoints",
    "__pycache__",
    ".git",
    ".venv",
    "venv",
    "site-packages",
}
KEPT = (".py", ".ipynb", ".json")
_MIB = 1 << 20


class Unreadable(Exception):
    """A submission that cannot be graded at all, with the reason."""


@dataclass(frozen=True)
class Limits:
    """Caps on one submission: files that count, bytes of one and of all, entries of its folder.

    `ratio` is how many times a file may be larger than what a zip packs it into, beyond the first
    MiB; no text that people write comes near. Notebooks may: a warning in a loop fills their
    outputs with equal lines.
    """

    files: int = 500
    file_bytes: int = 16 << 20
    total_bytes: int = 64 << 20
    ratio: int = 250
    entries: int = 100_000


@dataclass
class Collection:
    """The files of one submission as they are met.

    Attributes:
        limits: the caps.
        files: content by safe relative path.
        notes: what was passed over.
    """

    limits: Limits
    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _bytes: int = 0

    def skips(self, path: str) -> bool:
        """Whether a path is noise, or of a kind that no grading looks at."""
        parts = PurePosixPath(path).parts or (".",)
        if any(part in NOISE_FOLDERS for part in parts[:-1]):
            return True
        return parts[-1].startswith(".") or not path.lower().endswith((*KEPT, ".zip"))

    def add(self, path: str, content: bytes, packed: int | None = None) -> None:
        """Take a file in.

        Args:
            path: in the submission, as the student has it.
            content: of the file.
            packed: bytes that it took in an archive.

        Raises:
            Unreadable: over a cap on the whole submission.
        """
        if self.skips(path) or path.lower().endswith(".zip"):
            return
        safe = safe_path(path)
        if safe is None:
            self.note(f"{path!r}: not a path inside the submission, passed over")
            return
        # What is passed over counts as well: unpacking it took its time.
        self._bytes += len(content)
        if self._bytes > self.limits.total_bytes:
            raise Unreadable(f"it holds more than {self.limits.total_bytes >> 20} MiB")
        if len(content) > self.limits.file_bytes:
            self.note(f"{safe}: larger than allowed, passed over")
            return
        written = not path.lower().endswith(".ipynb")
        if written and packed is not None and len(content) > max(_MIB, self.limits.ratio * packed):
            self.note(f"{safe}: more than {self.limits.ratio} times its packed size, passed over")
            return
        if len(self.files) >= self.limits.files:
            raise Unreadable(f"it holds more than {self.limits.files} files")
        if safe in self.files:
            self.note(f"{safe}: there is more than one; the last one counts")
        self.files[safe] = content

    def note(self, text: str) -> None:
        """Say what was passed over; repeated and endless notes are cut."""
        if len(self.notes) < 50:
            self.notes.append(printable(text)[:300])


def safe_path(path: str) -> str | None:
    """A relative path with forward slashes that stays inside its folder, or None."""
    path = path.replace("\\", "/")
    if path.startswith("/") or re.match(r"^[A-Za-z]:", path) or "\0" in path:
        return None
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if not parts or ".." in parts or len(parts) > 16 or len(path) > 400:
        return None
    return "/".join(printable(part) for part in parts)


def printable(text: str, keep: str = "") -> str:
    """Text without control characters (but `keep`), lone surrogates or bidirectional overrides."""
    return "".join(one if one in keep or _harmless(ord(one)) else "\ufffd" for one in text)


def _harmless(code: int) -> bool:
    return not (code < 32 or 127 <= code < 160 or 0xD800 <= code < 0xE000 or code in _BIDI)


_BIDI = {0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
