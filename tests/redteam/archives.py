"""Archives and folders that would hurt whoever unpacks them."""

from __future__ import annotations

import io
import os
import pickle
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from .record import RIGHT, Attack

Member = tuple[str | zipfile.ZipInfo, str | bytes]
_CENTRAL, _LOCAL, _END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"


def _zipped(members: Iterable[Member], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore")
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def _with(*members: Member) -> Callable[[], bytes]:
    """A right answer, and something else beside it."""
    return lambda: _zipped([("work.py", RIGHT), *members])


def _special(name: str, kind: int, content: str = "/etc/passwd") -> Member:
    member = zipfile.ZipInfo(name)
    member.external_attr = (kind | 0o4777) << 16
    return member, content


class _Payload:
    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("touch /tmp/redteam-left-otter",)


def _declaring_little() -> bytes:
    """A bomb that declares a hundred bytes."""
    content = bytearray(_zipped([("bomb.py", b"#" * (40 << 20)), ("work.py", RIGHT)]))
    at = content.index(_CENTRAL)
    content[at + 24 : at + 28] = struct.pack("<I", 100)
    return bytes(content)


def _one_bomb_many_times() -> bytes:
    """A small archive in which thousands of members share one stream of 30 MiB."""
    small = _zipped([("bomb.py", b"#" * (30 << 20))])
    at, end = small.index(_CENTRAL), small.index(_END)
    entry = small[at:end]
    count = 15_000
    directory = b"".join(
        entry[:28] + struct.pack("<H", 9) + entry[30:46] + b"b%05d.py" % n for n in range(count)
    )
    tail = struct.pack("<4s4H2IH", _END, 0, 0, count, count, len(directory), at, 0)
    return small[:at] + directory + tail


def _million_names() -> bytes:
    """A central directory of a million empty members."""
    entry = struct.pack("<4s6H3I5H2I", _CENTRAL, 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)
    directory = (entry + b"a") * 1_000_000
    return directory + struct.pack("<4s4H2IH", _END, 0, 0, 0xFFFF, 0xFFFF, len(directory), 0, 0)


def _broken_stream(method: int) -> bytes:
    """A member of another method whose stream is junk, and one that wants a huge dictionary."""
    content = bytearray(_zipped([("a.py", os.urandom(64)), ("work.py", RIGHT)], method))
    at = content.index(_LOCAL) + 30 + len("a.py")
    content[at : at + 16] = b"\x09\x04\x05\x00\x5d\xff\xff\xff\xff" + b"\xff" * 7
    return bytes(content)


def _nameless() -> bytes:
    """A member whose name is empty, which Python's own archive reader trips over."""
    content = _zipped([("x", "y"), ("work.py", RIGHT)], zipfile.ZIP_STORED)
    at = content.index(_CENTRAL)
    cut = content[:at] + content[at : at + 28] + b"\0\0" + content[at + 30 : at + 46]
    rest = content[at + 47 :]
    end = bytearray(rest)
    size = end.index(_END) + 12
    end[size : size + 4] = struct.pack("<I", struct.unpack("<I", end[size : size + 4])[0] - 1)
    return cut + bytes(end)


def _encrypted() -> bytes:
    content = bytearray(_zipped([("work.py", RIGHT)]))
    for signature, offset in ((_LOCAL, 6), (_CENTRAL, 8)):
        content[content.index(signature) + offset] |= 1
    return bytes(content)


def _pipe(folder: Path, facts: dict[str, str]) -> None:
    os.mkfifo(folder / "mallory.py")


def _folder_with_links(folder: Path, facts: dict[str, str]) -> None:
    home = folder / "mallory"
    home.mkdir()
    (home / "work.py").write_text(RIGHT)
    os.symlink(facts["SECRET"], home / "stolen.py")
    os.symlink(Path(facts["OTHER"]).parent, home / "others")
    os.symlink(facts["ASSIGNMENT"], home / "checks")
    os.symlink("..", home / "loop")
    os.mkfifo(home / "pipe.py")


def _link_as_submission(folder: Path, facts: dict[str, str]) -> None:
    os.symlink(facts["ASSIGNMENT"], folder / "mallory")


def _huge_file(folder: Path, facts: dict[str, str]) -> None:
    with open(folder / "mallory.py", "wb") as file:
        file.truncate(8 << 30)


def _huge_archive(folder: Path, facts: dict[str, str]) -> None:
    with open(folder / "mallory.zip", "wb") as file:
        file.write(_zipped([("work.py", RIGHT)]))
        file.truncate(8 << 30)


ATTACKS = (
    Attack(
        "paths-that-leave",
        "unpack to places outside of the submission",
        archive=_with(
            ("../redteam-left.py", "x"),
            ("/tmp/redteam-left.py", "x"),
            ("a/../../../../tmp/redteam-left.py", "x"),
            ("..\\..\\redteam-left.py", "x"),
            ("C:\\redteam-left.py", "x"),
            ("//host/redteam-left.py", "x"),
        ),
        earns="all",
        stopped_by=("intake",),
    ),
    Attack(
        "links-in-a-zip",
        "unpack symbolic links, devices, pipes and set-user-ID programs",
        archive=_with(
            _special("link.py", stat.S_IFLNK),
            _special("device.py", stat.S_IFCHR),
            _special("pipe.py", stat.S_IFIFO),
            _special("su.py", stat.S_IFREG, "x = 1"),
        ),
        earns="all",
        stopped_by=("intake",),
    ),
    Attack(
        "bomb",
        "unpack a few kilobytes to hundreds of megabytes",
        archive=lambda: _zipped([("bomb.py", b"#" * (200 << 20)), ("work.py", RIGHT)]),
        earns="all",
        stopped_by=("intake",),
    ),
    Attack(
        "bomb-that-declares-little",
        "hide a bomb behind a header that declares a hundred bytes",
        archive=_declaring_little,
        unreadable=True,
        stopped_by=("intake",),
    ),
    Attack(
        "one-bomb-many-times",
        "let fifteen thousand members unfold one and the same bomb",
        archive=_one_bomb_many_times,
        unreadable=True,
        stopped_by=("intake",),
    ),
    Attack(
        "a-million-names",
        "list a million files in the archive's directory",
        archive=_million_names,
        unreadable=True,
        stopped_by=("intake",),
    ),
    Attack(
        "too-many-files",
        "hand in ten thousand modules",
        archive=lambda: _zipped([(f"m{n}.py", "x = 1") for n in range(10_000)]),
        unreadable=True,
        stopped_by=("intake",),
    ),
    Attack(
        "nested-archives",
        "put archives into archives into archives",
        archive=_with(("a.zip", _zipped([("b.zip", _zipped([("c.py", "x = 1")]))]))),
        earns="all",
        stopped_by=("intake",),
    ),
    Attack(
        "names-twice",
        "give two files one name, and names that differ in case only",
        archive=lambda: _zipped(
            [
                ("work.py", "def double(x):\n    return x * 3\n"),
                ("WORK.PY", "x = 1"),
                ("./work.py", "x = 1"),
                ("work.py", RIGHT),
            ]
        ),
        earns="all",
        stopped_by=("intake",),
    ),
    Attack(
        "odd-names",
        "use names that are options, devices, control characters or turned text",
        archive=_with(
            ("-rf.py", "x = 1"),
            ("con.py", "x = 1"),
            ("\x1b[2J\r\n.py", "x = 1"),
            ("\u202egpj.py", "x = 1"),
            ("a" * 300 + ".py", "x = 1"),
            ("/".join("d" * 60) + "/x.py", "x = 1"),
            (" .py", "x = 1"),
            (".", "x = 1"),
            ("a/..", "x = 1"),
        ),
        earns="all",
        stopped_by=("intake", "loading"),
    ),
    Attack(
        "other-methods",
        "compress with LZMA, with a broken stream that asks for gigabytes",
        archive=lambda: _broken_stream(zipfile.ZIP_LZMA),
        unreadable=True,
        stopped_by=("intake",),
    ),
    Attack(
        "broken-bzip2",
        "compress with bzip2, with a broken stream",
        archive=lambda: _broken_stream(zipfile.ZIP_BZIP2),
        unreadable=True,
        stopped_by=("intake",),
    ),
    Attack(
        "password",
        "encrypt the archive",
        archive=_encrypted,
        unreadable=True,
        stopped_by=("intake",),
    ),
    Attack(
        "no-name",
        "list a file whose name is empty",
        archive=_nameless,
        earns="all",
        stopped_by=("intake",),
    ),
    Attack(
        "cut-off",
        "hand in half an archive",
        archive=lambda: _zipped([("work.py", RIGHT)])[:-20],
        unreadable=True,
        stopped_by=("intake",),
    ),
    Attack(
        "pickled-log",
        "put a pickle that runs code where another grader would load it",
        archive=_with(
            (".OTTER_LOG", pickle.dumps(_Payload())), ("log.pkl", pickle.dumps(_Payload()))
        ),
        earns="all",
        stopped_by=("intake",),
    ),
    Attack(
        "a-pipe-for-a-file",
        "hand in a named pipe, from which nobody ever reads anything",
        prepare=_pipe,
        unreadable=True,
        stopped_by=("intake",),
    ),
    Attack(
        "folder-with-links",
        "hand in a folder with links to secrets, to others' work and to itself",
        prepare=_folder_with_links,
        earns="all",
        stopped_by=("intake",),
    ),
    Attack(
        "a-link-for-a-submission",
        "hand in a link to the folder with the checks",
        prepare=_link_as_submission,
        unreadable=True,
        stopped_by=("intake",),
    ),
    Attack(
        "eight-gigabytes",
        "hand in a module of eight gigabytes",
        prepare=_huge_file,
        unreadable=True,
        stopped_by=("intake",),
    ),
    Attack(
        "an-archive-of-eight-gigabytes",
        "hand in an archive of eight gigabytes",
        prepare=_huge_archive,
        unreadable=True,
        stopped_by=("intake",),
    ),
    Attack(
        "odd-encodings",
        "encode modules in UTF-16, UTF-32, Latin-1, with NUL bytes and lying cookies",
        {
            "work.py": RIGHT.encode("utf-16"),
            "a.py": "x = 'ä'\n".encode("latin-1"),
            "b.py": b"# coding: rot13\nk = 1\n",
            "c.py": b"x = 1\0\n",
            "d.py": "x = 1\n".encode("utf-32"),
            "e.py": b"# coding: unknown-8bit\nx = 1\n",
            "f.py": b"\xef\xbb\xbf# coding: utf-7\n+AHgAPQAx\n",
        },
        earns="all",
        stopped_by=("loading",),
    ),
)
