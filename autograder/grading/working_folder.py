"""Let a check's own code find the assignment's data: a current folder for one thread alone.

The reference reads ``data/rain.csv`` where it was written, in the assignment's folder. Submissions
are asked in several threads, and the process's own current folder is the user's.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CLONE_FS = 0x200


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Make a folder the current one, for the calling thread, while the block runs.

    Containers may refuse a thread a current folder of its own, as Docker does. All threads of the
    process must not be moved there; a check that opens no file of the assignment misses nothing,
    and one that does fails by itself, which calls for a person.
    """
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(_CLONE_FS):
        yield
        return
    before = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.chdir(folder)
        yield
    finally:
        os.fchdir(before)
        os.close(before)
