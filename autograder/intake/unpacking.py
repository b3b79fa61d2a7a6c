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

from autograder.intake import canvas, moodle
from autograder.intake.counted_files import safe_path
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
            names = [name for name in archive.namelist() if not name.startswith("__MACOSX/")]
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    if any(name.rsplit("/", 1)[-1] == METADATA for name in names):
        return True
    if any(moodle.NAME.match(part) for name in names for part in name.split("/")[:2]):
        return True
    loose = [name for name in names if "/" not in name]
    code = [name for name in loose if name.lower().endswith((".py", ".ipynb", ".zip"))]
    return len(loose) > 1 and bool(code) and all(map(canvas.NAME.match, code))


def unpack(path: Path, into: Path) -> Path:
    """Unpack an export into a folder of its own below another; done already, it is not done again.

    Returns:
        The folder, named by the archive's content.

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
            for member in archive.infolist():
                try:
                    _extract(archive, member, part)
                except OSError as error:
                    if error.errno not in _IMPOSSIBLE:
                        raise
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


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, into: Path) -> None:
    mode = member.external_attr >> 16
    ordinary = not mode or stat.S_ISREG(mode) or stat.S_IFMT(mode) == 0
    name = safe_path(member.filename)
    if name is None or member.is_dir() or not ordinary:
        return
    place = into / name
    place.parent.mkdir(parents=True, exist_ok=True)
    left = _MAX_MEMBER_BYTES
    with archive.open(member) as source, open(place, "wb") as target:
        while left > 0 and (chunk := source.read(min(_CHUNK, left))):
            target.write(chunk)
            left -= len(chunk)
