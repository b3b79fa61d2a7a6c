"""The tables of a run's store."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from autograder.batch.run_problems import StoreError
from autograder.own_files import expect_ordinary

VERSION = 2
NAMED_HISTORY = 1  # the version before, whose history has names where this one has people

SCHEMA = f"""
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE result (key TEXT PRIMARY KEY, state TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE candidate (submission TEXT PRIMARY KEY, key TEXT NOT NULL, entry BLOB NOT NULL);
CREATE TABLE grade (submission TEXT PRIMARY KEY, key TEXT NOT NULL, entry BLOB NOT NULL);
CREATE TABLE history (
    number INTEGER PRIMARY KEY, person TEXT NOT NULL, key TEXT NOT NULL, until TEXT NOT NULL
);
CREATE TABLE mark (number INTEGER PRIMARY KEY, person TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE dropped (check_name TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
PRAGMA user_version = {VERSION};
"""

# What can be made again at any time; a store of an earlier version of this format gets it too.
CACHE = """
CREATE TABLE IF NOT EXISTS likeness (files TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS verdict (key BLOB PRIMARY KEY, body BLOB NOT NULL);
"""
# What versions before this one kept: a cache that nobody reads any more, and their history.
_FORMER = """
CREATE TABLE fingerprint (files TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE history (
    number INTEGER PRIMARY KEY, submission TEXT NOT NULL, key TEXT NOT NULL, until TEXT NOT NULL
);
"""
_PARTS = "SELECT type, name, sql FROM sqlite_master"


def open_base(path: Path, wait_seconds: float) -> sqlite3.Connection:
    """Open a run's database; a new one gets its tables.

    Args:
        path: of the file.
        wait_seconds: how long to wait for another program that has it open.

    Raises:
        StoreError: it is of another version or program, or no ordinary file.
        sqlite3.Error: it is damaged, or cannot be written.
    """
    for ending in ("", "-wal", "-shm", "-journal"):
        try:
            expect_ordinary(path.with_name(path.name + ending))
        except OSError as error:
            raise StoreError(f"{error.filename}: {error.strerror}") from None
    base = sqlite3.connect(path, timeout=wait_seconds, isolation_level=None)
    try:
        base.execute("PRAGMA trusted_schema = OFF")
        (version,) = base.execute("PRAGMA user_version").fetchone()
        _expect_ours(path, base, version)
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = FULL")
        if version == 0:
            base.executescript(f"BEGIN IMMEDIATE;\n{SCHEMA}\nCOMMIT;")
        base.executescript(CACHE)
    except BaseException:
        base.close()
        raise
    return base


def _expect_ours(path: Path, base: sqlite3.Connection, version: int) -> None:
    if version not in (0, NAMED_HISTORY, VERSION):
        raise StoreError(
            f"{path}: written by another version of autograder (format {version}, this one reads "
            f"{VERSION}); name another folder with --output"
        )
    # A trigger or a view would run with each result that is kept or read.
    known = _made_by(f"{SCHEMA}\n{CACHE}") | _made_by(_FORMER)
    unknown = sorted(name for _, name, _ in _parts(base) - known)
    if unknown:
        raise StoreError(
            f"{path}: holds what autograder never keeps ({', '.join(unknown[:5])}), so it is not "
            "its own; name another folder with --output"
        )


def _made_by(script: str) -> set[tuple[str, str, str]]:
    with contextlib.closing(sqlite3.connect(":memory:")) as base:
        base.executescript(script)
        return _parts(base)


def _parts(base: sqlite3.Connection) -> set[tuple[str, str, str]]:
    return {(kind, name, " ".join((sql or "").split())) for kind, name, sql in base.execute(_PARTS)}
