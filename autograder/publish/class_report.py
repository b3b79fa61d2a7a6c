"""Lay out the class report that staff read: one page that needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.assignment.manifest import Manifest
from autograder.assignment.points import total
from autograder.assignment.wording import amount, points
from autograder.grading.result_records import Result
from autograder.grading.safe_text import clean, shown_name
from autograder.own_files import complete
from autograder.publish.analysis import Analysis, Line
from autograder.publish.items import row_of
from autograder.publish.roster_rows import filters_of, roster_rows
from autograder.publish.safe_names import file_name
from autograder.publish.similarity import Hashes, Likeness, alike
from autograder.publish.spread import bars, facts, outliers
from autograder.templating import environment, templates_folder

FILE, ANONYMOUS_FILE = "report.html", "report-anonymous.html"
_SPOT_CHECKS = 10
_MOST = 60
_NAMED = 6


@dataclass(frozen=True)
class Group:
    """Students who share something."""

    where: str
    what: str
    explained: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Alike:
    """Two submissions whose code is alike, in which files, and how far."""

    names: tuple[str, str]
    share: float
    shared: int
    files: tuple[tuple[str, float], ...]


@dataclass
class ReportOutlet:
    """Writes ``report.html``.

    Args:
        manifest: of the assignment.
        same_work: names of submissions whose files are the same, byte for byte.
        dropped: checks that count for nobody, with the reason.
        works: fingerprints of code by submission and file.
        not_compared: by submission, why files of it are not in them.
        anonymous: grading ids instead of names.
        file: its name.
    """

    manifest: Manifest
    same_work: Sequence[Sequence[str]] = ()
    dropped: Sequence[tuple[str, str]] = ()
    works: Mapping[str, Mapping[str, Hashes]] = field(default_factory=dict)
    not_compared: Mapping[str, Sequence[str]] = field(default_factory=dict)
    anonymous: bool = False
    file: str = FILE
    _analysis: Analysis = field(default_factory=Analysis)
    _taken: set[str] = field(default_factory=set)

    def add(self, result: Result, page: Path | None = None) -> None:
        """Take a result in."""
        # In the order of the names a page is called as the one before was.
        name = page.name if page else f"{file_name(result.submission, self._taken)}.html"
        self._analysis.add(result, name)

    def finish(self, folder: Path) -> Collection[str]:
        """Write the page."""
        text = render(
            self._analysis,
            self.manifest,
            self.same_work,
            self.dropped,
            self.works,
            self.not_compared,
            anonymous=self.anonymous,
        )
        with complete(folder / self.file) as file:
            file.write(text)
        return ()


def is_report(path: Path) -> bool:
    """Whether a file is a class report, with names or without."""
    return "<title>Class report: " in path.read_text(encoding="utf-8", errors="replace")


def is_anonymous(path: Path) -> bool:
    """Whether a class report leaves names out."""
    return "hidden checks and students" not in path.read_text(encoding="utf-8", errors="replace")


def render(
    analysis: Analysis,
    manifest: Manifest,
    same_work: Sequence[Sequence[str]] = (),
    dropped: Sequence[tuple[str, str]] = (),
    works: Mapping[str, Mapping[str, Hashes]] | None = None,
    not_compared: Mapping[str, Sequence[str]] | None = None,
    *,
    anonymous: bool = False,
) -> str:
    """The page as text.

    Args:
        analysis: of the class.
        manifest: of the assignment.
        same_work: names of submissions with the same files.
        dropped: checks that count for nobody, with the reason.
        works: fingerprints of code by submission and file.
        not_compared: by submission, why files of it are not in them.
        anonymous: whether to leave names out.
    """
    lines = analysis.lines
    named = {line.submission: _name(line, anonymous) for line in lines}
    order = {made.name: number for number, made in enumerate(manifest.exercises)}
    exercises = sorted(analysis.exercises.values(), key=lambda item: order.get(item.exercise, 999))
    checks = sorted(analysis.checks.values(), key=lambda item: order.get(item.exercise, 999))
    scores = [line.score for line in lines if line.score is not None]
    likeness = likeness_of(lines, works or {}, same_work)
    roster = [] if anonymous else list(roster_rows(lines, _names_in(likeness, lines)))
    script = (templates_folder() / "report.js").read_text(encoding="utf-8")
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            about=manifest.assignment,
            version=analysis.version,
            digests=[digest[:12] for digest in sorted(analysis.digests)],
            isolation=sorted(analysis.isolation),
            submissions=len(lines),
            counts={s: sum(line.status == s for line in lines) for s in _STATUSES},
            scored=len(scores),
            facts=facts(scores, manifest.max_score),
            bars=bars(scores, manifest.max_score),
            late=_late(lines),
            open_points=amount(total(line.open_points for line in lines)),
            waiting=[
                (named[line.submission], why) for line in lines if (why := _waits(line, anonymous))
            ],
            marks=sum(line.marks > 0 for line in lines),
            roster=roster,
            filters=filters_of(roster),
            exercises=[row_of(item) for item in exercises],
            checks=[row_of(item) for item in checks],
            never_failed=[item for item in checks if item.asked and item.full == item.asked],
            mistakes=_counted(analysis.mistakes.items(), len(lines)),
            conventions=_counted(analysis.conventions.items(), len(lines)),
            carried=[
                (exercise, helper, made.students, amount(made.points))
                for (exercise, helper), made in sorted(
                    analysis.carried.items(), key=lambda one: (-one[1].students, one[0])
                )
            ],
            shared=[
                Group(
                    one.exercise,
                    _checks(one.checks),
                    one.explained,
                    tuple(named[lines[n].submission] for n in one.students),
                )
                for one in analysis.shared()[:_MOST]
            ],
            same_work=[tuple(named.get(n, "?") for n in group) for group in same_work][:_MOST],
            likeness=likeness,
            alike=[
                Alike(
                    (named[lines[pair.one].submission], named[lines[pair.other].submission]),
                    pair.share,
                    pair.shared,
                    tuple((_file(path, manifest, anonymous), share) for path, share in pair.files),
                )
                for pair in likeness.pairs
            ],
            not_compared=[
                (named[name], "" if anonymous else "; ".join(map(clean, why)))
                for name, why in sorted((not_compared or {}).items())
                if name in named
            ][:_MOST],
            dropped=dropped,
            slow=outliers([(named[line.submission], line.seconds) for line in lines]),
            large=outliers([(named[line.submission], line.memory) for line in lines]),
            spot_checks=_spot_checks(lines, named, analysis.seed),
            anonymous=anonymous,
            script=script,
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


_STATUSES = ("graded", "needs_person", "unreadable", "missing")


def _name(line: Line, anonymous: bool) -> str:
    return line.grading_id if anonymous else shown_name(line.submission)


def _file(path: str, manifest: Manifest, anonymous: bool) -> str:
    """A file as it is called; without names only if the handout calls it so."""
    name = path.rsplit("/", 1)[-1]
    known = {file.name for file in manifest.files}
    return shown_name(path) if not anonymous else name if name in known else "another file"


def likeness_of(
    lines: Sequence[Line],
    works: Mapping[str, Mapping[str, Hashes]],
    same_work: Sequence[Sequence[str]],
) -> Likeness:
    """Compare everybody but groups, and those whose files are the same and named so already."""
    if not works:
        return Likeness()
    same = {name: f"same {n}" for n, names in enumerate(same_work) for name in names}
    return alike(
        [works.get(line.submission, {}) for line in lines],
        [same.get(line.submission) or line.group for line in lines],
    )


def _names_in(likeness: Likeness, lines: Sequence[Line]) -> set[str]:
    """Submissions whose code is like another's."""
    places = {place for pair in likeness.pairs for place in (pair.one, pair.other)}
    return {lines[place].submission for place in places}


def _late(lines: Iterable[Line]) -> list[tuple[str, int]]:
    days: dict[str, int] = {}
    for line in sorted((line for line in lines if line.late), key=lambda one: one.late_days or 0):
        label = "unknown" if line.late_days is None else str(line.late_days)
        days[label] = days.get(label, 0) + 1
    return list(days.items())


def _waits(line: Line, anonymous: bool) -> str:
    """Why a person has to look at a submission, empty if nobody has to.

    A reason may name files, and with them people.
    """
    reason = "" if anonymous or not line.reason else f": {line.reason}"
    if line.status == "unreadable":
        return f"unreadable{reason}"
    if line.status == "needs_person":
        where = f" ({', '.join(line.undecided)})" if line.undecided else ""
        return f"the grader failed{where}{reason}"
    return f"{points(line.open_points)} open" if line.open_points else ""


def _checks(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _counted(
    named: Iterable[tuple[tuple[str, str], int]], total: int
) -> list[tuple[str, str, int, float]]:
    ordered = sorted(named, key=lambda one: (-one[1], one[0]))
    return [(exercise, name, count, count / total) for (exercise, name), count in ordered]


def _spot_checks(
    lines: Sequence[Line], named: dict[str, str], seed: int
) -> list[tuple[str, str, str]]:
    """Ten submissions for a person to compare with what the grader says; the same each time."""
    chosen = random.Random(f"spot checks {seed}").sample(lines, min(_SPOT_CHECKS, len(lines)))
    return [
        (
            named[line.submission],
            "none" if line.score is None else amount(line.score),
            line.grading_id,
        )
        for line in sorted(chosen, key=lambda line: line.submission)
    ]
