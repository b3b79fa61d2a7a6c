"""Keep the verdicts of a run's checks beside its results, for the next run of the same folder.

It is a cache: losing it costs time. So nothing waits for the disk, and an error of the database
means that something is asked again.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress
from pathlib import Path


class VerdictMemory:
    """The verdicts in a run's store; safe from several threads.

    Args:
        path: of the store's database, which has been opened by this version.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._base = sqlite3.connect(
            path, timeout=20, isolation_level=None, check_same_thread=False
        )
        self._base.execute("PRAGMA trusted_schema = OFF")
        self._base.execute("PRAGMA synchronous = OFF")

    def get(self, key: bytes) -> bytes | None:
        """What is kept under a key."""
        with self._lock, suppress(sqlite3.Error):
            found = self._base.execute("SELECT body FROM verdict WHERE key = ?", (key,)).fetchone()
            return None if found is None else bytes(found[0])
        return None

    def put(self, key: bytes, body: bytes) -> None:
        """Keep something under a key."""
        with self._lock, suppress(sqlite3.Error):
            self._base.execute("REPLACE INTO verdict VALUES (?, ?)", (key, body))

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._base.close()
