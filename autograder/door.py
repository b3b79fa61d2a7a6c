"""What every process that grades does first: what lies around it decides nothing.

The current folder may be one that somebody else filled, a hand-in or a class. Tools look there for
modules and for configuration, so a process that grades leaves it out of both.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path


def enter() -> None:
    """Let nothing in the current folder decide what this process and its children load."""
    sys.path[:] = [place for place in sys.path if place not in ("", ".")]
    os.environ["PYTHONSAFEPATH"] = "1"
    # Matplotlib reads it from the current folder, before any place that a variable can name; what
    # is imported once is not read again. Nearly nobody has such a file, and the import is slow.
    if os.path.lexists("matplotlibrc"):
        with _elsewhere(), contextlib.suppress(ImportError):
            import matplotlib  # noqa: F401


@contextlib.contextmanager
def _elsewhere() -> Iterator[None]:
    before = os.open(".", os.O_RDONLY)
    os.chdir(Path(__file__).parent)
    try:
        yield
    finally:
        os.fchdir(before)
        os.close(before)
