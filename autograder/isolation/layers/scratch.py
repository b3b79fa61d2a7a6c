"""Where a worker may write, and how that is removed after its end."""

import itertools
import os
import uuid
from collections.abc import Iterator

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def scratch_folder(scratch_parent: str, layers: frozenset[str], pid: int | None = None) -> str:
    """Where the worker `pid` (the calling one unless given) has its scratch folder."""
    name = "work" if "namespaces" in layers else f"work-{os.getpid() if pid is None else pid}"
    return os.path.join(scratch_parent, name)


def remove_scratch(scratch: str) -> None:
    """Remove a dead worker's scratch folder, whatever it left there: deep, locked, or nothing.

    What lies deeper is moved up first, so that neither the depth nor the length of a path counts.
    Links are removed, never followed.

    Raises:
        OSError: something could not be removed.
    """
    try:
        top = os.open(scratch, _FOLDER)
    except FileNotFoundError:
        return
    moved = (f"{uuid.uuid4()}-{number}" for number in itertools.count())
    try:
        while names := os.listdir(top):
            for name in names:
                try:
                    os.unlink(name, dir_fd=top)
                except IsADirectoryError:
                    _move_up(name, top, moved)
                    os.rmdir(name, dir_fd=top)
    finally:
        os.close(top)
    os.rmdir(scratch)


def _move_up(name: str, top: int, moved: Iterator[str]) -> None:
    os.chmod(name, 0o700, dir_fd=top)
    folder = os.open(name, _FOLDER, dir_fd=top)
    try:
        with os.scandir(folder) as entries:
            for entry in list(entries):
                if entry.is_dir(follow_symlinks=False):
                    os.chmod(entry.name, 0o700, dir_fd=folder)  # a locked folder does not move
                os.rename(entry.name, next(moved), src_dir_fd=folder, dst_dir_fd=top)
    finally:
        os.close(folder)
