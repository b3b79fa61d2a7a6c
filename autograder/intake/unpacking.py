"""Unpack the archive a learning platform gave out, whose members' names students have chosen."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import zipfile
import zlib
from pathlib import Path

from autograder.intake import blackboard, brightspace, canvas, moodle
from autograder.intake.archives import member_name
from autograder.intake.counted_files import is_noise, printable, safe_path
from autograder.intake.gradescope_export import METADATA
from autograder.intake.submissions import NothingToGrade

_MAX_MEMBER_BYTES = 256 << 20
_CHUNK = 1 << 20
# A name that cannot be: too long, or at once a file and a folder. One student's must not keep the
# whole class from being unpacked.
_IMPOSSIBLE = {errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.EINVAL}


def is_export(path: Path) -> bool:
    """Whether a zip holds a class, as a platform exports it, and not one student's work."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            every = map(member_name, archive.infolist())
            names = [name for name in every if not name.startswith("__MACOSX/")]
    except (zipfile.BadZipFile, ValueError, OSError):
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
        if target.is_dir():
            return target
        shutil.rmtree(part, ignore_errors=True)
        with zipfile.ZipFile(path) as archive:
            lost = [
                member_name(member)
                for member in archive.infolist()
                if not _extracted(archive, member, part)
            ]
        part.mkdir(parents=True, exist_ok=True)
        _list_of_lost(target).write_text("\n".join(map(printable, lost)), encoding="utf-8")
        os.replace(part, target)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise NothingToGrade(f"{path}: the export cannot be unpacked: {error}") from None
    except OSError as error:
        raise NothingToGrade(f"{path}: cannot be unpacked: {error.strerror or error}") from None
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
        return _list_of_lost(unpacked).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _list_of_lost(target: Path) -> Path:
    return target.with_name(f"{target.name}.left-out.txt")


def _extracted(archive: zipfile.ZipFile, member: zipfile.ZipInfo, into: Path) -> bool:
    """Whether a member lies there now; the folders of an archive need not."""
    if member.is_dir():
        return True
    try:
        return _extract(archive, member, into)
    except OSError as error:
        if error.errno not in _IMPOSSIBLE:
            raise
        return False


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, into: Path) -> bool:
    mode = member.external_attr >> 16
    ordinary = not mode or stat.S_ISREG(mode) or stat.S_IFMT(mode) == 0
    name = safe_path(member_name(member))
    if name is None or not ordinary:
        return False
    place = into / name
    place.parent.mkdir(parents=True, exist_ok=True)
    left = _MAX_MEMBER_BYTES
    with archive.open(member) as source, open(place, "wb") as target:
        while left > 0 and (chunk := source.read(min(_CHUNK, left))):
            target.write(chunk)
            left -= len(chunk)
    return True
