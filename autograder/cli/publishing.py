"""Publish what a store holds: every command that changes a grade ends here."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from autograder.assignment.manifest import Manifest
from autograder.assignment.wording import amount, counted, points
from autograder.batch.published import published
from autograder.batch.store import Store
from autograder.cli.class_fingerprints import works
from autograder.cli.earlier_results import tables_left
from autograder.grading.safe_text import shown_name
from autograder.intake.exports import find_tables
from autograder.intake.submissions import NothingToGrade
from autograder.intake.tables import UnreadableTable
from autograder.intake.unpacking import is_export, unpack
from autograder.publish.class_report import FILE, ReportOutlet
from autograder.publish.gradebooks import Filled, Gradebook, GradebookOutlet
from autograder.publish.gradescope_results import GradescopeOutlet
from autograder.publish.results import Outlet, Summary, write_results
from autograder.publish.table import attention, results_table
from autograder.publish.upload import UploadOutlet

_SHOWN = 40
_NAMED = 10


def publish(store: Store, manifest: Manifest, folder: Path) -> Summary:
    """Write grades, feedback and everything else that follows from a store.

    What platforms import is left as it is where only some exercises were asked: such scores would
    replace those of the whole assignment.
    """
    outlets: list[Outlet] = [report_outlet(store, manifest)]
    books = _books(store, manifest)
    if not store.setting("only"):
        everybody = bool(store.setting("gradescope"))
        outlets += [books, UploadOutlet(), GradescopeOutlet(manifest, folder, everybody)]
    summary = write_results(published(store, manifest), manifest, folder, outlets)
    return dataclasses.replace(summary, gradebooks=tuple(books.filled))


def publish_grades(store: Store, manifest: Manifest, folder: Path) -> None:
    """Write grades, gradebooks, and the pages of those whose grade has changed.

    For while a person marks: whatever ends that, every mark that was kept is in them. The class
    report and what is uploaded are written by `publish`.
    """
    whole = not store.setting("only")
    outlets: list[Outlet] = [_books(store, manifest)] if whole else []
    write_results(published(store, manifest), manifest, folder, outlets)


def _books(store: Store, manifest: Manifest) -> GradebookOutlet:
    return GradebookOutlet(manifest, _gradebooks(store), store.setting("column") or "")


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
    kept = store.setting("submissions")
    place = Path(kept) if kept else None
    try:
        if place is not None and is_export(place):
            place = unpack(place, store.folder / "unpacked")
        tables = find_tables(place, tables_left(store))
    except (UnreadableTable, NothingToGrade):
        return []
    return [Gradebook(table.columns, table.rows, table.known, table.separator) for table in tables]


def show_summary(
    console: Console,
    store: Store,
    manifest: Manifest,
    summary: Summary,
    everybody: bool = False,
) -> None:
    """A line for each submission that needs attention, the rest as a count, and where things are.

    Args:
        console: is told.
        store: of the run.
        manifest: of the assignment.
        summary: of what was published.
        everybody: whether each submission gets a line.
    """
    results = (made for made in published(store, manifest) if everybody or attention(made))
    if first := list(itertools.islice(results, _SHOWN)):
        Console().print(results_table(first))
        if more := sum(1 for _ in results):
            console.print(f"and {more} more of these", highlight=False)
    told = f"{counted(summary.submissions, 'submission')}: {summary.graded} graded"
    if summary.needs_person:
        needing = summary.needs_person
        told += f", {needing} need{'s' if needing == 1 else ''} a person"
    if summary.unreadable:
        told += f", {summary.unreadable} unreadable"
    if summary.missing:
        told += f", {summary.missing} missing"
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
    if summary.open_points:
        _say(
            console,
            f"{amount(summary.open_points)} points in all wait for a person: autograder mark "
            f"{folder}",
        )
    if summary.late_unknown:
        _say(
            console,
            f"Late, and nobody knows how late: {summary.late_unknown}. Nothing is taken off until "
            "--table names a CSV file with the columns submission and days_late; a copy of "
            "grades.csv with a number for each ? will do.",
        )
    if summary.time_unknown:
        _say(
            console,
            f"Handed in at a time that nobody knows: {summary.time_unknown}. Nothing is taken off "
            "for being late there until --table names a worksheet with times, or a CSV file with "
            "the columns submission and days_late.",
        )
    if summary.time_assumed and manifest.assignment.due is not None:
        _say(
            console,
            f"Times without a zone ({summary.time_assumed}) are read as in that of the deadline, "
            f"{manifest.assignment.due:%z}.",
        )
    if only := store.setting("only"):
        _say(
            console,
            f"Partial: only {only.replace(',', ', ')}, {amount(summary.max_score)} of "
            f"{points(manifest.max_score)}. These are no grades of the whole, and nothing is "
            "written for a platform to import.",
        )
        return
    for book in summary.gradebooks:
        for line in _about(book, manifest):
            _say(console, line)
    for kind in ("gradebook-*.csv", "feedback-*.zip", "gradescope"):
        for path in sorted(folder.glob(kind)):
            _say(console, f"For the platform: {path}")


def _about(book: Filled, manifest: Manifest) -> Iterator[str]:
    """What a person should know before importing a gradebook."""
    if book.beside:
        yield (
            f"The gradebook has not one column {manifest.assignment.title!r}, so one is added. If "
            f"it is one of these, name it with --column: {', '.join(book.beside)}"
        )
    platform = book.kind.capitalize()
    if book.possible:
        yield (
            f"{platform} has {book.possible} points possible for this, and the scores are of "
            f"{amount(manifest.max_score)}: change one of them before you import"
        )
    if book.missing:
        more = len(book.missing) - _NAMED
        names = ", ".join(map(shown_name, book.missing[:_NAMED]))
        names += f" and {more} more" if more > 0 else ""
        number = counted(len(book.missing), "student")
        yield f"{number} of this run without a row in the gradebook of {platform}: {names}"


def _say(console: Console, line: str) -> None:
    console.print(line, highlight=False, soft_wrap=True, markup=False)
