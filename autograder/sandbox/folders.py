"""Temporary folders that go with their process; what a killed one left, the next one removes."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

_NEW_SECONDS = 60.0


class OwnFolder:
    """A temporary folder, removed with `remove` or, after a kill, by the next of its prefix.

    A lock on the folder itself says that its process lives; the kernel drops it however that ends.

    Args:
        prefix: how the folder's name starts, the same for all of one purpose.
    """

    def __init__(self, prefix: str) -> None:
        _remove_left(prefix)
        self.path = Path(tempfile.mkdtemp(prefix=prefix))
        self._lock = _locked(self.path)

    def remove(self) -> None:
        """Remove the folder with all that is in it; a second time does nothing."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _remove_left(prefix: str) -> None:
    """Remove this user's folders of the prefix whose processes have ended."""
    for path in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with suppress(OSError):
            seen = path.lstat()
            # A new one may not be locked yet.
            if seen.st_uid != os.geteuid() or abs(time.time() - seen.st_ctime) < _NEW_SECONDS:
                continue
            lock = _locked(path)
            if lock is not None:
                shutil.rmtree(path, ignore_errors=True)
                os.close(lock)


def _locked(path: Path) -> int | None:
    """A descriptor that holds the folder's lock; None if another has it, or there is no such."""
    try:
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(folder)
        return None
    return folder
