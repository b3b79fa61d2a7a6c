"""Which files of a student's folder, or of a zip made of one, are handed in: what is packed counts.

`check.py` and the notebook's check judge exactly what `--pack` would put into the zip.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from typing import Dict, Iterator, List, Tuple

from checkkit.reading.file_names import KEPT, is_handed_in
from checkkit.reading.notebook_cells import without_outputs
from checkkit.reading.source_text import Unreadable

MAX_BYTES = 8 << 20
MAX_FILES = 200
_NOT_WORK = {"figures", "__MACOSX"}
_FORMS = KEPT


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
    return content, notes


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
