"""What is derived from a hand-in ends with a result, or with a reason; nothing else is touched."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable, Iterator

import pytest

from autograder.intake.deriving import Bounds, Deriver, Underivable

BOUNDS = Bounds(seconds=1, memory_bytes=64 << 20, result_bytes=1 << 20)


def doubled(path: str, content: bytes) -> bytes:
    return path.encode() + content * 2


def for_ever(path: str, content: bytes) -> bytes:
    while True:
        pass


def hungry(path: str, content: bytes) -> bytes:
    kept = []
    while True:
        kept.append(bytearray(1 << 20))


def raising(path: str, content: bytes) -> bytes:
    raise ValueError("no such thing")


def leaving(path: str, content: bytes) -> bytes:
    raise SystemExit(0)


def crashing(path: str, content: bytes) -> bytes:
    return bytes([ctypes.string_at(0)[0]])


def endlessly_deep(path: str, content: bytes) -> bytes:
    return endlessly_deep(path, content)


def too_much(path: str, content: bytes) -> bytes:
    return b"x" * (2 << 20)


@pytest.fixture(scope="module")
def deriver() -> Iterator[Deriver]:
    with Deriver([], BOUNDS) as made:
        yield made


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (for_ever, "a.py cannot be read: it took more than 1 s"),
        (hungry, "a.py cannot be read: it took more than 64 MiB of memory"),
        (raising, "a.py cannot be read: ValueError: no such thing"),
        (leaving, "a.py cannot be read: SystemExit: 0"),
        (crashing, "a.py cannot be read: reading it ended by signal 11"),
        (endlessly_deep, "a.py cannot be read: RecursionError"),
        (too_much, "a.py cannot be read: more came of it than is allowed"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_whatever_ends_it_is_a_reason(
    function: Callable[[str, bytes], bytes], reason: str, deriver: Deriver
) -> None:
    with pytest.raises(Underivable) as told:
        deriver.derive(function, "a.py", b"")
    assert str(told.value).startswith(reason)
    assert deriver.derive(doubled, "a", b"xy") == b"axyxy"


def test_a_process_that_is_lost_is_started_again() -> None:
    with Deriver([], BOUNDS) as deriver:
        assert deriver.derive(doubled, "a", b"1") == b"a11"
        assert deriver._process is not None
        deriver._process.kill()
        deriver._process.wait()
        with pytest.raises(Underivable, match="was lost"):
            deriver.derive(doubled, "a", b"1")
        assert deriver.derive(doubled, "a", b"1") == b"a11"


def test_nothing_in_the_working_folder_is_imported(
    tmp_path: os.PathLike[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("msgspec", "sitecustomize", "json"):
        with open(os.path.join(tmp_path, f"{name}.py"), "w") as file:
            file.write("open('touched', 'w')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Deriver([], BOUNDS) as deriver, pytest.raises(Underivable):
        deriver.derive(raising, "a", b"")
    assert not os.path.exists(os.path.join(tmp_path, "touched"))


def test_many_small_files_cost_little(deriver: Deriver) -> None:
    started = time.process_time()
    for number in range(50):
        assert deriver.derive(doubled, str(number), b"") == str(number).encode()
    assert time.process_time() - started < 1
