"""Which files of a student's folder, or of a zip made of one, are handed in: what is packed counts.

`check.py` and the notebook's check judge exactly what `--pack` would put into the zip.
"""

from __future__ import annotations

import fnmatch
import os
import re
import zipfile
import zlib
from typing import Dict, Iterator, List, Mapping, Tuple

from checkkit.reading.file_names import CODE, KEPT, is_handed_in
from checkkit.reading.notebook_cells import without_outputs
from checkkit.reading.source_text import Unreadable

MAX_BYTES = 8 << 20
MAX_FILES = 200
_NOT_WORK = {"figures", "__MACOSX"}
_FORMS = KEPT
_TABLES = (".csv", ".tsv", ".npy", ".npz")
_ANY_TABLE = re.compile(
    r"\b(glob|rglob|iglob|listdir|scandir|iterdir|walk)\s*\(|[\"'}]\.(csv|tsv|npy|npz)\b"
)
_NAMED = 5
_MADE = "*-submission.zip*"


class NothingThere(Exception):
    """There is no such folder or zip; the message says so to the student."""


def collect(path: str) -> Tuple[Dict[str, bytes], List[str]]:
    """What is handed in of a folder or a zip.

    Args:
        path: the folder, or a ``.zip`` such as ``check.py --pack`` makes.

    Returns:
        Content by relative path with "/" between its parts, and one sentence for each file that
        was left out or changed.

    Raises:
        NothingThere: it is neither.
    """
    content: Dict[str, bytes] = {}
    notes: List[str] = []
    for shown, data, problem in _zipped(path) if os.path.isfile(path) else _in_folder(path):
        if len(content) >= MAX_FILES:
            notes.append("only the first %d files count." % MAX_FILES)
            break
        if not problem and len(data) > MAX_BYTES and shown.lower().endswith(".ipynb"):
            try:
                data = without_outputs(data)
                notes.append("%s is packed without its outputs, which are large." % shown)
            except Unreadable as error:
                problem = error.problem
        if not problem and len(data) > MAX_BYTES:
            problem = "it is larger than %d MiB" % (MAX_BYTES >> 20)
        if problem:
            notes.append("%s is left out: %s." % (shown, problem))
        else:
            content[shown] = data
    if os.path.isdir(path):
        notes += _leave_tables(content)
    return content, notes


def _leave_tables(content: Dict[str, bytes]) -> List[str]:
    """Take out the tables that no code names, and say so: a folder gathers many of them.

    Code that looks through folders, or puts names together, may read any.
    """
    code = "\n".join(
        data.decode("utf-8", "replace").lower()
        for shown, data in content.items()
        if shown.lower().endswith(CODE)
    )
    left = [
        shown
        for shown in sorted(content)
        if shown.lower().endswith(_TABLES)
        and os.path.basename(shown).lower() not in code
        and not _ANY_TABLE.search(code)
    ]
    for shown in left:
        del content[shown]
    if not left:
        return []
    names = left if len(left) <= _NAMED else [*left[:_NAMED], "%d more" % (len(left) - _NAMED)]
    told = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return [
        "left out, since no code of yours names it: %s. What your work needs, name it in your "
        "code, in a comment say." % told
    ]


def left_behind(folder: str, content: Mapping[str, bytes]) -> List[str]:
    """The files of a folder that are not handed in and could be taken for work; sorted.

    Not among them: what was handed out to check with, what tools leave, and what `--pack` makes.
    """
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _is_skipped(os.path.join(place, name))]
        for name in names:
            shown = os.path.relpath(os.path.join(place, name), folder).replace(os.sep, "/")
            own = is_handed_in(shown) and not fnmatch.fnmatch(shown.lower(), _MADE)
            if shown not in content and own and shown.lower() != "readme.md":
                found.append(shown)
    return sorted(found)


def _in_folder(folder: str) -> Iterator[Tuple[str, bytes, str]]:
    if not os.path.isdir(folder):
        raise NothingThere("There is no folder %s." % folder)
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_skipped(os.path.join(place, name)))
        for name in sorted(names):
            path = os.path.join(place, name)
            shown = os.path.relpath(path, folder).replace(os.sep, "/")
            if not shown.lower().endswith(_FORMS) or not is_handed_in(shown):
                continue
            if os.path.islink(path):
                yield shown, b"", "it is a link"
                continue
            if not os.path.isfile(path):  # reading a pipe would wait for ever
                yield shown, b"", "it is no ordinary file"
                continue
            try:
                with open(path, "rb") as file:
                    # A notebook may be larger: its outputs can be left out.
                    yield shown, file.read((MAX_BYTES << 4) + 1), ""
            except OSError as error:
                yield shown, b"", str(error.strerror or error)


def _zipped(path: str) -> Iterator[Tuple[str, bytes, str]]:
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                shown = member.filename
                if member.is_dir() or not shown.lower().endswith(_FORMS) or not is_handed_in(shown):
                    continue
                with archive.open(member) as file:
                    yield shown, file.read((MAX_BYTES << 4) + 1), ""
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise NothingThere("%s cannot be read as a zip: %s." % (path, error)) from None


def _is_skipped(folder: str) -> bool:
    name = os.path.basename(folder)
    is_environment = os.path.exists(os.path.join(folder, "pyvenv.cfg"))
    return name in _NOT_WORK or name[:1] == "." or is_environment or not is_handed_in(name + "/x")
