"""The data files of an assignment, where a submission runs: read-only, under their own names.

They belong to the student's user, who could change them all the same: before each check they are as
they were handed out, so that what one exercise does to them costs no other.
"""

from __future__ import annotations

import os
import shutil
from typing import Dict, Iterable, Mapping, Optional, Tuple

CODE = (".py", ".ipynb")


def data_among(files: Mapping[str, bytes], given: Iterable[str]) -> Dict[str, bytes]:
    """What of some files is data that was handed out, and no code.

    Args:
        files: content by path.
        given: names of what was handed out to be used as it is.
    """
    return {name: files[name] for name in given if name in files and not name.endswith(CODE)}


class DataFiles:
    """Files in the folder that a submission runs in.

    Args:
        folder: that folder.
        content: bytes by relative path.
    """

    def __init__(self, folder: str, content: Mapping[str, bytes]) -> None:
        self._folder = folder
        self._content = content
        self._seen: Dict[str, Tuple[int, int, int]] = {}

    def restore(self) -> None:
        """Write every file that is not there as it was written last."""
        for name, content in self._content.items():
            path = os.path.join(self._folder, name)
            if name not in self._seen or _state(path) != self._seen[name]:
                self._write(path, content)
                found = _state(path)
                assert found is not None
                self._seen[name] = found

    def _write(self, path: str, content: bytes) -> None:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        elif os.path.lexists(path):
            os.unlink(path)
        # Not by `open`, which student code may have replaced by now.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        handle = os.open(path, flags, 0o400)
        try:
            left = memoryview(content)
            while left:
                left = left[os.write(handle, left) :]
        finally:
            os.close(handle)


def _state(path: str) -> Optional[Tuple[int, int, int]]:
    """What changes when a file does; None for what is not there or is no plain file."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    if not os.path.isfile(path) or os.path.islink(path):
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
