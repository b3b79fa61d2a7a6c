"""Where a handout may be written, and what of the folder's own stays there."""

from __future__ import annotations

import json
from pathlib import Path

# Every rendering holds this file, which names its assignment.
MARK = "tests/plain/exercises.json"


def reason_against(folder: Path, name: str, source: Path) -> str:
    """Why no handout may be written to a folder; empty if one may.

    Args:
        folder: where to, resolved. What is not rendered would be removed from it.
        name: of the assignment.
        source: the assignment's own folder.
    """
    source, here = source.resolve(), Path.cwd()
    if folder == here or folder in here.parents:
        return "it is the folder you are in, or holds it"
    if folder == source or folder in source.parents or source in folder.parents:
        return "it is the assignment's source, holds it or lies in it"
    if not folder.exists():
        return ""
    if not folder.is_dir():
        return "it is a file"
    if (folder / ".git").exists():
        return "it holds a git repository"
    if any(folder.iterdir()) and _rendered_for(folder) != name:
        return f"it is not empty, and no earlier handout of {name}"
    return ""


def is_private(path: str) -> bool:
    """Whether a relative path is or lies in something hidden, such as ``.env``."""
    return any(part.startswith(".") for part in Path(path).parts)


def keep_hidden(old: Path, fresh: Path, inside: bool = False) -> None:
    """Move what is hidden in a folder, and not in its successor, over there."""
    for entry in sorted(old.iterdir()):
        there = fresh / entry.name
        hidden = inside or entry.name.startswith(".")
        if hidden and not there.exists():
            fresh.mkdir(parents=True, exist_ok=True)
            entry.rename(there)
        elif entry.is_dir() and not entry.is_symlink() and not there.is_file():
            keep_hidden(entry, there, hidden)


def _rendered_for(folder: Path) -> str:
    """Name of the assignment whose handout a folder holds; empty if it holds none."""
    try:
        told = json.loads((folder / MARK).read_bytes())
        return str(told["assignment"]["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
