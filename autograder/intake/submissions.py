"""Turn what was dropped in a folder into submissions: one entry, one student."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from autograder.intake.archives import Unopened, Unreadable, expand, is_archive, stem
from autograder.intake.counted_files import Collection, Limits, printable
from autograder.intake.other_kinds import why_unreadable
from autograder.intake.people import Student
from autograder.reading.file_names import CODE
from autograder.refusal import Refusal

NOTHING = "nothing was handed in"
WORK = (*CODE, ".json")
_NOT_THROUGH = (
    getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)


class NothingToGrade(Refusal):
    """The place named holds no submission; the message says what was looked for."""


@dataclass(frozen=True)
class Part:
    """One file of a submission that lies loose among those of others, or a folder of it.

    Attributes:
        name: what the student called it; what is in a folder lies under its name, if it has one.
        path: where it lies.
    """

    name: str
    path: Path


@dataclass(frozen=True)
class Entry:
    """Where one submission lies, before anything of it is read.

    Attributes:
        name: the student's, as far as it is known; no two in a run are the same.
        path: a folder, ``.py``, ``.ipynb`` or ``.zip``; of loose files the folder they lie in.
        parts: the loose files that make it; none when `path` is all of it.
        student: who, if the learning platform tells.
        items: what of the folder it lies in is this one's, by name.
        problem: why it cannot be graded, where that is known before anything of it is read.
        missing: whether it stands for somebody who handed in nothing.
    """

    name: str
    path: Path
    parts: tuple[Part, ...] = ()
    student: Student | None = None
    items: tuple[str, ...] = ()
    problem: str = ""
    missing: bool = False


@dataclass(frozen=True)
class Bundle:
    """What one student handed in, read into memory.

    Attributes:
        name: the submission's name.
        files: content by relative path, in the order of the paths.
        problem: why it cannot be graded, empty when it can.
        notes: what was passed over or repaired, for staff and student.
        missing: whether nothing was handed in at all.
    """

    name: str
    files: dict[str, bytes] = field(default_factory=dict)
    problem: str = ""
    notes: tuple[str, ...] = ()
    missing: bool = False


def read(entry: Entry, limits: Limits | None = None) -> Bundle:
    """Read an entry; never raises for what a student handed in."""
    if entry.missing:
        return Bundle(entry.name, problem=NOTHING, missing=True)
    if entry.problem:
        return Bundle(entry.name, problem=entry.problem)
    collected = Collection(limits or Limits())
    try:
        if entry.parts:
            _read_parts(entry.parts, collected)
        elif entry.path.is_symlink():
            raise Unreadable("it is a link to another place; wanted: the files themselves")
        elif entry.path.is_dir():
            _read_folder(entry.path, collected)
        else:
            _read_file(entry.path.name, entry.path, "", collected)
        if not any(path.lower().endswith(WORK) for path in collected.files):
            for path in collected.files:
                collected.met(path)
            raise Unreadable("; ".join(collected.reasons[:3]) or why_unreadable(collected.others))
    except Unreadable as problem:
        return Bundle(entry.name, problem=str(problem), notes=tuple(collected.notes))
    except OSError as problem:
        told = f"it cannot be read: {problem.strerror or problem}"
        return Bundle(entry.name, problem=told, notes=tuple(collected.notes))
    except Exception as fault:  # of a library, on what nobody thought of: it costs only this one
        told = f"it cannot be read: {printable(f'{type(fault).__name__}: {fault}')[:300]}"
        return Bundle(entry.name, problem=told, notes=tuple(collected.notes))
    return Bundle(entry.name, dict(sorted(collected.files.items())), "", tuple(collected.notes))


def _read_parts(parts: tuple[Part, ...], collected: Collection) -> None:
    for part in parts:
        if _is_folder(part.path):
            _read_folder(part.path, collected, part.name and f"{part.name}/")
        else:
            inside = "" if len(parts) == 1 else stem(part.name) + "/"
            _read_file(part.name, part.path, inside, collected)


def _read_folder(folder: Path, collected: Collection, prefix: str = "") -> None:
    met = list(islice(folder.rglob("*"), collected.limits.entries + 1))
    if len(met) > collected.limits.entries:
        raise Unreadable(f"its folder holds more than {collected.limits.entries} files")
    for path in (folder, *sorted(met)):
        relative = prefix + path.relative_to(folder).as_posix() if path != folder else prefix
        if _is_folder(path):
            if not os.access(path, os.R_OK | os.X_OK):
                told = "a folder that cannot be read, passed over"
                collected.pass_over(relative.rstrip("/") or folder.name, told)
        elif collected.skips(relative) and not path.is_symlink():
            collected.met(relative)
        else:
            _read_file(relative, path, stem(relative) + "/", collected)


def _is_folder(path: Path) -> bool:
    """Whether it is one itself, rather than a link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def _read_file(name: str, path: Path, inside: str, collected: Collection) -> None:
    """Take one file in, or what is in it if it is an archive; what is neither costs a note.

    Args:
        name: what it is called in the submission.
        path: where it lies.
        inside: put before the paths in an archive.
        collected: takes the files.
    """
    packed = is_archive(name)
    cap = collected.limits.total_bytes if packed else collected.limits.file_bytes
    try:
        content = _content(path, cap)
    except OSError as problem:
        told = problem.strerror or str(problem)
        collected.pass_over(name, f"it cannot be read, passed over: {told}")
        return
    if content is None:
        link = path.is_symlink()
        kind = "a link to another place" if link else "not an ordinary file"
        collected.pass_over(name, f"{kind}, passed over")
    elif len(content) > cap:
        collected.too_large(name, cap)
    elif packed:
        try:
            expand(content, inside, collected, name)
        except Unopened as problem:
            collected.pass_over(name, str(problem))
    else:
        collected.add(name, content)


def _content(path: Path, cap: int) -> bytes | None:
    """What stands in an ordinary file, up to a byte more than the cap; None of anything else.

    Looked at and read through one descriptor, so that nothing can take its place in between; no
    link is followed, and no pipe waited for.

    Raises:
        OSError: it cannot be opened or read.
    """
    if not stat.S_ISREG(path.lstat().st_mode):  # to open a device may do something
        return None
    with open(os.open(path, os.O_RDONLY | _NOT_THROUGH), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return None
        return file.read(cap + 1)
