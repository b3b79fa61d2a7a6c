"""Read a zip that may be hostile: no path leaves it, no link is followed, no bomb goes off."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib

from autograder.intake.counted_files import Collection, Unreadable

__all__ = ["Unreadable", "expand"]

_MAX_MEMBERS = 20_000
_CHUNK = 1 << 20
_DIRECTORY_ENTRY = b"PK\x01\x02"
# What every tool writes; a broken stream of another method can ask for gigabytes at once.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(EOFError, OSError, ValueError, NotImplementedError, OverflowError),
)


def expand(content: bytes, prefix: str, collected: Collection) -> None:
    """Add the files of a zip to a collection; nested archives are not opened.

    Args:
        content: the archive.
        prefix: put before each member's path.
        collected: takes the files, and says what was passed over.

    Raises:
        Unreadable: not a zip, damaged, encrypted, or over a cap.
    """
    # Before it is opened, which makes an object of each entry.
    if content.count(_DIRECTORY_ENTRY) > _MAX_MEMBERS:
        raise Unreadable(f"the zip lists more than {_MAX_MEMBERS} files")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGED as error:
        size = f"{len(content)} bytes arrived"
        raise Unreadable(f"the zip is damaged or was cut off ({size}): {error}") from None
    with archive:
        for member in archive.infolist():
            _take(archive, member, prefix, collected)


def _take(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, prefix: str, collected: Collection
) -> None:
    path = prefix + member.filename
    mode = member.external_attr >> 16
    if not member.filename.strip("/") or member.is_dir():  # in this order: it may be empty
        return
    if mode and not (stat.S_ISREG(mode) or stat.S_IFMT(mode) == 0):
        collected.note(f"{path!r}: not an ordinary file, passed over")
        return
    if collected.skips(path) or path.lower().endswith(".zip"):
        return
    if member.flag_bits & 0x1:
        raise Unreadable("the zip is encrypted; hand it in without a password")
    if member.compress_type not in _METHODS:
        raise Unreadable(
            f"the zip packs {path!r} by a method that is not read here; pack it with your system's "
            "own tool"
        )
    content = _content(archive, member, collected.limits.file_bytes)
    collected.add(path, content, member.compress_size)


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, cap: int) -> bytes:
    """At most `cap` + 1 bytes of a member, whatever its header declares."""
    content = bytearray()
    try:
        with archive.open(member) as file:
            while len(content) <= cap:
                chunk = file.read(min(_CHUNK, cap + 1 - len(content)))
                if not chunk:
                    break
                content += chunk
    except RuntimeError as error:
        raise Unreadable(f"the zip cannot be read at {member.filename!r}: {error}") from None
    except _DAMAGED as error:
        raise Unreadable(f"the zip is damaged at {member.filename!r}: {error}") from None
    return bytes(content)
