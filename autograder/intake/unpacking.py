"""Unpack the archive a learning platform gave out, whose members' names students have chosen."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from autograder.intake import blackboard, brightspace, canvas, moodle
from autograder.intake.archives import is_archive, member_name
from autograder.intake.counted_files import Limits, is_noise, printable, safe_path
from autograder.intake.gradescope_export import METADATA
from autograder.intake.submissions import NothingToGrade
from autograder.intake.zip_directory import TooManyEntries, open_zip
from autograder.own_files import complete, open_ordinary, own_folder
from autograder.reading.file_names import KEPT

_MAX_MEMBERS = 500_000
# What no submission's file may be larger than (`counted_files`), and what a class may unpack to:
# this much, and so many times what it is packed into.
_MAX_OTHER_BYTES = 256 << 20
_MAX_TOTAL_BYTES, _MAX_RATIO = 256 << 20, 30
_CHUNK = 1 << 20
# A name that cannot be: too long, or at once a file and a folder. One student's must not keep the
# whole class from being unpacked.
_IMPOSSIBLE = {errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.EINVAL}


def is_export(path: Path) -> bool:
    """Whether a zip holds a class, as a platform exports it, and not one student's work."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return False
    try:
        with open(path, "rb") as file, open_zip(file, _MAX_MEMBERS) as archive:
            every = map(member_name, archive.infolist())
            names = [name for name in every if not name.startswith("__MACOSX/")]
    except (zipfile.BadZipFile, ValueError, OSError, TooManyEntries):
        return False
    if any(name.rsplit("/", 1)[-1] == METADATA for name in names):
        return True
    shapes = (moodle.NAME, blackboard.NAME, brightspace.NAME)
    parts = {part for name in names for part in name.split("/")[:2]}
    if any(shape.match(part) for part in parts for shape in shapes):
        return True
    loose = {name for name in names if "/" not in name}
    loose = {name for name in loose if not is_noise(name) and not name.lower().endswith(".csv")}
    return len({one.user for one in canvas.named_so(loose)}) > 1


def unpack(path: Path, into: Path) -> Path:
    """Unpack an export into a folder of its own below another; done already, it is not done again.

    Returns:
        The folder, named by the archive's content. `left_out` names what could not be unpacked.

    Raises:
        NothingToGrade: it is damaged, or there is no room.
    """
    try:
        target = into / f"{path.stem}-{_digest(path)[:12]}"
        part = target.with_name(f".{target.name}.part")
        own_folder(into)
        if os.path.lexists(target):
            return own_folder(target)
        if part.is_symlink():
            part.unlink()
        shutil.rmtree(part, ignore_errors=True)
        with open(path, "rb") as file, open_zip(file, _MAX_MEMBERS) as archive:
            members = archive.infolist()
            rooms = _rooms(members, path.stat().st_size)
            lost = [
                member_name(member)
                for member, room in zip(members, rooms, strict=True)
                if not _extracted(archive, member, part, room)
            ]
        part.mkdir(parents=True, exist_ok=True)
        with complete(_list_of_lost(target)) as names:
            names.write("\n".join(map(printable, lost)))
        os.replace(part, target)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise NothingToGrade(f"{path}: the export cannot be unpacked: {error}") from None
    except TooManyEntries:
        raise NothingToGrade(f"{path}: lists more than {_MAX_MEMBERS} files") from None
    except OSError as error:
        told = f" at {error.filename}" if error.filename else ""
        raise NothingToGrade(
            f"{path}: cannot be unpacked{told}: {error.strerror or error}"
        ) from None
    return target


def _digest(path: Path) -> str:
    total = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            total.update(chunk)
    return total.hexdigest()


def left_out(unpacked: Path) -> list[str]:
    """Members of the export that could not be unpacked into this folder."""
    try:
        with open(open_ordinary(_list_of_lost(unpacked)), encoding="utf-8") as names:
            return names.read().splitlines()
    except OSError:
        return []


def _list_of_lost(target: Path) -> Path:
    return target.with_name(f"{target.name}.left-out.txt")


def _rooms(members: Sequence[zipfile.ZipInfo], packed: int) -> list[int]:
    """How many bytes of each member are written.

    Where all of them together are more than an archive of this size may hold, the largest get
    none: that is one student's doing, and the others' work is unpacked.
    """
    rooms = [
        0 if member.file_size > _cap(member.filename) else member.file_size for member in members
    ]
    total, most = sum(rooms), _MAX_TOTAL_BYTES + _MAX_RATIO * packed
    for index in sorted(range(len(rooms)), key=rooms.__getitem__, reverse=True):
        if total <= most:
            break
        total -= rooms[index]
        rooms[index] = 0
    return rooms


def _cap(name: str) -> int:
    if is_archive(name):
        return Limits.total_bytes
    return Limits.file_bytes if name.lower().endswith(KEPT) else _MAX_OTHER_BYTES


def _extracted(archive: zipfile.ZipFile, member: zipfile.ZipInfo, into: Path, room: int) -> bool:
    """Whether a member lies there now; the folders of an archive need not."""
    if member.is_dir():
        return True
    try:
        return _extract(archive, member, into, room)
    except OSError as error:
        if error.errno not in _IMPOSSIBLE:
            raise
        return False


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, into: Path, room: int) -> bool:
    mode = member.external_attr >> 16
    ordinary = not mode or stat.S_ISREG(mode) or stat.S_IFMT(mode) == 0
    name = safe_path(member_name(member))
    if name is None or not ordinary:
        return False
    place = into / name
    place.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as source, open(place, "wb") as target:
        if room < member.file_size:  # a length alone, which takes no room and tells its reader
            target.truncate(_MAX_OTHER_BYTES + 1)
            return True
        while chunk := source.read(_CHUNK):
            target.write(chunk)
    return True
