"""Classes as each platform exports them: who is in, and what everybody's own file earns."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FILE = "words.py"


@dataclass(frozen=True)
class Person:
    """Somebody in a class; two may share a name, and none an id.

    `earns` is what the stand-in grader gives for the file, None where it cannot grade; `late` is
    Canvas's word for it.
    """

    id: int
    name: str
    earns: float | None = 10.0
    late: bool = False
    extra: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def sid(self) -> str:
        return f"S{self.id}"

    @property
    def email(self) -> str:
        return f"p{self.id}@example.edu"

    @property
    def files(self) -> dict[str, str]:
        """What they handed in, by path."""
        return {FILE: f"# earns {self.earns}\n", **self.extra}


def lay(folder: Path, files: dict[str, str]) -> None:
    """Write files by path."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def table(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """Write a CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def gradescope(folder: Path, people: Sequence[Person]) -> None:
    told = []
    for who in people:
        lay(folder / f"submission_{who.id}", who.files)
        told.append(
            f"submission_{who.id}:\n  :submitters:\n  - :name: {who.name}\n    :sid: {who.sid}\n"
            f"    :email: {who.email}\n  :created_at: 2026-02-16 22:10:00.0 Z\n"
        )
    lay(folder, {"submission_metadata.yml": "---\n" + "".join(told)})


def canvas(folder: Path, people: Sequence[Person]) -> None:
    for number, who in enumerate(people):
        for place, (path, text) in enumerate(who.files.items()):
            late = "LATE_" if who.late and place == 0 else ""
            squeezed = "".join(who.name.split()).lower()
            name = f"{squeezed}_{late}{who.id}_{7000 + 10 * number + place}_{path}"
            lay(folder, {name.replace("/", "-"): text})
    rows = [(who.name, who.id, who.sid, who.email, "All") for who in people]
    header = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Words and Stacks (55)")
    points = ("    Points Possible", "", "", "", "", "10")
    table(folder / "gradebook.csv", [header, points, *((*row, "") for row in rows)])


def moodle(folder: Path, people: Sequence[Person]) -> None:
    for who in people:
        lay(folder / f"{who.name}_{who.id}_assignsubmission_file_", who.files)
    header = ("Identifier", "Full name", "ID number", "Email address", "Status", "Grade")
    rows = [(f"Participant {who.id}", who.name, who.sid, who.email, "", "") for who in people]
    table(folder / "worksheet.csv", [header, *rows])


def github(folder: Path, people: Sequence[Person]) -> None:
    for who in people:
        lay(folder / f"lab-user{who.id}", who.files)
    rows = [(who.sid, f"user{who.id}", "9", who.name) for who in people]
    header = ("identifier", "github_username", "github_id", "name")
    table(folder / "classroom_roster.csv", [header, *rows])


def blackboard(folder: Path, people: Sequence[Person]) -> None:
    for who in people:
        name = f"Lab 1_user{who.id}_attempt_2026-02-16-22-1"
        if who.id % 2:
            lay(folder, {f"{name}0-59_{FILE}": "# earns 1.25\n"})  # an attempt before
        receipt = f"Name: {who.name} (user{who.id})\nAssignment: Lab 1\n"
        files = {f"{name}1-00_{path.replace('/', '-')}": text for path, text in who.files.items()}
        lay(folder, {f"{name}1-00.txt": receipt, **files})


def brightspace(folder: Path, people: Sequence[Person]) -> None:
    lay(folder, {"index.html": "<html></html>"})
    for who in people:
        name = f"{who.id}-{640_000 + who.id} - {who.name} - Feb 16, 2026 10"
        if who.id % 2:
            lay(folder / f"{name}09 AM", {FILE: "# earns 1.25\n"})  # handed in before
        lay(folder / f"{name}08 PM", who.files)


def plain(folder: Path, people: Sequence[Person]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for who in people:
        lay(folder / f"{who.name} {who.id}", who.files)


PLATFORMS: dict[str, Callable[[Path, Sequence[Person]], None]] = {
    "gradescope": gradescope,
    "canvas": canvas,
    "moodle": moodle,
    "github": github,
    "blackboard": blackboard,
    "brightspace": brightspace,
    "": plain,
}


def key(platform: str, who: Person) -> str:
    """What stands for somebody in the columns `id` and, without a platform, `submission`."""
    own = {
        "": f"{who.name} {who.id}",
        "github": f"user{who.id}",
        "blackboard": f"user{who.id}",
        "brightspace": f"{who.id}-{640_000 + who.id}",
    }
    return own.get(platform, str(who.id))
