"""Turn what was dropped in a folder into submissions: one entry, one student."""

from __future__ import annotations

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


class NothingToGrade(Refusal):
    """The place named holds no submission; the message says what was looked for."""


@dataclass(frozen=True)
class Part:
    """One file of a submission that lies loose among those of others.

    Attributes:
        name: what the student called it.
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


def parts_in(folder: Path, prefix: str = "") -> list[Part]:
    """The files in a folder that is one of several parts of a submission."""
    inside = sorted(path for path in folder.rglob("*") if path.is_file())
    return [Part(printable(prefix + path.relative_to(folder).as_posix()), path) for path in inside]


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
        if part.path.is_symlink():
            collected.pass_over(part.name, "a link to another place, passed over")
        elif part.path.is_file():
            inside = "" if len(parts) == 1 else stem(part.name) + "/"
            _read_file(part.name, part.path, inside, collected)
        else:
            raise Unreadable(f"{part.name}: it is gone")


def _read_folder(folder: Path, collected: Collection) -> None:
    met = list(islice(folder.rglob("*"), collected.limits.entries + 1))
    if len(met) > collected.limits.entries:
        raise Unreadable(f"its folder holds more than {collected.limits.entries} files")
    for path in sorted(met):
        relative = path.relative_to(folder).as_posix()
        if path.is_symlink():
            collected.pass_over(relative, "a link to another place, passed over")
        elif not path.is_dir():
            if collected.skips(relative):
                collected.met(relative)
            else:
                _read_file(relative, path, stem(relative) + "/", collected)


def _read_file(name: str, path: Path, inside: str, collected: Collection) -> None:
    """Take one file in, or what is in it if it is an archive.

    Args:
        name: what it is called in the submission.
        path: where it lies.
        inside: put before the paths in an archive.
        collected: takes the files.
    """
    known = path.stat()
    if not stat.S_ISREG(known.st_mode):  # reading a pipe would wait for ever
        collected.note(f"{name}: not an ordinary file, passed over")
        return
    packed = is_archive(name)
    cap = collected.limits.total_bytes if packed else collected.limits.file_bytes
    if known.st_size > cap:
        collected.too_large(name, cap)
    elif packed:
        try:
            expand(path.read_bytes(), inside, collected, name)
        except Unopened as problem:
            collected.pass_over(name, str(problem))
    else:
        collected.add(name, path.read_bytes())
