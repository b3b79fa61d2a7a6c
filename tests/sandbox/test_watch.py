"""What a process uses, seen from outside, and its end."""

import mmap
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox import watch

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")

IDLE = "import sys; print('up', flush=True); sys.stdin.read()"
MEBIBYTE = 1 << 20


def _started(code: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


@pytest.fixture
def idle() -> Iterator["subprocess.Popen[str]"]:
    process = _started(IDLE)
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize(
    "hold", ["bytearray(64 << 20)", "__import__('mmap').mmap(-1, 64 << 20).write(bytes(64 << 20))"]
)
def test_private_and_shared_memory_count(idle: "subprocess.Popen[str]", hold: str) -> None:
    base = watch.memory_of(idle.pid)
    assert 2 * MEBIBYTE < base < 64 * MEBIBYTE
    kept = hold.replace(".write", "; held.write") if "mmap" in hold else hold
    big = _started(f"held = {kept}; " + IDLE)
    try:
        assert watch.memory_of(big.pid) - base > 60 * MEBIBYTE
    finally:
        big.kill()
        big.communicate()


def test_mapped_files_do_not_count(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_bytes(bytes(32 * MEBIBYTE))
    before = watch.memory_of(os.getpid())
    with place.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held:
        assert sum(held[at] for at in range(0, len(held), 4096)) == 0
        assert watch.memory_of(os.getpid()) - before < 16 * MEBIBYTE


def test_processor_time_and_threads(idle: "subprocess.Popen[str]") -> None:
    busy = _started("for _ in range(10**7): pass\n" + IDLE)
    try:
        assert watch.cpu_of(busy.pid) > watch.cpu_of(idle.pid)
        assert watch.threads_of(busy.pid) == 1
    finally:
        busy.kill()
        busy.communicate()


def test_a_misleading_name_does_not_confuse() -> None:
    named = "open('/proc/self/comm', 'w').write(') R 1 (')\nfor _ in range(10**6): pass\n"
    process = _started(named + IDLE)
    try:
        assert 0 < watch.cpu_of(process.pid) < 60
    finally:
        process.kill()
        process.communicate()


def test_a_process_that_is_gone_uses_nothing(idle: "subprocess.Popen[str]") -> None:
    pidfd = os.pidfd_open(idle.pid)
    watch.kill(pidfd)
    assert os.waitid(os.P_PIDFD, pidfd, os.WEXITED | os.WNOWAIT) is not None
    assert watch.memory_of(idle.pid) == 0  # a zombie now
    assert idle.wait() == -signal.SIGKILL
    assert watch.memory_of(idle.pid) == watch.threads_of(idle.pid) == watch.cpu_of(idle.pid) == 0
    watch.kill(pidfd)
    os.close(pidfd)


def test_room_is_counted_up_to_a_bound(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_bytes(b"x" * MEBIBYTE)
    (tmp_path / "link").symlink_to("/")
    size, entries = watch.room_of(str(tmp_path), 1000)
    assert entries == 3
    assert MEBIBYTE <= size < 2 * MEBIBYTE
    assert watch.room_of(str(tmp_path), 2)[1] == 2
    assert watch.room_of(str(tmp_path / "missing"), 9) == (0, 0)
