"""Canvas: "Download Submissions", loose files whose names say who, whether late, and which file.

Canvas joins the squeezed name, ``LATE`` if it was, the user's id, the file's id and the name that
the student gave with ``_``; a file handed in again under the same name gets ``-1`` and so on.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.intake.counted_files import printable
from autograder.intake.people import Student
from autograder.intake.submissions import Entry, Part
from autograder.intake.tables import GRADEBOOK, Table, first_with

NAME = re.compile(
    r"^(?:(?P<name>.+?)_)??(?P<late>LATE_)?(?P<user>\d+|anon_[^_]+)_(?P<file_id>\d+)_(?P<file>.+)$"
)
_AGAIN = re.compile(r"^(?P<stem>.+)-(?P<number>\d+)(?P<suffix>\.[^.]+)$")


@dataclass(frozen=True)
class _Loose:
    name: str
    late: bool
    user: str
    file_id: int
    file: str
    path: Path

    @property
    def prefix(self) -> str:
        return self.path.name[: -len(self.file)]


def entries_in(folder: Path, tables: Collection[Table]) -> list[Entry] | None:
    """One entry a student, of all their files; None if the names are not Canvas's."""
    found: defaultdict[str, list[_Loose]] = defaultdict(list)
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.suffix.lower() == ".csv" or path.is_dir():
            continue
        if loose := _loose(path):
            found[loose.user].append(loose)
        elif path.suffix.lower() in (".py", ".ipynb", ".zip"):
            return None
    if not found:
        return None
    gradebook = first_with(tables, *GRADEBOOK)
    people = {row["ID"]: row for row in gradebook.records()} if gradebook else {}
    return [_entry(folder, files, people.get(user, {})) for user, files in found.items()]


def real_name(listed: str) -> str:
    """A gradebook's "Lovelace, Ada" as "Ada Lovelace"."""
    last, comma, first = listed.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else listed.strip()


def _loose(path: Path) -> _Loose | None:
    match = NAME.match(path.name)
    if match is None:
        return None
    name = match["name"] or match["user"]
    return _Loose(
        name, bool(match["late"]), match["user"], int(match["file_id"]), match["file"], path
    )


def _entry(folder: Path, files: list[_Loose], known: dict[str, str]) -> Entry:
    files = sorted(files, key=lambda loose: loose.file_id)
    kept, earlier = _newest(files)
    newest = files[-1]
    name = printable(real_name(known.get("Student", "")) or newest.name)
    student = Student(
        name=name,
        id=newest.user,
        sid=known.get("SIS User ID", ""),
        email=known.get("SIS Login ID", "") if "@" in known.get("SIS Login ID", "") else "",
        platform="canvas",
        late=any(loose.late for loose in files),
        earlier=tuple(printable(loose.path.name) for loose in earlier),
        upload=newest.prefix,
    )
    parts = tuple(Part(printable(name), loose.path) for name, loose in sorted(kept.items()))
    return Entry(name, folder, parts, student)


def _newest(files: list[_Loose]) -> tuple[dict[str, _Loose], list[_Loose]]:
    """The files that count, under the students' own names, and those handed in again since.

    ``work-1.py`` is ``work.py`` handed in again, unless there are several numbers and no
    ``work.py``: then the numbers are the student's own.
    """
    alike: defaultdict[str, list[_Loose]] = defaultdict(list)
    for loose in files:
        again = _AGAIN.match(loose.file)
        alike[f"{again['stem']}{again['suffix']}" if again else loose.file].append(loose)
    kept: dict[str, _Loose] = {}
    earlier: list[_Loose] = []
    for name, group in alike.items():
        if len(group) > 1 and all(loose.file != name for loose in group):
            kept.update(_by_own_name(group))
        else:
            kept[name] = group[-1]
            earlier += group[:-1]
    return kept, earlier


def _by_own_name(group: list[_Loose]) -> Iterator[tuple[str, _Loose]]:
    return ((loose.file, loose) for loose in group)
