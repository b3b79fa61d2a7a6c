"""Landlock: what is named stays open, all else is shut, on every version a kernel may have."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.isolation.layers import landlock

ABI = landlock.abi()
pytestmark = pytest.mark.skipif(ABI < 1, reason="this kernel has no Landlock")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in ("library", "scratch", "listed", "secret"):
        (tmp_path / name / "inner").mkdir(parents=True)
        (tmp_path / name / "inner" / "file").write_text(name)
    return tmp_path


@pytest.mark.parametrize("version", range(1, ABI + 1))
def test_only_the_named_files(alone: Callable[..., Any], place: Path, version: int) -> None:
    told = alone(
        """
        here, version = sys.argv[1], int(sys.argv[2])
        os.chdir(here)
        used = landlock.restrict(["library", "missing"], ["scratch"], ["listed"], version)
        read = lambda name: refusal(lambda: open(f"{name}/inner/file").close())
        write = lambda name: refusal(lambda: open(f"{name}/inner/file", "a").close())
        make = lambda name: refusal(lambda: open(f"{name}/inner/new", "w").close())
        tell(
            used=used,
            read={n: read(n) for n in ("library", "scratch", "listed", "secret")},
            write={n: write(n) for n in ("library", "scratch", "listed", "secret")},
            make={n: make(n) for n in ("library", "scratch", "listed", "secret")},
            names={n: refusal(lambda: os.listdir(f"{n}/inner")) for n in ("listed", "secret")},
            rename=refusal(lambda: os.rename("scratch/inner/new", "scratch/inner/newer")),
            folder=refusal(lambda: os.mkdir("scratch/inner/folder")),
            pipe=refusal(lambda: os.mkfifo("scratch/pipe")),
            remove=refusal(lambda: os.unlink("library/inner/file")),
            link_in=refusal(lambda: os.link("secret/inner/file", "scratch/link")),
            through_link=(
                os.symlink(f"{here}/secret/inner/file", "scratch/door"),
                refusal(lambda: open("scratch/door").close()),
            )[1],
        )
        """,
        str(place),
        str(version),
    )
    allowed, refused = "allowed", "EACCES"
    closed = {"library": refused, "scratch": allowed, "listed": refused, "secret": refused}
    assert told == {
        "used": version,
        "read": {**closed, "library": allowed},
        "write": closed,
        "make": closed,
        "names": {"listed": allowed, "secret": refused},
        "rename": allowed,
        "folder": allowed,
        "pipe": allowed,
        "remove": refused,
        "link_in": "EXDEV" if version == 1 else told["link_in"],
        "through_link": refused,
    }
    assert told["link_in"] in ("EXDEV", refused)


@pytest.mark.skipif(ABI < 3, reason="truncation is restricted from ABI 3 on")
def test_truncation(alone: Callable[..., Any], place: Path) -> None:
    told = alone(
        """
        os.chdir(sys.argv[1])
        landlock.restrict(["library"], ["scratch"])
        cut = lambda name: refusal(lambda: os.truncate(f"{name}/inner/file", 0))
        tell(library=cut("library"), scratch=cut("scratch"))
        """,
        str(place),
    )
    assert told == {"library": "EACCES", "scratch": "allowed"}


@pytest.mark.skipif(ABI < 4, reason="TCP is restricted from ABI 4 on")
def test_tcp(alone: Callable[..., Any]) -> None:
    told = alone(
        """
        import socket
        listener = socket.create_server(("127.0.0.1", 0))
        landlock.restrict([], [])
        tell(
            connect=refusal(lambda: socket.socket().connect(listener.getsockname())),
            bind=refusal(lambda: socket.socket().bind(("127.0.0.1", 0))),
        )
        """
    )
    assert told == {"connect": "EACCES", "bind": "EACCES"}


@pytest.mark.skipif(ABI < 6, reason="scopes exist from ABI 6 on")
def test_abstract_sockets_and_signals(alone: Callable[..., Any]) -> None:
    told = alone(
        """
        import socket
        outer = socket.socket(socket.AF_UNIX)
        outer.bind("\\0autograder-test-%d" % os.getpid())
        outer.listen()
        landlock.restrict([], [])
        tell(
            connect=refusal(lambda: socket.socket(socket.AF_UNIX).connect(outer.getsockname())),
            parent=refusal(lambda: os.kill(os.getppid(), 0)),
            itself=refusal(lambda: os.kill(os.getpid(), 0)),
        )
        """
    )
    assert told == {"connect": "EPERM", "parent": "EPERM", "itself": "allowed"}


def test_other_processes_memory(alone: Callable[..., Any]) -> None:
    told = alone(
        """
        import struct
        kernel.LIBC.capset(struct.pack("=Ii", 0x20080522, 0), bytes(24))  # root sees everything
        reader, writer = os.pipe()
        peer = os.fork()
        if peer == 0:
            os.close(writer)
            os.read(reader, 1)
            os._exit(0)
        spy = lambda name: refusal(lambda: open(f"/proc/{peer}/{name}", "rb").read(1))
        before = spy("environ")
        landlock.restrict(["/proc"], [])
        own = refusal(open("/proc/self/maps").close)
        tell(before=before, mem=spy("mem"), environ=spy("environ"), own=own)
        """
    )
    assert told == {"before": "allowed", "mem": "EACCES", "environ": "EACCES", "own": "allowed"}


def test_without_landlock_nothing_is_pretended() -> None:
    with pytest.raises(OSError, match="found ABI 0, expected 1 or more"):
        landlock.restrict([], [], at_most=0)


def test_a_missing_scratch_folder_is_an_error(alone: Callable[..., Any]) -> None:
    told = alone("""tell(answer=refusal(lambda: landlock.restrict([], ["/missing"])))""")
    assert told == {"answer": "ENOENT"}
