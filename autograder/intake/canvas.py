"""Canvas: "Download Submissions", loose files whose names say who, whether late, and which file.

Canvas joins the squeezed name, ``LATE`` if it was, the user's id, the file's id and the name that
the student gave with ``_``; a file handed in again under the same name gets ``-1`` and so on. What
was typed into the text box is ``NAME_USER_text.html``, and a web address ``NAME_USER_link.html``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from autograder.intake.counted_files import counts, is_noise, printable
from autograder.intake.listing import Listing, distinct, expected, left_over, names_in
from autograder.intake.name_likeness import alike
from autograder.intake.people import Student
from autograder.intake.submissions import Entry, Part
from autograder.intake.tables import GRADEBOOK, Table, first_with

_NAME = re.compile(
    r"^(?:(?P<name>.+?)_)??(?P<late>LATE_)?(?P<user>[1-9]\d*|anon_[^_]+)_"
    r"(?:(?P<file_id>[1-9]\d*)_(?P<file>.+)|(?P<typed>text|link)\.html?)$"
)
_AGAIN = re.compile(r"^(?P<stem>.+)-(?P<number>\d+)(?P<suffix>\.[^.]+)$")
_DATE = re.compile(r"^(19|20)\d\d_(0?[1-9]|1[0-2])_(0?[1-9]|[12]\d|3[01])(?!\d)")
_SAME_NAME = 0.5  # a name squeezed is still like it; that of a group is not
_TYPED = {
    "text": "a text entry typed into Canvas and no file; wanted: the notebook or the .py files",
    "link": "a web address handed in to Canvas and no file; wanted: the notebook or the .py files",
}


@dataclass(frozen=True)
class _Loose:
    called: str
    name: str
    late: bool
    user: str
    file_id: int
    file: str
    typed: str

    @property
    def prefix(self) -> str:
        return self.called[: -len(self.file)]


def listing_of(folder: Path, tables: Collection[Table]) -> Listing | None:
    """One row a student, of all their files; None if the names are not Canvas's."""
    # A table under a name that Canvas gives is what somebody handed in.
    names = [
        name
        for name in names_in(folder)
        if not expected(folder / name) or (_loose(name) and not is_noise(name))
    ]
    loose = named_so(names)
    if not loose:
        return None
    found: defaultdict[str, list[_Loose]] = defaultdict(list)
    for one in loose:
        found[one.user].append(one)
    gradebook = first_with(tables, *GRADEBOOK)
    people = {row["ID"]: row for row in gradebook.records()} if gradebook else {}
    rows = [_entry(folder, files, people.get(user, {})) for user, files in found.items()]
    taken = [name for row in rows for name in row.items]
    why = f"{len(loose)} of {len(names)} names are NAME_USER_FILE_..."
    rest = left_over(folder, taken, lambda name: "no name as Canvas gives them")
    return Listing(folder, "canvas", why, tuple(distinct(rows)), rest)


def named_so(names: Iterable[str]) -> list[_Loose]:
    """The files that Canvas has named, if more than half of the code there is; else none.

    One user has one name, and one file has one id: names in which a number only looks like one,
    such as that of a date or a group, say otherwise.
    """
    every = list(names)
    found = [loose for name in every if (loose := _loose(name))]
    code = sum(counts(name) and _loose(name) is None for name in every) + len(found)
    owners: defaultdict[str, Counter[str]] = defaultdict(Counter)
    files: Counter[int] = Counter(loose.file_id for loose in found if loose.file_id)
    for loose in found:
        owners[loose.user][loose.name] += 1
    usual = {user: names.most_common(1)[0][0] for user, names in owners.items()}
    sure = [
        loose for loose in found if loose.name == usual[loose.user] and files[loose.file_id] <= 1
    ]
    contradicted = sum(len(names) > 1 for names in owners.values())
    if 2 * len(sure) <= code or 2 * contradicted > len(owners):
        return []
    return sure


def real_name(listed: str) -> str:
    """A gradebook's "Lovelace, Ada" as "Ada Lovelace"."""
    last, comma, first = listed.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else listed.strip()


def _loose(called: str) -> _Loose | None:
    match = _NAME.match(called)
    if match is None or _DATE.match(called[match.start("user") :]):
        return None
    return _Loose(
        called,
        match["name"] or match["user"],
        bool(match["late"]),
        match["user"],
        int(match["file_id"] or 0),
        match["file"] or called,
        match["typed"] or "",
    )


def _entry(folder: Path, loose: list[_Loose], known: dict[str, str]) -> Entry:
    items = tuple(one.called for one in loose)
    files = sorted((one for one in loose if not one.typed), key=lambda one: one.file_id)
    kept, earlier = _newest(files)
    newest = files[-1] if files else loose[-1]
    name = printable(real_name(known.get("Student", "")) or newest.name)
    student = Student(
        name=name,
        id=newest.user,
        sid=known.get("SIS User ID", ""),
        email=known.get("SIS Login ID", "") if "@" in known.get("SIS Login ID", "") else "",
        platform="canvas",
        late=any(one.late for one in loose),
        earlier=tuple(printable(one.called) for one in earlier),
        upload=newest.prefix,
    )
    if alike(name, newest.name) < _SAME_NAME:
        student = msgspec.structs.replace(student, group=printable(newest.name))
    parts = [Part(printable(called), folder / one.called) for called, one in sorted(kept.items())]
    problem = "" if files else _TYPED[newest.typed]
    return Entry(name, folder, tuple(parts), student, items, problem)


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
