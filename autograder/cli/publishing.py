"""Publish what a store holds: every command that changes a grade ends here."""

from __future__ import annotations

import itertools
from pathlib import Path

from rich.console import Console

from autograder.assignment.manifest import Manifest
from autograder.batch.published import published
from autograder.batch.store import Store
from autograder.publish.points import amount
from autograder.publish.results import Summary, write_results
from autograder.publish.table import results_table

_SHOWN = 40


def publish(store: Store, manifest: Manifest, folder: Path) -> Summary:
    """Write grades, feedback and everything else that follows from a store."""
    return write_results(published(store, manifest), manifest, folder)


def show_summary(console: Console, store: Store, manifest: Manifest, summary: Summary) -> None:
    """The table of a small class, or what needs attention in a large one, and where things are."""
    results = published(store, manifest)
    if summary.submissions > _SHOWN:
        results = (made for made in results if made.status != "graded")
    if summary.submissions <= _SHOWN or summary.needs_person or summary.unreadable:
        Console().print(results_table(itertools.islice(results, _SHOWN)))
    told = f"{summary.submissions} submissions: {summary.graded} graded"
    if summary.needs_person:
        told += f", {summary.needs_person} need a person"
    if summary.unreadable:
        told += f", {summary.unreadable} unreadable"
    if summary.mean is not None and summary.median is not None:
        told += f"; mean {amount(summary.mean)}, median {amount(summary.median)}"
        told += f" of {amount(summary.max_score)}"
    console.print(told, highlight=False)
    console.print(
        f"Grades: {summary.folder / 'grades.csv'}   Feedback: {summary.folder / 'feedback'}/",
        highlight=False,
        soft_wrap=True,
    )
