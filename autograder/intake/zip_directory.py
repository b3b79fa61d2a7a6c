"""Open a zip by its directory, under a cap on how much that may list.

Python's reader makes an object of every entry before anybody can look at their number. How often
their signature stands in the whole archive says nothing: archives in an archive hold it too.
"""

from __future__ import annotations

import zipfile
from typing import IO, Any

_SIGNATURE = b"PK\x01\x02"
# An entry takes 46 bytes, its name, and what systems add to that.
_ENTRY_BYTES = 46 + 300
# What the reader looks through for the end of the directory.
_TAIL = (1 << 16) + 22


class TooManyEntries(Exception):
    """The directory lists more than the cap."""


def open_zip(file: IO[bytes], most: int) -> zipfile.ZipFile:
    """Open an archive.

    Args:
        file: of it, seekable.
        most: entries that it may list.

    Raises:
        TooManyEntries: it lists more.
        zipfile.BadZipFile and others: it is damaged.
    """
    bounded = _Bounded(file, most)
    archive = zipfile.ZipFile(bounded)
    bounded.most = None
    if len(archive.infolist()) > most:
        raise TooManyEntries
    return archive


class _Bounded:
    """A file that gives out no directory of more than `most` entries, while there is such a cap."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file = file
        self.most: int | None = most

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def read(self, size: int = -1) -> bytes:
        if self.most is None or 0 <= size <= _TAIL:
            return self._file.read(size)
        if size > self.most * _ENTRY_BYTES:
            raise TooManyEntries
        content = self._file.read(size)
        if content.count(_SIGNATURE) > self.most:
            raise TooManyEntries
        return content
