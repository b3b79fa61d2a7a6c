"""Open tar, gzip, xz, bzip2 and 7z archives; for the process of `deriving`, whose bounds hold here.

Libraries for these formats promise nothing about hostile archives, so they meet one only there.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable
from typing import Any

import msgspec

from autograder.intake.counted_files import counts

_TAR_MARK = slice(257, 262)
_CHUNK = 1 << 20
_DECODERS: dict[bytes, Callable[..., Any]] = {
    b"\x1f\x8b": gzip.open,
    b"\xfd7zXZ\0": lzma.open,
    b"BZh": bz2.open,
}


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive holds.

    Attributes:
        files: path and content of each file that counts; a single packed one has its own name.
        others: paths of ordinary files that do not.
        passed_over: paths of links, devices and the like.
        alone: whether it is one packed file and no archive.
    """

    files: list[tuple[str, bytes]] = []
    others: list[str] = []
    passed_over: list[str] = []
    alone: bool = False


class TooMuch(Exception):
    """More is in it than a submission may hold."""


def opened(path: str, content: bytes) -> bytes:
    """An archive's files, as an encoded `Opened` (to be derived).

    Args:
        path: what it is called; begins with the most bytes that it may hold, and a slash.
        content: of the archive.

    Raises:
        Exception: whatever the format's library raises for what is damaged or encrypted.
    """
    cap, _, name = path.partition("/")
    return msgspec.msgpack.encode(_opened(name, content, int(cap)))


def is_tar(content: bytes) -> bool:
    """Whether this is a tar archive that nothing has compressed."""
    return content[_TAR_MARK] == b"ustar"


def _opened(name: str, content: bytes, cap: int) -> Opened:
    if content.startswith(b"7z\xbc\xaf\x27\x1c"):
        return _of_7z(content, cap)
    for mark, decoder in _DECODERS.items():
        if content.startswith(mark):
            with decoder(io.BytesIO(content)) as stream:
                content = _all_of(stream, cap)
            name = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
            break
    return _of_tar(content) if is_tar(content) else Opened(files=[(name, content)], alone=True)


def _all_of(stream: Any, cap: int) -> bytes:
    taken = bytearray()
    while chunk := stream.read(_CHUNK):
        taken += chunk
        if len(taken) > cap:
            raise TooMuch(f"it holds more than {cap >> 20} MiB")
    return bytes(taken)


def _of_tar(content: bytes) -> Opened:
    made = Opened(files=[], others=[], passed_over=[])
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
        for member in archive:
            source = archive.extractfile(member) if member.isfile() else None
            if source is None:
                made.passed_over.extend([] if member.isdir() else [member.name])
            elif counts(member.name):
                made.files.append((member.name, source.read()))
            else:
                made.others.append(member.name)
    return made


def _of_7z(content: bytes, cap: int) -> Opened:
    import py7zr
    from py7zr.io import BytesIOFactory

    with py7zr.SevenZipFile(io.BytesIO(content)) as archive:
        if archive.needs_password():
            raise ValueError("it is encrypted; hand it in without a password")
        members = [member for member in archive.list() if not member.is_directory]
        wanted = [member for member in members if counts(member.filename)]
        if sum(member.uncompressed for member in wanted) > cap:
            raise TooMuch(f"it holds more than {cap >> 20} MiB")
        factory = BytesIOFactory(cap)
        if wanted:
            archive.extract(targets=[member.filename for member in wanted], factory=factory)
    files = []
    for name, product in factory.products.items():
        product.seek(0)
        files.append((name, product.read()))
    others = [member.filename for member in members if member not in wanted]
    return Opened(files=files, others=others)
