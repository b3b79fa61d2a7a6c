"""Files of a folder that take their places together: a kill leaves all the old ones or the new.

They are written beside the folder's own, in one of its folders. Giving that another name decides
it: before, nothing has happened; from then on the moves, which take milliseconds, are only brought
to an end, by this process or by the next command that opens the results.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from autograder.own_files import complete, complete_bytes, own_folder, refuse_folder

PLACE, DECIDED, GONE = ".publishing", ".published", ".gone"


class FileSet:
    """A set in the making; as a context, what has not taken its place at the end is gone.

    Args:
        folder: where the files belong.

    Attributes:
        place: where to write them meanwhile, each by its path in the folder.

    Raises:
        OSError: it cannot be written, or what stands under a name of ours is none of ours.
    """

    def __init__(self, folder: Path) -> None:
        finish(folder)
        self.folder, self.place = folder, folder / PLACE
        if self.place.is_symlink() or not self.place.is_dir():
            self.place.unlink(missing_ok=True)
        else:
            shutil.rmtree(self.place)  # of a run that was killed
        self.place.mkdir()

    def __enter__(self) -> FileSet:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.place, ignore_errors=True)

    def take_place(self, gone: Iterable[str] = ()) -> None:
        """Put the files in place, and remove others.

        Args:
            gone: paths in the folder.

        Raises:
            OSError: something cannot be replaced; nothing has changed then.
        """
        for path in _files(self.place):
            _make_room(self.folder, path)
        with complete(self.place / GONE) as file:
            file.writelines(f"{path}\n" for path in sorted(gone))
        os.rename(self.place, self.folder / DECIDED)
        try:
            finish(self.folder)
        except KeyboardInterrupt:
            finish(self.folder)
            raise


def finish(folder: Path) -> None:
    """Bring to its end what a process that was killed had decided.

    Raises:
        OSError: something stands in the way.
    """
    place = folder / DECIDED
    if not os.path.lexists(place):
        return
    own_folder(place)
    gone = place / GONE
    names = gone.read_text(encoding="utf-8").splitlines() if gone.is_file() else []
    for path in _files(place):
        _make_room(folder, path)
        _move(place / path, folder / path)
    for name in names:
        path = folder / name
        path.unlink(missing_ok=True)
        with suppress(OSError):  # somebody put more into it
            path.parent.rmdir()
    shutil.rmtree(place)


def _move(written: Path, target: Path) -> None:
    """Give a file its place, also where that is on another disk."""
    try:
        os.replace(written, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with complete_bytes(target) as file:
            file.write(written.read_bytes())
        written.unlink()


def _make_room(folder: Path, path: Path) -> None:
    for parent in reversed(path.parents[:-1]):
        own_folder(folder / parent)
    refuse_folder(folder / path)


def _files(place: Path) -> list[Path]:
    """Paths of the files in a folder of ours, without its list of those that go."""
    found = (path.relative_to(place) for path in place.rglob("*") if not path.is_dir())
    return sorted(path for path in found if path != Path(GONE))
