"""Read and write files of ours in a folder that somebody else may have filled before.

A link, a pipe or a second name of a file, laid out under a name that is ours, must neither lead
elsewhere nor hold a run up. Whoever can still change the folder while a run writes to it is not
kept out: that is its owner's business.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

_NOT_THROUGH = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_ALONE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | _NOT_THROUGH


@contextmanager
def complete(path: Path) -> Iterator[IO[str]]:
    """A text file to write that takes the place of `path` when it is complete, or not at all.

    Raises:
        OSError: it cannot be written.
    """
    with _new(path) as descriptor, open(descriptor, "w", encoding="utf-8", newline="") as file:
        yield file


@contextmanager
def complete_bytes(path: Path) -> Iterator[IO[bytes]]:
    """The same for bytes."""
    with _new(path) as descriptor, open(descriptor, "wb") as file:
        yield file


@contextmanager
def _new(path: Path) -> Iterator[int]:
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)  # left by a run that was killed; of a link, the link itself
    descriptor = os.open(part, _ALONE, 0o666)
    try:
        yield descriptor
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def open_ordinary(path: Path, flags: int = os.O_RDONLY) -> int:
    """A descriptor of an ordinary file, opened without following a link or waiting at a pipe.

    Raises:
        OSError: it cannot be opened, or is none; `strerror` says what it is.
    """
    try:
        descriptor = os.open(path, flags | getattr(os, "O_CLOEXEC", 0) | _NOT_THROUGH, 0o644)
    except OSError:
        expect_ordinary(path)  # which says it better than "too many levels of symbolic links"
        raise
    try:
        _expect_file(path, os.fstat(descriptor))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def expect_ordinary(path: Path) -> None:
    """Refuse what stands under a name of ours and is no ordinary file with this one name.

    Raises:
        OSError: as for `open_ordinary`.
    """
    with suppress(FileNotFoundError):
        _expect_file(path, path.lstat())


def own_folder(path: Path) -> Path:
    """Make a folder below one that was named, if it is missing; gives its path.

    Raises:
        OSError: it cannot be made, or a link or a file stands in its place.
    """
    with suppress(FileExistsError):
        path.mkdir(parents=True)
    if not stat.S_ISDIR(path.lstat().st_mode):
        raise _refusal(path, path.lstat(), "a folder")
    return path


def refuse_folder(path: Path) -> None:
    """Refuse a folder that stands where a file of ours is to be.

    Raises:
        OSError: there is one.
    """
    with suppress(FileNotFoundError):
        if stat.S_ISDIR((found := path.lstat()).st_mode):
            raise _refusal(path, found, "an ordinary file")


def _expect_file(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        raise _refusal(path, found, "an ordinary file")


def _refusal(path: Path, found: os.stat_result, expected: str) -> OSError:
    kinds = {stat.S_IFLNK: "a link", stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe"}
    kind = kinds.get(stat.S_IFMT(found.st_mode), "no ordinary file")
    if stat.S_ISREG(found.st_mode):
        kind = "a file" if expected == "a folder" else "a file with another name elsewhere"
    told = f"it is {kind}, expected {expected}, as autograder writes it; remove it"
    return OSError(errno.EINVAL, told, str(path))
