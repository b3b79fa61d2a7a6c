"""What a folder of submissions holds: a row for each student, and a word for everything else.

Nothing that lies there may vanish: `Listing` refuses to be made unless each entry of the folder
is in a row or named as left over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.intake.counted_files import is_noise, printable
from autograder.intake.people import Platform
from autograder.intake.submissions import Entry
from autograder.refusal import Refusal

_TABLES = (".csv", ".tsv", ".xlsx", ".xls", ".ods")
_SHOWN = 10
NAMES: dict[Platform, str] = {
    "": "a plain folder",
    "gradescope": "Gradescope",
    "canvas": "Canvas",
    "moodle": "Moodle",
    "github": "GitHub Classroom",
    "blackboard": "Blackboard",
    "brightspace": "Brightspace",
}


class Unaccounted(Refusal):
    """Something in the folder is neither in a row nor named: a fault of ours, before grading."""


@dataclass(frozen=True)
class Leftover:
    """An entry of the folder that is nobody's submission.

    Attributes:
        name: of the file or folder.
        why: it is no submission.
        expected: whether it belongs there, such as a table or a file of the system.
    """

    name: str
    why: str
    expected: bool = False


@dataclass(frozen=True)
class Listing:
    """All that lies in a folder of submissions.

    Attributes:
        place: the folder.
        platform: whose export it is; empty for a plain folder.
        why: what it was recognised by.
        entries: the rows, none of them read yet.
        leftovers: everything else.
        enrolled: what there is to say of the roster, a line each.

    Raises:
        Unaccounted: something there is in neither.
    """

    place: Path
    platform: Platform
    why: str
    entries: tuple[Entry, ...]
    leftovers: tuple[Leftover, ...] = ()
    enrolled: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        there = names_in(self.place) if self.place.is_dir() else [self.place.name]
        rows = {name for entry in self.entries for name in entry.items}
        left = Counter(one.name for one in self.leftovers)
        lost = [name for name in there if (name in rows) + left[name] != 1]
        if lost:
            raise Unaccounted(
                f"{self.place}: {', '.join(map(repr, lost[:5]))}: neither in exactly one row nor "
                "left over; nothing is graded. Please report these names"
            )

    @property
    def told(self) -> str:
        """One line: what it was recognised as, why, and where everything in it went."""
        rows = sum(not entry.missing for entry in self.entries)
        left = len(self.leftovers)
        taken = len({name for entry in self.entries for name in entry.items})
        people = f"{rows} {'submission' if rows == 1 else 'submissions'}"
        count = f"{taken + left} entries = {taken} in {people} + {left} left over"
        return f"{NAMES[self.platform]} ({self.why}): {count}"

    @property
    def questionable(self) -> str:
        """One line about what is left over and might be somebody's work; empty if nothing is."""
        odd = [one for one in self.leftovers if not one.expected]
        shown = "; ".join(f"{printable(one.name)} ({one.why})" for one in odd[:_SHOWN])
        more = f"; and {len(odd) - _SHOWN} more" if len(odd) > _SHOWN else ""
        return f"Not graded: {shown}{more}" if odd else ""


def names_in(folder: Path) -> list[str]:
    """The names of everything in a folder, in order."""
    return sorted(path.name for path in folder.iterdir())


def left_over(
    folder: Path, taken: Iterable[str], why: Callable[[str], str]
) -> tuple[Leftover, ...]:
    """Name everything that no row has taken.

    Args:
        folder: where it lies.
        taken: names that rows have.
        why: the reason for one that might be somebody's work.
    """
    known = set(taken)
    rest = [name for name in names_in(folder) if name not in known]
    return tuple(
        Leftover(name, expected(folder / name) or why(name), bool(expected(folder / name)))
        for name in rest
    )


def expected(path: Path) -> str:
    """Why something lies among submissions as a matter of course; empty if it does not."""
    if is_noise(path.name):
        return "a system's own file"
    if path.suffix.lower() in _TABLES and not path.is_dir():
        return "a table"
    return ""


def distinct(found: Iterable[Entry]) -> list[Entry]:
    """Entries by name, no two alike: people of one name are told apart by their id."""
    known = list(found)
    often = Counter(entry.name for entry in known)
    taken: set[str] = set()
    made = []
    for entry in known:
        name = entry.name
        if often[name] > 1 and entry.student is not None:
            name = f"{name} ({entry.student.sid or entry.student.id})"
        while name in taken:
            name += " (another)"
        taken.add(name)
        made.append(replace(entry, name=name))
    return sorted(made, key=lambda entry: entry.name)
