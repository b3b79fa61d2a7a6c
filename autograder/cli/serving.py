"""Serve a class on a page for this machine alone: what ``open`` and ``mark --page`` do."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from autograder.assignment.load import Assignment
from autograder.assignment.wording import counted
from autograder.batch.store import Store
from autograder.cli.class_fingerprints import works
from autograder.cli.class_run import stoppable
from autograder.cli.command_options import UsageProblem
from autograder.cli.earlier_results import kept_platform, tables_left
from autograder.cli.grade import find_submissions
from autograder.cli.publishing import publish, publish_grades, show_summary
from autograder.extras import MissingExtra, needed
from autograder.handout.build import render_handout
from autograder.intake.submissions import Entry, NothingToGrade
from autograder.marking.class_roster import ClassRoster
from autograder.marking.desk import Desk


def serve(
    console: Console,
    store: Store,
    assignment: Assignment,
    results: Path,
    port: int,
    first: str = "",
) -> None:
    """Serve the pages of a class until somebody stops it, then publish what was marked.

    Args:
        console: is told where.
        store: of the results.
        assignment: that was graded.
        results: their folder.
        port: to listen on; a free one if 0.
        first: the page to begin with; the queue of what waits for a person if empty.
    """
    with needed("page", "a class's page"):
        from autograder.marking.server import MarkingServer  # its library starts slowly

    manifest = assignment.manifest
    with console.status("Laying out the class"):
        places = _where(console, store, results)
        desk = Desk(store, manifest, places, lambda: publish_grades(store, manifest, results))
        roster = ClassRoster(desk, lambda: works(store), lambda: _handed_out(assignment))
        try:
            server = MarkingServer(roster, port)
        except OSError as error:
            raise UsageProblem(
                f"--port {port}: cannot listen there: {error.strerror}; leave it out for a free one"
            ) from None
    console.print(f"{of_all(desk.waiting, len(desk.seats))} for a person. Look at them at")
    console.print(f"  {server.url}{first}", highlight=False, soft_wrap=True)
    console.print("Only this machine reaches it, with this address. Ctrl-C when you are done.")
    try:
        with stoppable():
            server.serve()
    except KeyboardInterrupt:
        console.print(f"{desk.waiting} still {wait(desk.waiting)}; every mark is kept.")
    show_summary(console, store, manifest, publish(store, manifest, results))


def wait(count: int) -> str:
    """The verb for so many."""
    return "waits" if count == 1 else "wait"


def of_all(left: int, total: int) -> str:
    """How many of all wait."""
    return f"{left} of {counted(total, 'submission')} {wait(left)}"


def _handed_out(assignment: Assignment) -> dict[str, bytes]:
    """The files that everybody was given; none where what renders them is not installed."""
    try:
        return dict(render_handout(assignment))
    except MissingExtra:
        return {}


def _where(console: Console, store: Store, results: Path) -> dict[str, Entry]:
    """Where the submissions lie; nowhere if they are gone, since checks can be read without."""
    place = store.setting("submissions")
    if place is None:
        return {}
    try:
        found = find_submissions(Path(place), results, tables_left(store), kept_platform(store))
    except NothingToGrade as problem:
        console.print(f"No files are shown: {problem}", style="yellow", markup=False)
        return {}
    return {entry.name: entry for entry in found}
