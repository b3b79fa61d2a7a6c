"""Keep every result of a run in one SQLite file, each in a transaction of its own.

A result stands under a key that holds everything it depends on (`batch.keys`), so that a run which
was stopped anywhere goes on where it was, and whatever has not changed is never graded again. What
is published is a second table, who has which result; a regrade fills a third beside it, and
nothing moves until that is accepted.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from autograder.batch.fingerprints import Fingerprint
from autograder.batch.lock import Lock
from autograder.batch.run_problems import StoreError
from autograder.batch.schema import NAMED_HISTORY, VERSION, open_base
from autograder.grading.marks import Dropped, Mark
from autograder.grading.result_records import Result, from_json, to_json
from autograder.grading.seeds import fresh_seed
from autograder.intake.people import Student

FILE = "grading.sqlite"
_STARTING_OVER = "starting over"

# settled: it counts. alone: it ran out of time or died beside others, and is to run again alone.
# failed: the grader itself failed; published as "needs a person", and tried again by the next run.
State = Literal["settled", "alone", "failed"]
Table = Literal["grade", "candidate"]


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an entry besides its result: who, and the SHA-256 of each file."""

    student: Student | None = None
    files: dict[str, str] = {}
    place: str = ""

    @property
    def digest(self) -> str:
        """One hash for all files, whoever handed them in."""
        told = msgspec.json.encode(sorted(self.files.items()))
        return hashlib.sha256(told).hexdigest()


@dataclass(frozen=True)
class Row:
    """One submission with its result."""

    submission: str
    key: str
    handed: Handed
    result: Result

    @property
    def person(self) -> str:
        """Whom marks are given to: a person keeps theirs when the submission's name changes."""
        return _person(self.submission, self.handed)


class Store:
    """The store of one folder of results, for one process at a time.

    Args:
        folder: made if it is missing.
        wait_seconds: how long to wait for another program that has the file open.

    Raises:
        StoreError: the folder cannot be written, another run is in it, or the file is damaged.
    """

    def __init__(self, folder: Path, wait_seconds: float = 20.0) -> None:
        self.folder = folder
        self._lock = Lock(folder)
        try:
            with self._told():
                self._base = open_base(folder / FILE, wait_seconds)
        except BaseException:
            self._lock.release()
            raise
        try:
            if self._version() == NAMED_HISTORY:
                self._name_people_in_history()
        except BaseException:
            self.close()
            raise

    def _version(self) -> int:
        with self._told():
            return int(self._base.execute("PRAGMA user_version").fetchone()[0])

    def _name_people_in_history(self) -> None:
        """Bring a store of the format before up to date: it kept names, which others can get."""
        with self.changing():
            people = {name: person for person, (name, _) in self._people("grade").items()}
            self._base.execute("ALTER TABLE history RENAME COLUMN submission TO person")
            self._base.executemany(
                "UPDATE history SET person = ? WHERE person = ?",
                ((person, name) for name, person in people.items()),
            )
            self._base.execute(f"PRAGMA user_version = {VERSION}")

    def close(self) -> None:
        """Let other processes in. What was stored stays, closed or not."""
        self._base.close()
        self._lock.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """A transaction: all that is written in it is kept, or nothing."""
        with self._told():
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._base.execute("COMMIT")
            except BaseException:
                if self._base.in_transaction:
                    self._base.execute("ROLLBACK")
                raise

    # ---- settings ---------------------------------------------------------------------------

    def seed(self, wanted: int | None) -> int:
        """The seed of this run's hidden inputs: drawn once, and kept.

        Raises:
            StoreError: another one is wanted than the results in the folder were made with, or
                what they keep is none.
        """
        kept = self.setting("seed")
        if kept is None:
            kept = str(fresh_seed() if wanted is None else wanted)
            self.set("seed", kept)
        if not (kept.isascii() and kept.isdecimal() and len(kept) < 100):
            raise StoreError(f"{self.folder}: the seed kept with its results is no number")
        if wanted is not None and wanted != int(kept):
            raise StoreError(
                f"{self.folder}: the results in it were made with seed {kept}, not {wanted}; leave "
                "--seed out to go on, or start over with --fresh"
            )
        return int(kept)

    def setting(self, name: str) -> str | None:
        """A value kept with the run, None if it never was."""
        with self._told():
            found = self._base.execute("SELECT value FROM setting WHERE name = ?", (name,))
            row = found.fetchone()
        return None if row is None else str(row[0])

    def set(self, name: str, value: str) -> None:
        """Keep a value with the run."""
        with self._told():
            self._base.execute("REPLACE INTO setting VALUES (?, ?)", (name, value))

    def forget(self) -> None:
        """Begin to start over: with a seed of its own, and without any result from before.

        What is published stays until what comes in its place is accepted; what people gave by hand
        stays for good.
        """
        with self.changing():
            self._base.execute("DELETE FROM setting WHERE name = 'seed'")
            self._base.execute("DELETE FROM candidate")
            self._base.execute("DELETE FROM likeness")
            self._base.execute("DELETE FROM verdict")
            self._base.execute("UPDATE result SET state = 'failed'")
            self.set(_STARTING_OVER, "yes")

    @property
    def starting_over(self) -> bool:
        """Whether what is published will be replaced as a whole, and may be of anybody."""
        return self.setting(_STARTING_OVER) is not None

    # ---- results ----------------------------------------------------------------------------

    def state(self, key: str) -> State | None:
        """How far the result under a key is, None if there is none."""
        with self._told():
            found = self._base.execute("SELECT state FROM result WHERE key = ?", (key,)).fetchone()
        return None if found is None else found[0]

    def put(self, key: str, result: Result, state: State) -> None:
        """Keep a result; it is on the disk when this returns."""
        body = to_json(result)
        with self._told():
            self._base.execute("REPLACE INTO result VALUES (?, ?, ?)", (key, state, body))

    def put_settled(self, results: Mapping[str, Result]) -> None:
        """Keep results that count, all or none."""
        rows = [(key, "settled", to_json(result)) for key, result in results.items()]
        with self.changing():
            self._base.executemany("REPLACE INTO result VALUES (?, ?, ?)", rows)

    def begin(self) -> None:
        """Begin to say which submissions there are; what is published stays."""
        with self._told():
            self._base.execute("DELETE FROM candidate")

    def assign(self, assigned: Iterable[tuple[str, str, Handed]]) -> None:
        """Say which result submissions have, or will have: name, key, and what is known of each."""
        with self.changing():
            self._base.executemany(
                "REPLACE INTO candidate VALUES (?, ?, ?)",
                ((name, key, msgspec.json.encode(handed)) for name, key, handed in assigned),
            )

    def accept(self) -> None:
        """Let what was assigned count from now on; what a submission had before is history."""
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
        with self.changing():
            kept = self._people("candidate")
            gone = [
                (person, key, now)
                for person, (_, key) in self._people("grade").items()
                if person not in kept or kept[person][1] != key
            ]
            self._base.executemany(
                "INSERT INTO history (person, key, until) VALUES (?, ?, ?)", gone
            )
            self._base.execute("DELETE FROM grade")
            self._base.execute("INSERT INTO grade SELECT * FROM candidate")
            self._base.execute("DELETE FROM candidate")
            if self.starting_over:
                self._base.execute("DELETE FROM history")
                self._base.execute("DELETE FROM result WHERE key NOT IN (SELECT key FROM grade)")
                self._base.execute("DELETE FROM setting WHERE name = ?", (_STARTING_OVER,))

    def rows(self, table: Table = "grade") -> Iterator[Row]:
        """The submissions with a result, by name, one at a time."""
        with self._told():
            found = self._base.execute(
                f"SELECT t.submission, t.key, t.entry, r.body FROM {table} t "
                "JOIN result r USING (key) ORDER BY t.submission"
            )
            for submission, key, entry, body in found:
                yield _row(submission, key, entry, body)

    def row(self, submission: str, table: Table = "grade") -> Row | None:
        """One submission with its result, None if it is not there."""
        with self._told():
            found = self._base.execute(
                f"SELECT t.submission, t.key, t.entry, r.body FROM {table} t "
                "JOIN result r USING (key) WHERE t.submission = ?",
                (submission,),
            ).fetchone()
            return None if found is None else _row(*found)

    def together(self, row: Row) -> list[Row]:
        """The others of a submission's group, who handed in the same work."""
        who = row.handed.student
        if who is None or not who.group:
            return []
        with self._told():
            found = self._base.execute(
                "SELECT g.submission, g.key, g.entry, r.body FROM grade g JOIN result r USING (key)"
                " WHERE g.key = ? AND g.submission <> ? ORDER BY g.submission",
                (row.key, row.submission),
            ).fetchall()
            others = [_row(*made) for made in found]
        return [
            other
            for other in others
            if other.handed.student is not None and other.handed.student.group == who.group
        ]

    def pairs(self) -> Iterator[tuple[Row | None, Row | None]]:
        """Everybody as published and as graded now, by name: one person, whatever they are called.

        Somebody's name in a run changes when a namesake comes or goes, or a roster is corrected.
        """
        with self._told():
            before, now = self._people("grade"), self._people("candidate")
        named = {person: name for person, (name, _) in {**before, **now}.items()}
        for person in sorted(named, key=lambda one: (named[one], one)):
            old, new = before.get(person), now.get(person)
            yield (
                None if old is None else self.row(old[0]),
                None if new is None else self.row(new[0], "candidate"),
            )

    def _people(self, table: Table) -> dict[str, tuple[str, str]]:
        """Submission and key by `Row.person`; one with several submissions counts as several."""
        query = f"SELECT submission, key, entry FROM {table} ORDER BY submission"
        people: dict[str, tuple[str, str]] = {}
        for submission, key, entry in self._base.execute(query):
            person = _person(submission, msgspec.json.decode(entry, type=Handed))
            people[person if person not in people else f"{person} {submission}"] = (submission, key)
        return people

    def count(self, table: Table = "grade") -> int:
        """How many submissions a table has."""
        with self._told():
            return int(self._base.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def same_work(self) -> list[list[str]]:
        """Names of submissions with one result, since their files are the same, but no group.

        What could not be read has no files, and is the same as nothing.
        """
        with self._told():
            found = self._base.execute(
                "SELECT key, submission, entry FROM grade WHERE key IN "
                "(SELECT key FROM grade GROUP BY key HAVING count(*) > 1) ORDER BY submission"
            ).fetchall()
        alike: dict[str, list[str]] = {}
        groups: dict[str, set[str]] = {}
        for key, submission, entry in found:
            handed = msgspec.json.decode(entry, type=Handed)
            if not handed.files:
                continue
            student = handed.student
            alike.setdefault(key, []).append(submission)
            groups.setdefault(key, set()).add(student.group if student else "")
        return [
            names
            for key, names in alike.items()
            if len(names) > 1 and (len(groups[key]) > 1 or "" in groups[key])
        ]

    def before(self, person: str) -> list[tuple[str, Result]]:
        """Results that somebody (`Row.person`) had, with the moment each was replaced."""
        with self._told():
            found = self._base.execute(
                "SELECT h.until, r.body FROM history h JOIN result r USING (key) "
                "WHERE h.person = ? ORDER BY h.number",
                (person,),
            ).fetchall()
        return [(until, from_json(body)) for until, body in found]

    # ---- fingerprints -----------------------------------------------------------------------

    def handed(self) -> Iterator[tuple[str, Handed]]:
        """The published submissions without their results, by name."""
        with self._told():
            found = self._base.execute("SELECT submission, entry FROM grade ORDER BY submission")
            for submission, entry in found:
                yield submission, msgspec.json.decode(entry, type=Handed)

    def fingerprint(self, handed: Handed) -> Fingerprint | None:
        """The fingerprint of what was handed in, None if none was made."""
        query = "SELECT body FROM likeness WHERE files = ?"
        with self._told():
            row = self._base.execute(query, (handed.digest,)).fetchone()
        return None if row is None else msgspec.msgpack.decode(row[0], type=Fingerprint)

    def put_fingerprint(self, handed: Handed, made: Fingerprint) -> None:
        """Keep a fingerprint."""
        with self._told():
            body = msgspec.msgpack.encode(made)
            self._base.execute("REPLACE INTO likeness VALUES (?, ?)", (handed.digest, body))

    # ---- what people decide -----------------------------------------------------------------

    def marks(self) -> list[tuple[str, Mark]]:
        """All marks in the order in which they were given, each with `Row.person`."""
        with self._told():
            found = self._base.execute("SELECT person, body FROM mark ORDER BY number")
            return [(person, msgspec.json.decode(body, type=Mark)) for person, body in found]

    def add_marks(self, marks: Iterable[tuple[str, Mark]], again: bool = False) -> int:
        """Keep marks, all or none; one that is there already is not kept twice.

        Args:
            marks: each with `Row.person`.
            again: whether a mark counts anew although it was given before, and replaced since.

        Returns:
            How many were new.
        """
        added = 0
        with self.changing():
            for person, mark in marks:
                known = (person, msgspec.json.encode(mark))
                query = "SELECT 1 FROM mark WHERE person = ? AND body = ?"
                if again or not self._base.execute(query, known).fetchone():
                    self._base.execute("INSERT INTO mark (person, body) VALUES (?, ?)", known)
                    added += 1
        return added

    def dropped(self) -> list[Dropped]:
        """Checks that count for nobody, by name."""
        with self._told():
            found = self._base.execute("SELECT body FROM dropped ORDER BY check_name")
            return [msgspec.json.decode(body, type=Dropped) for (body,) in found]

    def drop(self, dropped: Dropped) -> None:
        """Let a check count for nobody."""
        with self._told():
            body = msgspec.json.encode(dropped)
            self._base.execute("REPLACE INTO dropped VALUES (?, ?)", (dropped.check, body))

    def restore(self, check: str) -> None:
        """Let a dropped check count again."""
        with self._told():
            self._base.execute("DELETE FROM dropped WHERE check_name = ?", (check,))

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of the database in words."""
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(f"{self.folder / FILE}: {_explained(str(error))}") from error
        except msgspec.DecodeError as error:
            raise StoreError(
                f"{self.folder / FILE}: a result in it is not one ({error}); start over with "
                "--fresh, or name another folder"
            ) from error


def exists(folder: Path) -> bool:
    """Whether a folder holds a run's store."""
    return os.path.exists(folder / FILE)


def _person(submission: str, handed: Handed) -> str:
    return submission if handed.student is None else handed.student.key


def _row(submission: str, key: str, entry: bytes, body: bytes) -> Row:
    handed = msgspec.json.decode(entry, type=Handed)
    result = msgspec.structs.replace(from_json(body), submission=submission, student=handed.student)
    return Row(submission, key, handed, result)


def _explained(error: str) -> str:
    kept = "what was graded so far is kept"
    if "locked" in error or "busy" in error:
        return f"another program has it open and locked; close it and run again: {kept}"
    if "full" in error:
        return f"the disk is full; make room and run again: {kept}"
    if "readonly" in error or "unable to open" in error:
        return "it cannot be written here; name a folder that can be written with --output"
    if "malformed" in error or "not a database" in error:
        return "it is damaged; move it away to start over, and see what happened to the disk"
    return f"{error}; run again when that is put right: {kept}"
