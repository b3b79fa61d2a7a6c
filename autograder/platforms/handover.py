"""Put what was handed in out of reach of whatever else runs in a platform's folder.

Otter starts its kernel in the folder of the submission, copies files over it, opens its log as a
pickle, and wants exactly one notebook. So the submission moves away first, as it is, and one empty
notebook stays in its place.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import nbformat

SUBMISSION, HANDED_IN, SOURCE = "submission", "handed_in", "source"
METADATA = "submission_metadata.json"
_STAND_IN = "submission.ipynb"


def set_aside(root: Path, stand_in: str = _STAND_IN) -> Path:
    """Move everything out of ``root/submission``; an empty notebook is all that is left there.

    Does nothing the second time.

    Args:
        root: the platform's folder (Gradescope: ``/autograder``).
        stand_in: name of the empty notebook or script.

    Returns:
        The folder with what was handed in.
    """
    aside = root / HANDED_IN
    if not aside.exists():
        aside.mkdir(mode=0o700)
        place = root / SUBMISSION
        for name in os.listdir(place):
            shutil.move(place / name, aside / name)
        if stand_in.endswith(".ipynb"):
            (place / stand_in).write_text(nbformat.writes(empty_notebook()), encoding="utf-8")
        else:
            (place / stand_in).write_text("", encoding="utf-8")
    return aside


def put_back(root: Path) -> None:
    """Leave ``root/submission`` as it was handed in, so that a run can be repeated."""
    aside, place = root / HANDED_IN, root / SUBMISSION
    if not aside.exists():
        return
    for left in place.iterdir():  # not the folder itself: it may be a mounted one
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()
    for name in os.listdir(aside):
        shutil.move(aside / name, place / name)
    aside.rmdir()


def empty_notebook() -> Any:
    """A notebook without a cell."""
    return nbformat.v4.new_notebook()


def hide_source(root: Path) -> None:
    """Leave checks, reference and what is known of earlier attempts to the grader's user alone."""
    source = root / SOURCE
    known = root / METADATA
    for path in (source, *source.rglob("*"), *([known] if known.exists() else [])):
        if not path.is_symlink():
            path.chmod(0o700 if path.is_dir() or os.access(path, os.X_OK) else 0o600)
