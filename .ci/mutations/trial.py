"""Run tests in copies of the project, several at once, each in a child of this process.

The child is forked from a process that has imported what tests need and takes long to import; the
engine it imports from its own copy.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HEAVY = (
    *("pytest", "hypothesis", "hypothesis.strategies", "numpy", "msgspec", "msgspec.toml"),
    *("typer", "typer.testing", "rich.console", "rich.progress", "rich.table", "jinja2", "yaml"),
    *("nbformat", "IPython.core.inputtransformer2", "tornado.web", "tornado.testing", "sqlite3"),
    *("concurrent.futures", "zipfile", "xml.etree.ElementTree", "jsonschema", "packaging.version"),
)
_NOT_OWN = {".git", ".venv", "venv", "build", "dist", "results", "__pycache__"}
_ENGINE = "autograder"
_COMPLETE = b"\n"
_PATIENCE, _AT_LEAST_SECONDS = 4.0, 40.0


@dataclass(frozen=True)
class Task:
    """What to try: `source` in the place of `file`, if it is given, and which tests to ask."""

    number: int
    tests: Sequence[str]
    seconds: float
    file: str = ""
    source: str = ""


@dataclass(frozen=True)
class Ending:
    """How it went.

    Attributes:
        number: of the task.
        noticed: the test that failed, empty if none did.
        timed_out: whether they did not come to an end.
        broken: what pytest said, if it could not run them at all.
        seconds: how long it took.
    """

    number: int
    noticed: str
    timed_out: bool
    broken: str
    seconds: float

    @property
    def killed(self) -> bool:
        """Whether anything was amiss; where it is without a change too, the tests are at fault."""
        return bool(self.noticed or self.broken or self.timed_out)


@dataclass
class _Running:
    task: Task
    place: Path
    pid: int
    pipe: int
    began: float
    told: bytes = b""

    @property
    def deadline(self) -> float:
        return self.began + max(_AT_LEAST_SECONDS, _PATIENCE * self.task.seconds)


@contextlib.contextmanager
def copies(root: Path, into: Path, count: int) -> Iterator[list[Path]]:
    """Copies of the project as it lies there, without what is ignored; removed afterwards."""
    names = _own_files(root)
    places = [into / f"copy{number}" for number in range(count)]
    try:
        for place in places:
            for name in names:
                if (root / name).is_file():
                    (place / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(root / name, place / name, follow_symlinks=False)
        yield places
    finally:
        for place in places:
            shutil.rmtree(place, ignore_errors=True)


def _own_files(root: Path) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True)
    if listed.returncode == 0:
        return [name for name in os.fsdecode(listed.stdout).split("\0") if name]
    found = (path.relative_to(root) for path in root.rglob("*"))  # an archive of the project
    return [str(path) for path in found if _NOT_OWN.isdisjoint(path.parts)]


def run(tasks: Iterable[Task], places: Sequence[Path]) -> Iterator[Ending]:
    """Run tasks, one in each copy at a time; ends come in any order."""
    for name in _HEAVY:
        importlib.import_module(name)
    waiting, free, running = iter(tasks), list(places), {}
    try:
        while True:
            while free and (task := next(waiting, None)) is not None:
                one = _start(task, free.pop())
                running[one.pipe] = one
            if not running:
                return
            for one in _ready(running.values()):
                del running[one.pipe]
                yield _end(one)
                free.append(one.place)
    finally:
        for one in running.values():
            _end(one)


def _start(task: Task, place: Path) -> _Running:
    if task.file:
        target = place / task.file
        target.rename(target.with_suffix(".kept"))
        target.write_text(task.source, encoding="utf-8")
    reading, writing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _child(task, place, writing)
    os.close(writing)
    return _Running(task, place, pid, reading, time.monotonic())


def _child(task: Task, place: Path, pipe: int) -> None:
    """Run the tests in this process, and end it."""
    try:
        os.setsid()
        with open(os.devnull, "rb") as nothing, open(place / "said.txt", "wb") as said:
            os.dup2(nothing.fileno(), 0)
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
        os.chdir(place)
        # The changed module must not be found compiled, nor compiled for the next one.
        os.environ.update(PYTHONPATH=str(place), PYTHONDONTWRITEBYTECODE="1")
        sys.dont_write_bytecode = True
        sys.path[:0] = [str(place)]
        for name in [name for name in sys.modules if name.split(".")[0] == _ENGINE]:
            del sys.modules[name]
        if task.file:
            for compiled in (place / task.file).parent.glob("__pycache__/*.pyc"):
                if compiled.name.startswith(Path(task.file).stem + "."):
                    compiled.unlink()
        import pytest

        first = _First()
        code = int(pytest.main([*_OPTIONS, *task.tests], plugins=[first]))
        told = json.dumps({"code": code, "first": first.failed}).encode()
        os.write(pipe, told + _COMPLETE)
    finally:
        os._exit(0)


_OPTIONS = ("-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-m", "", "--hypothesis-seed=0")


class _First:
    """Remembers the first test that failed."""

    failed = ""

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid


def _ready(running: Iterable[_Running]) -> list[_Running]:
    """Those that have come to an end, or whose time is over; waits for the first."""
    every = list(running)
    soonest = min(one.deadline for one in every)
    wait = max(0.0, soonest - time.monotonic())
    told, _, _ = select.select([one.pipe for one in every], [], [], wait)
    ended = []
    for one in every:
        if one.pipe in told:
            got = os.read(one.pipe, 1 << 16)
            one.told += got
            if not got or one.told.endswith(_COMPLETE):  # what it started may hold the pipe
                ended.append(one)
        elif time.monotonic() >= one.deadline:
            ended.append(one)
    return ended


def _end(one: _Running) -> Ending:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(one.pid, signal.SIGKILL)
    os.waitpid(one.pid, 0)
    os.close(one.pipe)
    if one.task.file:
        target = one.place / one.task.file
        os.replace(target.with_suffix(".kept"), target)
    told = json.loads(one.told) if one.told else None
    said = (one.place / "said.txt").read_text(encoding="utf-8", errors="replace")
    seconds = time.monotonic() - one.began
    number = one.task.number
    if told is None:
        late = time.monotonic() >= one.deadline
        return Ending(number, "" if late else "the process ended", late, "", seconds)
    if told["code"] in (0, 1) or told["first"]:
        return Ending(number, told["first"], False, "", seconds)
    return Ending(number, "", False, said[-2000:], seconds)
