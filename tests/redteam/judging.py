"""Grade an attack as a class would be graded, and say in what it succeeded: in nothing, one hopes.

`judge` must be right for the suite to mean anything; `test_judging` opens holes on purpose.
"""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
import time
import traceback
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from rich.console import Console

from autograder.assignment.load import Assignment
from autograder.grading import result_records
from autograder.grading.grade import grade
from autograder.grading.result_records import Result, to_json
from autograder.grading.seeds import check_generator
from autograder.intake.exports import find_entries
from autograder.intake.submissions import Entry, read
from autograder.publish.results import write_results
from autograder.publish.table import one_result, results_table
from autograder.sandbox.zygote import Zygote

from .ground import SEED, Ground
from .record import ESCAPED, RIGHT, Attack

PUBLIC_SHARE = 2.0
POINTS = {"double": 6.0, "Tally": 4.0, "drift": 2.0}
_FULL = {"nothing": 0.0, "part": PUBLIC_SHARE, "all": POINTS["double"]}
_END_SECONDS = 10.0
_TAGS = frozenset(
    {"html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section"}
    | {"article", "p", "h1", "h2", "h3", "h4", "strong", "bdi", "span", "table", "caption", "thead"}
    | {
        "tbody",
        "tr",
        "th",
        "td",
        "a",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "code",
        "details",
        "summary",
    }
    | {"pre", "wbr"}
)


@dataclass(frozen=True)
class Trial:
    """What grading one attack left to judge by."""

    attack: Attack
    result: Result | None
    shown: str
    kept: str
    pages: tuple[str, ...]
    terminal: str
    cells: tuple[str, ...]
    seconds: float
    traces: tuple[str, ...]
    processes: int
    crash: str


def timeless(result: Result) -> bytes:
    """A result's bytes without the time and memory that grading took."""
    return to_json(result_records.timeless(result))


def honest(assignment: Assignment, zygote: Zygote) -> bytes:
    """The grade of a right submission, as bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "work.py"
        path.write_text(RIGHT)
        return timeless(grade(assignment, read(Entry("benno", path)), zygote, SEED))


def attempt(attack: Attack, assignment: Assignment, zygote: Zygote, ground: Ground) -> Trial:
    """Hand an attack in, grade and publish it, and gather the traces."""
    before = len(descendants(os.getpid()))
    started = time.monotonic()
    result, crash = None, ""
    with tempfile.TemporaryDirectory(prefix="redteam-") as folder:
        try:
            entry = _hand_in(attack, Path(folder), ground)
            result = grade(assignment, read(entry), zygote, SEED)
            told = _published(result, assignment, Path(folder) / "out")
        except Exception:
            crash = traceback.format_exc()
            told = ("", (), "", ())
        seconds = time.monotonic() - started
    shown, pages, terminal, cells = told
    processes = _wait_for_the_end(before)
    return Trial(
        attack=attack,
        result=result,
        shown=shown,
        kept="" if result is None else to_json(result).decode(),
        pages=pages,
        terminal=terminal,
        cells=cells,
        seconds=seconds,
        traces=tuple(ground.leftovers()),
        processes=processes - before,
        crash=crash,
    )


def judge(trial: Trial, ground: Ground) -> list[str]:
    """In what an attack succeeded; empty when it did not."""
    attack, result = trial.attack, trial.result
    if result is None:
        return [f"it stopped the run: {trial.crash}"]
    told = _of_points(attack, result)
    for place, marker in ground.markers.items():
        if marker in trial.kept or marker in trial.shown:
            told.append(f"it learned the secret planted in: {place}")
    if str(SEED) in trial.shown:
        told.append("the seed is on a page")
    # The record names the seed once, for staff.
    if trial.kept.count(str(SEED)) > 1 or f"{SEED:x}" in trial.kept:
        told.append("it learned the seed")
    if ESCAPED in trial.kept:
        said = sorted(set(re.findall(ESCAPED + r"[^\"\\]{0,80}", trial.kept)))
        told.append(f"it got through: {', '.join(said[:5])}")
    told += [f"a hidden input is shown: {number}" for number in _hidden_inputs(trial.shown)]
    told += trial.traces
    if trial.processes > 0:
        told.append(f"{trial.processes} processes outlived it")
    if trial.seconds > attack.seconds:
        told.append(f"it took {trial.seconds:.1f} s to grade, expected {attack.seconds:g} at most")
    return told + _of_pages(trial)


def _of_points(attack: Attack, result: Result) -> list[str]:
    if attack.unreadable:
        refused = result.status == "unreadable" and result.reason and result.score is None
        return [] if refused else [f"it is {result.status}, expected to be refused with a reason"]
    if result.status != "graded":
        return [f"it is {result.status}: {result.reason}"]
    scores = {made.name: made.score or 0.0 for made in result.exercises}
    told = []
    most = _FULL[attack.earns]
    if scores["double"] > most + 1e-9:
        told.append(f"it gained {scores['double']:g} points, expected {most:g} at most")
    if attack.earns == "all" and scores["double"] < most - 1e-9:
        told.append(f"right answers got {scores['double']:g} points of {most:g}")
    for name in attack.keeps:
        if abs(scores[name] - POINTS[name]) > 1e-9:
            told.append(f"honest {name} got {scores[name]:g} points of {POINTS[name]:g}")
    return told


def _hidden_inputs(shown: str) -> list[str]:
    """Entries of hidden inputs, as six digits, that stand in what a student reads."""
    drawn = [
        *check_generator(SEED, "double_random").normal(size=4),
        *check_generator(SEED, "double_matrix").normal(size=(2, 3)).ravel(),
    ]
    digits = {f"{abs(number):.9f}".replace(".", "").lstrip("0")[:6] for number in drawn}
    plain = re.sub(r"(?<=\d)[.,](?=\d)", "", shown)
    return [found for found in digits if found in plain]


def _of_pages(trial: Trial) -> list[str]:
    told = []
    for page in trial.pages:
        seen = _Tags()
        seen.feed(page)
        told += seen.odd
    if re.search(r"\x1b(?!\[[0-9;]*m|\]8;)", trial.terminal) or re.search(
        r"[\x00-\x08\x0b-\x1a\x7f-\x9f]", trial.terminal
    ):
        told.append("it sends commands to the terminal")
    told += [
        f"a cell is a formula: {cell!r}" for cell in trial.cells if cell[:1] in set("=+-@\t\r")
    ]
    return told


class _Tags(HTMLParser):
    """Finds tags and attributes that no template of ours writes."""

    def __init__(self) -> None:
        super().__init__()
        self.odd: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.odd.append(f"a page holds a <{tag}>")
        for name, value in attrs:
            outside = name in ("href", "src") and not (value or "").startswith(
                ("#", "mailto:nobody")
            )
            if name.startswith("on") or outside:
                self.odd.append(f"a page holds {name}={value!r}")


def _hand_in(attack: Attack, folder: Path, ground: Ground) -> Entry:
    inbox = folder / "in"
    inbox.mkdir()
    if attack.prepare is not None:
        attack.prepare(inbox, ground.facts)
    elif attack.archive is not None:
        (inbox / f"{attack.student}.zip").write_bytes(attack.archive())
    else:
        for name, content in attack.files.items():
            path = inbox / attack.student / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(ground.filled_in(content))
    (entry,) = find_entries(inbox)
    return entry


def _published(
    result: Result, assignment: Assignment, out: Path
) -> tuple[str, tuple[str, ...], str, tuple[str, ...]]:
    """What the student is shown, pages among it; what a terminal gets; a spreadsheet's cells."""
    write_results([result], assignment.manifest, out)
    pages = sorted((out / "feedback").iterdir())
    html = tuple(page.read_text() for page in pages if page.suffix == ".html")
    shown = "\n".join([page.name + "\n" + page.read_text() for page in pages])
    screen = Console(file=io.StringIO(), force_terminal=True, width=160)
    screen.print(results_table([result]))
    screen.print(one_result(result, assignment.manifest, with_points=True))
    rows = list(csv.reader(io.StringIO((out / "grades.csv").read_text())))
    cells = tuple(cell for row in rows[1:] for cell in row)
    return shown, html, screen.file.getvalue(), cells  # type: ignore[attr-defined]


def descendants(pid: int) -> list[int]:
    """All processes below one, whether they still know their parent or were handed up."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                fields = (path / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(path.name))
    found, waiting = [], [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _wait_for_the_end(expected: int) -> int:
    """How many processes are left below this one, once ended ones had the time to go."""
    until = time.monotonic() + _END_SECONDS
    while (left := len(descendants(os.getpid()))) > expected and time.monotonic() < until:
        time.sleep(0.02)
    return left
