"""Let everybody who handed in together share what a person gave for their work."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from autograder.batch.store import Row, Store
from autograder.grading.marks import Mark


def for_groups(store: Store, given: Iterable[tuple[Row, Mark]]) -> list[tuple[str, Mark]]:
    """Marks with the person each is for, and a copy of each for the others of its group.

    Args:
        store: knows who handed in together.
        given: marks and the submissions they are for. Who is given one of their own for the same
            exercise gets no copy.
    """
    given = list(given)
    own = {(row.submission, mark.exercise, mark.counts_as) for row, mark in given}
    marks = []
    for row, mark in given:
        marks.append((row.person, mark))
        for other in store.together(row):
            if (other.submission, mark.exercise, mark.counts_as) not in own:
                copied = msgspec.structs.replace(mark, submission=other.submission)
                marks.append((other.person, copied))
    return marks
