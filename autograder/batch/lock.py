"""One run at a time in a folder of results; the lock ends with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
import socket
from contextlib import suppress
from pathlib import Path

from autograder.batch.run_problems import StoreError
from autograder.own_files import open_ordinary

FILE = ".grading.lock"


class Lock:
    """Held while a command writes to the results in a folder.

    Args:
        folder: made if it is missing.

    Raises:
        StoreError: another process holds it, or the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = open_ordinary(path, os.O_RDWR | os.O_CREAT)
        except OSError as error:
            raise StoreError(
                f"{error.filename or folder}: results cannot be written here: {error.strerror}; "
                "name a folder that can be written with --output"
            ) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(self._file, 200).decode(errors="replace").strip()
            os.close(self._file)
            raise StoreError(
                f"{folder}: {holder or 'another process'} is writing results here; wait until it "
                "has finished, or name another folder with --output"
            ) from None
        with suppress(OSError):  # a full disk: who holds the lock is then not said
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)

    def release(self) -> None:
        """Let others in."""
        with suppress(OSError):
            os.ftruncate(self._file, 0)
        os.close(self._file)
