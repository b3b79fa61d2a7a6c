"""Take the fingerprints of a class, once each, and hand them to the class report."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.progress import track

from autograder.assignment.load import Assignment
from autograder.batch.fingerprints import Fingerprint, Reader
from autograder.batch.keys import file_digests
from autograder.batch.store import Store
from autograder.extras import EXTRAS, MissingExtra, expect
from autograder.handout.build import render_handout
from autograder.intake.deriving import Deriver
from autograder.intake.submissions import Entry, read
from autograder.publish.similarity import MOST_SUBMISSIONS


def take_fingerprints(
    console: Console, store: Store, assignment: Assignment, entries: Iterable[Entry]
) -> None:
    """Take the fingerprints that are missing of published submissions.

    Args:
        console: shows progress.
        store: keeps them.
        assignment: what it hands out does not count.
        entries: where the submissions lie; one that has changed since it was graded is left out.
    """
    places = {entry.name: entry for entry in entries}
    if not 1 < len(places) <= MOST_SUBMISSIONS:
        return
    missing = {
        handed.digest: (name, handed)
        for name, handed in store.handed()
        if handed.files and name in places and store.fingerprint(handed) is None
    }
    if not missing:
        return
    try:
        expect("similarity", "comparing code", EXTRAS["similarity"])
        handed_out = render_handout(assignment)
    except MissingExtra as missed:
        console.print(f"Code is not compared: {missed}", markup=False, highlight=False)
        return
    with Deriver(["autograder.batch.fingerprints", "copydetect.utils"]) as deriver:
        reader = Reader(handed_out, deriver)
        shown = track(missing.values(), "Comparing code", console=console, transient=True)
        for name, handed in shown:
            bundle = read(places[name])
            if file_digests(bundle) == handed.files:
                store.put_fingerprint(handed, reader.fingerprint(bundle.files))


def works(store: Store) -> dict[str, Fingerprint]:
    """The fingerprints of published submissions by name, as far as they were taken."""
    found = ((name, store.fingerprint(handed)) for name, handed in store.handed())
    return {name: taken for name, taken in found if taken is not None}
