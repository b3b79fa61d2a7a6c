"""Decide what a student's path stands for: a file of the handout, an import name, or nothing."""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from pathlib import PurePosixPath

MAX_PATH_CHARS = 240
CODE = (".py", ".ipynb")
DATA = (".json", ".csv", ".tsv", ".txt", ".toml", ".yaml", ".yml", ".ini", ".cfg", ".npy", ".npz")
"""What code reads beside itself: data, and settings."""
KEPT = (*CODE, *DATA)
HANDED_OUT = (
    "tests/*",
    "checkkit/*",
    "check.py",
    "requirements*.txt",
    "pytest.ini",
    "*-submission-receipt.txt",
)
"""What every handout holds beside the work, and nobody has to hand in."""

_NOT_HANDED_IN = frozenset(
    {"__macosx", ".ipynb_checkpoints", "__pycache__", "site-packages", "venv", ".venv", ".git"}
)
_COPY_FRONT = re.compile(r"^(copy of|kopie von|copia de|copie de|copy|kopie)[ _-]+")
_COPY_BACK = re.compile(
    r"([ _-]*\(\d+\)|[ _-]+(copy|kopie|copia|final|new|fixed|v?\d+)|[ _-]*\(copy\))$"
)


def is_safe(path: str) -> bool:
    """Say whether a path stays inside the folder it is written to and can be shown to a person."""
    if not path or len(path) > MAX_PATH_CHARS or path.startswith(("/", "\\", "~")):
        return False
    parts = path.split("/")
    if any(part in ("", ".", "..") or len(part.encode("utf-8", "replace")) > 200 for part in parts):
        return False
    if "\\" in path or re.match(r"^[A-Za-z]:", path):
        return False
    return not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in path)


def is_ignored(path: str, patterns: Sequence[str]) -> bool:
    """Say whether a path is a handed-out support file or left behind by a tool.

    A pattern is tried against the whole path and against its end below any folder, since students
    zip their folder with its name.
    """
    parts = path.lower().split("/")
    if any(part in _NOT_HANDED_IN for part in parts) or parts[-1].startswith("."):
        return True
    ends = ["/".join(parts[start:]) for start in range(len(parts))]
    return any(fnmatch.fnmatchcase(end, pattern.lower()) for pattern in patterns for end in ends)


def is_handed_in(path: str) -> bool:
    """Say whether a path is a student's work: neither the handout's own nor left by a tool."""
    return not is_ignored(path, HANDED_OUT)


def stem(path: str) -> str:
    """Return the file name without folder and last suffix."""
    return PurePosixPath(path).stem


def folded(name: str) -> str:
    """Return a stem in the one spelling that case, spaces and hyphens leave open."""
    name = unicodedata.normalize("NFKC", name).lower().strip()
    return re.sub(r"[ \-.]+", "_", name)


def normalised(name: str) -> str:
    """Return a stem without what browsers, file managers and people add to it.

    Example:
        >>> normalised("Copy of optimizers (1)")
        'optimizers'
    """
    name = unicodedata.normalize("NFKC", name).lower().strip()
    name = _COPY_FRONT.sub("", name)
    while shorter := _COPY_BACK.sub("", name):
        if shorter == name:
            break
        name = shorter
    return folded(name)


def closeness(path: str, wanted: str) -> int:
    """Rank how well a student's path fits the manifest's: 4 the same, 3 by name, 0 not at all."""
    if path == wanted:
        return 4
    ours, theirs = stem(path), stem(wanted)
    if ours == theirs:
        return 3
    if folded(ours) == folded(theirs):
        return 2
    return int(normalised(ours) == normalised(theirs))


def best_named(paths: Iterable[str], wanted: str) -> str:
    """Return the path that stands for a file of the handout, "" for none.

    Browsers and file managers rename: `findings (1).json` and `Findings.JSON` are `findings.json`
    when that is not there itself.
    """
    suffix = PurePosixPath(wanted).suffix.lower()
    fitting = [
        (-closeness(path, wanted), path.count("/"), path)
        for path in paths
        if PurePosixPath(path).suffix.lower() == suffix and closeness(path, wanted)
    ]
    return min(fitting)[2] if fitting else ""


def import_names(paths: Iterable[str]) -> dict[str, str]:
    """Return which dotted name imports which student module.

    A module answers to its path (`src.optimizers`), its stem, and, where nothing else claims it,
    to its normalised stem: `import optimizers` finds `optimizers (1).py`.

    Args:
        paths: paths of the student's `.py` files.
    """
    ordered = sorted(path for path in paths if path.endswith(".py"))
    names: dict[str, str] = {}
    for path in ordered:
        parts = path[: -len(".py")].split("/")
        if parts[-1] == "__init__":
            parts = parts[:-1]
        if parts and all(part.isidentifier() for part in parts):
            names.setdefault(".".join(parts), path)
    for spelling in (str, folded, normalised):
        for path in ordered:
            name = spelling(stem(path))
            if name.isidentifier() and name != "__init__":
                names.setdefault(name, path)
    return names


def resolve_import(path: str, module: str | None, level: int, names: Collection[str]) -> str:
    """Return the absolute dotted name that an import in a student's file means.

    Students hand in a package's modules flat and flat modules in a folder, so a relative import
    that fits no folder is looked for by its name alone.

    Args:
        path: the importing file.
        module: what stands after `from` (None in `from . import x`).
        level: the number of dots.
        names: the student's import names, from `import_names`.

    Returns:
        The dotted name, "" for the top folder.
    """
    if not level:
        return module or ""
    folders = path.split("/")[:-1]
    base = folders[: max(0, len(folders) - (level - 1))]
    full = ".".join([*base, *([module] if module else [])])
    if module and full not in names and module in names:
        return module
    return full if all(part.isidentifier() for part in base) else module or ""
