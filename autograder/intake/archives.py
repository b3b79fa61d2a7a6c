"""Open an archive that may be hostile: no path leaves it, no link is followed, no bomb goes off.

What it is, is told by its first bytes and not by its name. Archives within archives are opened to
a small depth, and everything counts towards the caps of the one submission.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib

import msgspec

from autograder.intake.counted_files import ARCHIVES, Collection, Unreadable
from autograder.intake.deriving import Bounds, Deriver, Underivable
from autograder.intake.tar_and_7z import Opened, is_tar, opened
from autograder.intake.zip_directory import TooManyEntries, open_zip

__all__ = ["Unopened", "Unreadable", "expand", "is_archive", "member_name", "stem"]

_DEEPEST = 3
_MAX_MEMBERS = 20_000
_CHUNK = 1 << 20
_UTF8_FLAG = 0x800
_STREAMS = (b"\x1f\x8b", b"\xfd7zXZ\0", b"BZh", b"7z\xbc\xaf\x27\x1c")
_BOUNDS = Bounds(seconds=20, memory_bytes=1 << 30, result_bytes=80 << 20)
# What every tool writes; a broken stream of another method can ask for gigabytes at once.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(EOFError, OSError, ValueError, NotImplementedError, OverflowError),
)


class Unopened(Unreadable):
    """An archive of a kind that is not opened here; what lies beside it may count."""


def is_archive(name: str) -> bool:
    """Whether a file's name is that of an archive."""
    return name.lower().endswith(ARCHIVES)


def stem(name: str) -> str:
    """A path without the ending of an archive, or whatever ending it has."""
    for ending in sorted(ARCHIVES, key=len, reverse=True):
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name.rsplit(".", 1)[0]


def member_name(member: zipfile.ZipInfo) -> str:
    """A member's name; some tools write UTF-8 and do not say so, which then reads as nonsense."""
    if member.flag_bits & _UTF8_FLAG:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def expand(
    content: bytes, prefix: str, collected: Collection, name: str = "the archive", depth: int = 0
) -> None:
    """Add the files of an archive to a collection.

    Args:
        content: the archive.
        prefix: put before each member's path.
        collected: takes the files, and says what was passed over.
        name: what the archive is called.
        depth: how many archives it lies in.

    Raises:
        Unreadable: no archive that is opened here, damaged, encrypted, or over a cap.
    """
    if content.startswith(b"Rar!"):
        raise Unopened(f"{name}: a RAR archive, which is not opened here; wanted: a .zip")
    if content.startswith(_STREAMS) or is_tar(content):
        _expand_stream(content, prefix, collected, name, depth)
        return
    try:
        archive = open_zip(io.BytesIO(content), _MAX_MEMBERS)
    except TooManyEntries:
        raise Unreadable(f"the zip lists more than {_MAX_MEMBERS} files") from None
    except _DAMAGED as error:
        size = f"{len(content)} bytes arrived"
        what = "the zip" if name.lower().endswith(".zip") else f"{name} is no archive, or it"
        raise Unreadable(f"{what} is damaged or was cut off ({size}): {error}") from None
    with archive:
        for member in archive.infolist():
            _take(archive, member, prefix, collected, depth)


def _expand_stream(
    content: bytes, prefix: str, collected: Collection, name: str, depth: int
) -> None:
    """Open a format of which a whole is unpacked at once, in a process that is bounded."""
    cap = collected.limits.total_bytes
    try:
        with Deriver(bounds=_BOUNDS) as deriver:
            body = deriver.derive(opened, f"{cap}/{name}", content)
    except Underivable as problem:
        told = str(problem).removeprefix(f"{cap}/")
        raise Unreadable(told) from None
    made = msgspec.msgpack.decode(body, type=Opened)
    for path in made.others:
        collected.met(prefix + path)
    for path in made.passed_over:
        collected.note(f"{prefix}{path}: not an ordinary file, passed over")
    if made.alone:
        prefix = prefix.removesuffix(stem(name).rsplit("/", 1)[-1] + "/")
    for path, inside in made.files[:_MAX_MEMBERS]:
        _add(prefix + path, inside, None, collected, depth)


def _add(path: str, content: bytes, packed: int | None, collected: Collection, depth: int) -> None:
    """Take in a member: a file, or an archive within the archive."""
    if not is_archive(path) or collected.skips(path):
        collected.add(path, content, packed)
        return
    collected.count(len(content))
    if depth + 1 >= _DEEPEST:
        collected.pass_over(path, f"an archive within {depth + 1} others, which is not opened")
        return
    try:
        expand(content, stem(path) + "/", collected, path, depth + 1)
    except Unopened as problem:
        collected.pass_over(path, str(problem))


def _take(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    prefix: str,
    collected: Collection,
    depth: int,
) -> None:
    path = prefix + member_name(member)
    mode = member.external_attr >> 16
    if not member.filename.strip("/") or member.is_dir():  # in this order: it may be empty
        return
    if mode and not (stat.S_ISREG(mode) or stat.S_IFMT(mode) == 0):
        collected.note(f"{path!r}: not an ordinary file, passed over")
        return
    if collected.skips(path):
        collected.met(path)
        return
    if member.flag_bits & 0x1:
        raise Unreadable("the zip is encrypted; hand it in without a password")
    if member.compress_type not in _METHODS:
        raise Unreadable(
            f"the zip packs {path!r} by a method that is not read here; pack it with your system's "
            "own tool"
        )
    limits = collected.limits
    if is_archive(path) and member.file_size > collected.left:
        collected.pass_over(path, "an archive that is larger than allowed")
        return
    cap = limits.total_bytes if is_archive(path) else limits.file_bytes
    _add(path, _content(archive, member, cap), member.compress_size, collected, depth)


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
