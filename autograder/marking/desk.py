"""What lies on the desk of a person who marks: who waits, what they handed in, what is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.assignment.manifest import Manifest
from autograder.batch.fingerprints import source_of
from autograder.batch.groups import for_groups
from autograder.batch.keys import file_digests
from autograder.batch.mark_table import Waiting, mark_for, waiting
from autograder.batch.published import Settling
from autograder.batch.store import Row, Store
from autograder.grading.marks import Mark
from autograder.grading.result_records import Result
from autograder.grading.settling import settle
from autograder.intake.deriving import Deriver, Underivable
from autograder.intake.submissions import Entry, read
from autograder.marking.blocks import Block, Raw, blocks_of, raw
from autograder.marking.code_lines import lined, lines_in

_MAX_SOURCES = 40
_MAX_COMMENTS = 8
_MAX_COLOURED = 100_000  # characters of a file
_DERIVES = ("autograder.marking.code_lines", "pygments.lexers.python")


@dataclass(frozen=True)
class Seat:
    """One submission in the list.

    Attributes:
        submission: its name.
        status: of its result.
        score: that counts, as far as it is decided.
        tasks: what only a person can decide, decided or not.
        waits: how many of them are not decided.
        marks: how many marks it has.
    """

    submission: str
    status: str
    score: float | None
    tasks: int
    waits: int
    marks: int


@dataclass(frozen=True)
class Task:
    """Points to give, and what there is to look at.

    Attributes:
        about: exercise, kind of mark and most points.
        goal: what the exercise asks, empty for the whole.
        given: the mark that counts now.
        evidence: what was handed in for it.
        comments: points and reasons that were given to others for it, the most frequent first.
    """

    about: Waiting
    goal: str
    given: Mark | None
    evidence: tuple[Block, ...]
    comments: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class Sheet:
    """Everything about one submission that a person needs to mark it.

    Attributes:
        row: as graded.
        result: as settled now.
        tasks: what there is to decide.
        together: names of the others of its group.
        sources: its files, as text.
        warning: why the files are not what was graded; empty if they are.
        before: results that the person had, with the moment each was replaced.
        marks: all that people gave, in that order.
    """

    row: Row
    result: Result
    tasks: tuple[Task, ...]
    together: tuple[str, ...]
    sources: tuple[Raw, ...]
    warning: str
    before: tuple[tuple[str, Result], ...]
    marks: tuple[Mark, ...]


class Desk:
    """A class to mark, by one person at a time.

    Args:
        store: of the results; every mark is in it when `give` returns.
        manifest: of the assignment.
        entries: where submissions lie, by name.
        given: called after every mark that is kept, to publish it.
    """

    def __init__(
        self,
        store: Store,
        manifest: Manifest,
        entries: Mapping[str, Entry],
        given: Callable[[], None] = lambda: None,
    ) -> None:
        self._given = given
        self.manifest = manifest
        self._store = store
        self._entries = entries
        self._deriver = Deriver(_DERIVES)
        self._settling = Settling(store, manifest)
        self._dropped = [made.check for made in store.dropped()]
        self.seats = [self._seat(row) for row in store.rows()]
        self._places = {seat.submission: place for place, seat in enumerate(self.seats)}

    @property
    def waiting(self) -> int:
        """How many submissions wait for a person."""
        return sum(seat.waits > 0 for seat in self.seats)

    def next_waiting(self, place: int, step: int = 1) -> int | None:
        """The nearest place after (or before) one that waits, around the end; None if none does."""
        count = len(self.seats)
        others = ((place + step * far) % count for far in range(1, count + 1))
        return next((other for other in others if self.seats[other].waits), None)

    def sheet(self, place: int) -> Sheet:
        """What there is to see of a submission.

        Raises:
            LookupError: it is no longer in the results.
        """
        row = self._row(place)
        result = self._settling.settled(row)
        files, warning = self._files(row)
        given = {(mark.exercise, mark.counts_as): mark for mark in result.marks}
        return Sheet(
            row=row,
            result=result,
            tasks=tuple(
                self._task(one, given.get((one.exercise, one.counts_as)), files)
                for one in self._to_decide(row)
            ),
            together=tuple(other.submission for other in self._store.together(row)),
            sources=tuple(self._source(path, files[path]) for path in list(files)[:_MAX_SOURCES]),
            warning=warning,
            before=tuple(self._store.before(row.person)),
            marks=tuple(self._settling.marks_of(row)),
        )

    @property
    def folder(self) -> Path:
        """Where the results are."""
        return self._store.folder

    def results(self) -> Iterator[Result]:
        """Everybody's result as settled now, in the order of the seats."""
        return (self._settling.settled(row) for row in self._store.rows())

    def same_work(self) -> list[list[str]]:
        """Names of submissions whose files are the same, though they are of no group."""
        return self._store.same_work()

    def give(self, place: int, line: Mapping[str, str], alone: bool = False) -> None:
        """Keep a mark.

        Args:
            place: of the submission.
            line: exercise, counts_as, points, author, reason, as a table of marks has them.
            alone: whether only this person of a group gets it.

        Raises:
            ValueError: it cannot be taken; the message says what was expected.
            StoreError: it cannot be kept.
            PublishError: it is kept, and grades cannot be written.
        """
        row = self._row(place)
        mark = mark_for(row, line, self.manifest, self._settling.marks_of(row))
        given = [(row.person, mark)] if alone else for_groups(self._store, [(row, mark)])
        self._store.add_marks(given, again=True)
        self._settling = Settling(self._store, self.manifest)
        for submission in {mark.submission for _, mark in given}:
            changed = self._places[submission]
            self.seats[changed] = self._seat(self._row(changed))
        self._given()

    def _row(self, place: int) -> Row:
        row = self._store.row(self.seats[place].submission)
        if row is None:
            raise LookupError(f"{self.seats[place].submission}: no longer in the results")
        return row

    def _to_decide(self, row: Row) -> list[Waiting]:
        """What would wait if nobody had given a mark yet."""
        return list(waiting(settle(row.result, self.manifest, (), self._dropped)))

    def _seat(self, row: Row) -> Seat:
        result = self._settling.settled(row)
        return Seat(
            submission=row.submission,
            status=result.status,
            score=result.counts,
            tasks=len(self._to_decide(row)),
            waits=len(list(waiting(result))),
            marks=len(result.marks),
        )

    def _task(self, about: Waiting, given: Mark | None, files: Mapping[str, bytes]) -> Task:
        if not about.exercise:
            return Task(about, "", given, (), self._comments(about))
        exercise = self.manifest.exercise(about.exercise)
        evidence: list[Block] = []
        if exercise.kind == "data":
            found = [path for path in files if path.rsplit("/", 1)[-1] == exercise.file]
            if found:  # the one that is graded
                path = min(found, key=lambda path: (path.count("/"), path))
                if path.lower().endswith(".ipynb"):
                    evidence = [self._source(path, files[path])]
                else:
                    evidence = blocks_of(path, files[path])
        return Task(about, exercise.goal, given, tuple(evidence), self._comments(about))

    def _comments(self, about: Waiting) -> tuple[tuple[float, str], ...]:
        """What a person may want to say again."""
        given = Counter(
            (mark.points, mark.reason)
            for _, mark in self._store.marks()
            if (mark.exercise, mark.counts_as) == (about.exercise, about.counts_as) and mark.reason
        )
        return tuple(comment for comment, _ in given.most_common(_MAX_COMMENTS))

    def _source(self, path: str, content: bytes) -> Raw:
        """A file as a person reads it; of a notebook its code."""
        if not path.lower().endswith(".ipynb"):
            made = raw(path, content)
            return self._coloured(made) if path.lower().endswith(".py") else made
        try:
            code = self._deriver.derive(source_of, path, content)
        except Underivable as reason:
            return replace(raw(path, content), why=str(reason))
        return self._coloured(raw(path, code)) if code else raw(path, content)

    def _coloured(self, made: Raw) -> Raw:
        """Code with its lines in pieces, unless that takes too long."""
        if len(made.text) > _MAX_COLOURED:
            return made
        try:
            lines = lines_in(self._deriver.derive(lined, made.title, made.text.encode()))
        except Underivable:
            return made
        return replace(made, lines=tuple(lines))

    def _files(self, row: Row) -> tuple[dict[str, bytes], str]:
        entry = self._entries.get(row.submission)
        if entry is None:
            return {}, "The files are no longer where they were when this was graded."
        bundle = read(entry)
        if file_digests(bundle) != row.handed.files:
            return bundle.files, "These files are not those that were graded; run regrade first."
        return bundle.files, ""
