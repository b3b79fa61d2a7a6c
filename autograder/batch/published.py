"""What a store comes to: each submission's result with everything that people decided about it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from autograder.assignment.manifest import Manifest
from autograder.batch.store import Row, Store, Table
from autograder.grading.marks import Mark
from autograder.grading.result_records import Result
from autograder.grading.settling import settle


class Settling:
    """Settles results with the marks and dropped checks that a store has now.

    Args:
        store: where they are kept.
        manifest: of the assignment.
        dropped: names of dropped checks; the store's own unless given.
    """

    def __init__(
        self, store: Store, manifest: Manifest, dropped: Collection[str] | None = None
    ) -> None:
        self._manifest = manifest
        kept = [made.check for made in store.dropped()] if dropped is None else dropped
        self._dropped = frozenset(kept)
        self._marks: dict[str, list[Mark]] = {}
        for person, mark in store.marks():
            self._marks.setdefault(person, []).append(mark)

    def settled(self, row: Row) -> Result:
        """What one row comes to."""
        return settle(row.result, self._manifest, self.marks_of(row), self._dropped)

    def marks_of(self, row: Row) -> list[Mark]:
        """What people gave to one submission, in that order."""
        return self._marks.get(row.person, [])


def published(store: Store, manifest: Manifest, table: Table = "grade") -> Iterator[Result]:
    """All results of a store, settled, by name, one at a time."""
    settling = Settling(store, manifest)
    return (settling.settled(row) for row in store.rows(table))
