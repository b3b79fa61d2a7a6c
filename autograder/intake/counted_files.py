"""Which files of a submission count, under caps on number and size."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from autograder.reading.file_names import KEPT

NOISE_FOLDERS = {
    "__MACOSX",
    ".ipynb_checkpoints",
    "__pycache__",
    ".git",
    ".venv",
    "venv",
    "site-packages",
}
NOISE = {
    *NOISE_FOLDERS,
    *(".DS_Store", "Thumbs.db", "desktop.ini", ".localized", ".directory", ".gitignore"),
    *(".gitkeep", ".gitattributes", ".pytest_cache", ".mypy_cache", ".vscode", ".idea"),
    *("$RECYCLE.BIN", "Icon\r", ".Trashes", ".Spotlight-V100", ".fseventsd"),
}
# Endings of what is opened, and of what is only named. Data sets come packed alone, too (.gz).
ARCHIVES = (
    *(".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".7z", ".rar"),
    *(".py.gz", ".ipynb.gz", ".py.xz", ".ipynb.xz", ".py.bz2", ".ipynb.bz2"),
)
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
        others: paths of files of kinds that no grading looks at.
        reasons: why files that would count were passed over, a sentence each.
    """

    limits: Limits
    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    _bytes: int = 0

    def skips(self, path: str) -> bool:
        """Whether a path is noise, or of a kind that no grading looks at."""
        return not counts(path)

    def met(self, path: str) -> None:
        """Take note of a file that no grading looks at, should there be no other."""
        parts = PurePosixPath(path).parts or (".",)
        noise = any(part in NOISE_FOLDERS for part in parts[:-1]) or is_noise(parts[-1])
        if not noise and len(self.others) < 50:
            self.others.append(printable(path)[:200])

    def pass_over(self, path: str, why: str) -> None:
        """Say why a file that would count does not; if nothing else counts, it is the reason."""
        told = why if why.startswith(f"{path.rsplit('/', 1)[-1]}:") else f"{path}: {why}"
        self.note(told)
        if len(self.reasons) < 50:
            self.reasons.append(printable(told)[:300])

    @property
    def left(self) -> int:
        """Bytes that may still be unpacked."""
        return self.limits.total_bytes - self._bytes

    def count(self, size: int) -> None:
        """Count bytes that were unpacked, whatever comes of them.

        Raises:
            Unreadable: over the cap on the whole submission.
        """
        self._bytes += size
        if self._bytes > self.limits.total_bytes:
            raise Unreadable(f"it holds more than {self.limits.total_bytes >> 20} MiB")

    def add(self, path: str, content: bytes, packed: int | None = None) -> None:
        """Take a file in.

        Args:
            path: in the submission, as the student has it.
            content: of the file.
            packed: bytes that it took in an archive.

        Raises:
            Unreadable: over a cap on the whole submission.
        """
        if self.skips(path) or path.lower().endswith(ARCHIVES):
            self.met(path)
            return
        safe = safe_path(path)
        if safe is None:
            self.note(f"{path!r}: not a path inside the submission, passed over")
            return
        # What is passed over counts as well: unpacking it took its time.
        self.count(len(content))
        if len(content) > self.limits.file_bytes:
            self.too_large(safe, self.limits.file_bytes)
            return
        written = not path.lower().endswith(".ipynb")
        if written and packed is not None and len(content) > max(_MIB, self.limits.ratio * packed):
            self.pass_over(
                safe, f"more than {self.limits.ratio} times its packed size, passed over"
            )
            return
        if len(self.files) >= self.limits.files:
            raise Unreadable(f"it holds more than {self.limits.files} files")
        if safe in self.files:
            self.note(f"{safe}: there is more than one; the last one counts")
        self.files[safe] = content

    def too_large(self, path: str, cap_bytes: int) -> None:
        """Say that a file is over the cap, and what the student can do."""
        cap = f"larger than the {cap_bytes >> 20} MiB allowed"
        notebook = path.lower().endswith(".ipynb")
        ask = "wanted: it without outputs (clear all outputs, save)" if notebook else "passed over"
        self.pass_over(path, f"{cap}; {ask}")

    def note(self, text: str) -> None:
        """Say what was passed over; repeated and endless notes are cut."""
        if len(self.notes) < 50:
            self.notes.append(printable(text)[:300])


def counts(path: str) -> bool:
    """Whether a file of this path is looked at, or opened as an archive."""
    parts = PurePosixPath(path).parts or (".",)
    if any(part in NOISE_FOLDERS for part in parts[:-1]):
        return False
    return not parts[-1].startswith(".") and path.lower().endswith((*KEPT, *ARCHIVES))


def is_noise(name: str) -> bool:
    """Whether a file or folder of this name is a system's or a tool's own, and nobody's work."""
    return name in NOISE or name.startswith(("._", "~$")) or name.lower() in _NOISE_ANY_CASE


_NOISE_ANY_CASE = {"thumbs.db", "desktop.ini", ".ds_store"}


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
    return _HARMFUL.sub(lambda found: found[0] if found[0] in keep else "\ufffd", text)


_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
