"""Turn what was dropped in a folder into submissions: one entry, one student."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from autograder.intake.archives import Unreadable, expand
from autograder.intake.counted_files import Collection, Limits, printable
from autograder.intake.people import Student
from autograder.refusal import Refusal

_CODE = (".py", ".ipynb", ".zip")
_NOISE = {"__MACOSX", ".DS_Store", ".ipynb_checkpoints", "__pycache__", "Thumbs.db"}


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
    """

    name: str
    path: Path
    parts: tuple[Part, ...] = ()
    student: Student | None = None


@dataclass(frozen=True)
class Bundle:
    """What one student handed in, read into memory.

    Attributes:
        name: the submission's name.
        files: content by relative path, in the order of the paths.
        problem: why it cannot be graded, empty when it can.
        notes: what was passed over or repaired, for staff and student.
    """

    name: str
    files: dict[str, bytes] = field(default_factory=dict)
    problem: str = ""
    notes: tuple[str, ...] = ()


def entries(folder: Path) -> Iterator[Entry]:
    """The submissions in a folder, in the order of their names, none of them read yet.

    Raises:
        NothingToGrade: there is no such folder, or nothing in it can be a submission.
    """
    if not folder.exists():
        raise NothingToGrade(f"{folder}: there is no such folder")
    if not folder.is_dir():
        if folder.suffix.lower() not in _CODE:
            raise NothingToGrade(f"{folder}: expected a folder of submissions, .py, .ipynb or .zip")
        yield Entry(printable(folder.stem), folder)
        return
    found = [path for path in sorted(folder.iterdir()) if _may_be_submission(path)]
    if not found:
        raise NothingToGrade(
            f"{folder}: no submission in it; expected one folder, .py, .ipynb or .zip a student"
        )
    taken: set[str] = set()
    stems = [path.name if path.is_dir() else path.stem for path in found]
    often = Counter(stems)
    for path, stem in zip(found, stems, strict=True):
        name = printable(stem if often[stem] == 1 else path.name)
        while name in taken:
            name += " (another)"
        taken.add(name)
        yield Entry(name, path)


def read(entry: Entry, limits: Limits | None = None) -> Bundle:
    """Read an entry; never raises for what a student handed in."""
    collected = Collection(limits or Limits())
    try:
        if entry.parts:
            _read_parts(entry.parts, collected)
        elif entry.path.is_symlink():
            raise Unreadable("it is a link")
        elif entry.path.is_dir():
            _read_folder(entry.path, collected)
        else:
            _read_file(entry.path.name, entry.path, "", collected)
        if not collected.files:
            raise Unreadable("there is no .py or .ipynb file in it")
    except Unreadable as problem:
        return Bundle(entry.name, problem=str(problem), notes=tuple(collected.notes))
    except OSError as problem:
        told = f"it cannot be read: {problem.strerror or problem}"
        return Bundle(entry.name, problem=told, notes=tuple(collected.notes))
    except Exception as fault:  # of a library, on what nobody thought of: it costs only this one
        told = f"it cannot be read: {printable(f'{type(fault).__name__}: {fault}')[:300]}"
        return Bundle(entry.name, problem=told, notes=tuple(collected.notes))
    return Bundle(entry.name, dict(sorted(collected.files.items())), "", tuple(collected.notes))


def _may_be_submission(path: Path) -> bool:
    if path.name in _NOISE or path.name.startswith("."):
        return False
    return path.is_dir() or path.suffix.lower() in _CODE


def _read_parts(parts: tuple[Part, ...], collected: Collection) -> None:
    for part in parts:
        if part.path.is_symlink():
            collected.note(f"{part.name}: a link, passed over")
        elif part.path.is_file():
            inside = "" if len(parts) == 1 else part.name.rsplit(".", 1)[0] + "/"
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
            collected.note(f"{relative}: a link, passed over")
        elif path.is_file() and not collected.skips(relative):
            _read_file(relative, path, relative.rsplit(".", 1)[0] + "/", collected)


def _read_file(name: str, path: Path, inside: str, collected: Collection) -> None:
    """Take one file in, or what is in it if it is a zip.

    Args:
        name: what it is called in the submission.
        path: where it lies.
        inside: put before the paths in a zip.
        collected: takes the files.
    """
    known = path.stat()
    if not stat.S_ISREG(known.st_mode):  # reading a pipe would wait for ever
        collected.note(f"{name}: not an ordinary file, passed over")
        return
    is_zip = name.lower().endswith(".zip")
    cap = collected.limits.total_bytes if is_zip else collected.limits.file_bytes
    if known.st_size > cap:
        collected.note(f"{name}: larger than allowed, passed over")
    elif is_zip:
        expand(path.read_bytes(), inside, collected)
    else:
        collected.add(name, path.read_bytes())
