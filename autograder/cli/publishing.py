"""Publish what a store holds: every command that changes a grade ends here."""

from __future__ import annotations

import itertools
from pathlib import Path

from rich.console import Console

from autograder.assignment.manifest import Manifest
from autograder.assignment.wording import amount, counted
from autograder.batch.published import published
from autograder.batch.store import Store
from autograder.cli.class_fingerprints import works
from autograder.cli.earlier_results import tables_left
from autograder.intake.exports import find_tables
from autograder.intake.tables import UnreadableTable
from autograder.publish.class_report import FILE, ReportOutlet
from autograder.publish.gradebooks import Gradebook, GradebookOutlet
from autograder.publish.gradescope_results import GradescopeOutlet
from autograder.publish.results import Outlet, Summary, write_results
from autograder.publish.table import results_table
from autograder.publish.upload import UploadOutlet

_SHOWN = 40


def publish(store: Store, manifest: Manifest, folder: Path) -> Summary:
    """Write grades, feedback and everything else that follows from a store.

    What platforms import is left as it is where only some exercises were asked: such scores would
    replace those of the whole assignment.
    """
    outlets: list[Outlet] = [report_outlet(store, manifest)]
    books = GradebookOutlet(manifest, _gradebooks(store), store.setting("column") or "")
    if not store.setting("only"):
        everybody = bool(store.setting("gradescope"))
        outlets += [books, UploadOutlet(), GradescopeOutlet(manifest, folder, everybody)]
    summary = write_results(published(store, manifest), manifest, folder, outlets)
    store.set("columns beside", "\n".join(books.added))
    return summary


def report_outlet(
    store: Store, manifest: Manifest, anonymous: bool = False, file: str = FILE
) -> ReportOutlet:
    """Makes the class report, with what only the store knows."""
    dropped = [(made.check, made.reason) for made in store.dropped()]
    taken = works(store)
    return ReportOutlet(
        manifest,
        store.same_work(),
        dropped,
        {name: made.passages for name, made in taken.items()},
        {name: made.left_out for name, made in taken.items() if made.left_out},
        anonymous,
        file,
    )


def _gradebooks(store: Store) -> list[Gradebook]:
    """The platform's own gradebooks, as far as they are still where they were."""
    place = Path(store.setting("submissions") or "")
    try:
        tables = find_tables(place, tables_left(store))
    except UnreadableTable:
        return []
    return [Gradebook(table.columns, table.rows) for table in tables]


def show_summary(console: Console, store: Store, manifest: Manifest, summary: Summary) -> None:
    """The table of a small class, or what needs attention in a large one, and where things are."""
    results = published(store, manifest)
    if summary.submissions > _SHOWN:
        results = (made for made in results if made.status != "graded")
    if summary.submissions <= _SHOWN or summary.needs_person or summary.unreadable:
        Console().print(results_table(itertools.islice(results, _SHOWN)))
    told = f"{counted(summary.submissions, 'submission')}: {summary.graded} graded"
    if summary.needs_person:
        needing = summary.needs_person
        told += f", {needing} need{'s' if needing == 1 else ''} a person"
    if summary.unreadable:
        told += f", {summary.unreadable} unreadable"
    if summary.mean is not None and summary.median is not None:
        told += f"; mean {amount(summary.mean, 2)}, median {amount(summary.median, 2)}"
        told += f" of {amount(summary.max_score)}"
    console.print(told, highlight=False)
    folder = summary.folder
    console.print(
        f"Grades: {folder / 'grades.csv'}   Feedback: {folder / 'feedback'}/   "
        f"Class report: {folder / FILE}",
        highlight=False,
        soft_wrap=True,
    )
    if summary.late_unknown:
        _say(
            console,
            f"Late, and nobody knows how late: {summary.late_unknown}. Nothing is taken off until "
            "--table names a CSV file with the columns submission and days_late; a copy of "
            "grades.csv with a number for each ? will do.",
        )
    if only := store.setting("only"):
        _say(
            console,
            f"Partial: only {only.replace(',', ', ')}. These are no grades of the whole lab, and "
            "nothing is written for a platform to import.",
        )
        return
    if beside := store.setting("columns beside"):
        _say(
            console,
            f"The gradebook has no column {manifest.assignment.title!r}, so one is added. If it "
            f"is one of these, name it with --column: {', '.join(beside.split(chr(10)))}",
        )
    for kind in ("gradebook-*.csv", "feedback-*.zip", "gradescope"):
        for path in sorted(folder.glob(kind)):
            _say(console, f"For the platform: {path}")


def _say(console: Console, line: str) -> None:
    console.print(line, highlight=False, soft_wrap=True, markup=False)
