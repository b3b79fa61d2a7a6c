"""Open the results of an earlier run, find people in them, and show whose grade moves."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.assignment.known import is_known
from autograder.assignment.load import Assignment
from autograder.assignment.wording import amount, counted
from autograder.batch.grade_changes import Move
from autograder.batch.store import Row, Store, exists
from autograder.cli.command_options import UsageProblem, find_assignment
from autograder.grading.result_records import Result
from autograder.grading.safe_text import csv_cell, shown_name
from autograder.intake.people import Student
from autograder.intake.submissions import Entry
from autograder.own_files import complete
from autograder.publish.results import expect_place

RunAssignmentOption = Annotated[
    Path | None,
    typer.Option(
        "--assignment",
        "-a",
        help="Folder of the assignment (default: the run's own, if you have used it here).",
    ),
]

_ANOTHER_PLACE = (
    "grade into a folder of its own (autograder grade --output), or start over in this one "
    "(autograder grade --fresh)"
)
_SHOWN = 60
_CAUSES = 4


def open_results(results: Path) -> Store:
    """The store of an earlier run.

    Raises:
        UsageProblem: there is none.
        StoreError: another run is in it, or it cannot be read.
    """
    if not exists(results):
        raise UsageProblem(
            f"{results}: no grading run in it; name the folder that autograder grade wrote to "
            "(--output)"
        )
    store = Store(results)
    try:
        expect_place(results)
    except BaseException:
        store.close()
        raise
    return store


def assignment_of(store: Store, named: Path | None) -> Assignment:
    """The assignment named, or the one that the run was made with.

    Raises:
        UsageProblem: there is none, or it is not the one that the results are of.
    """
    kept = store.setting("assignment")
    if named is None and kept is not None and is_known(Path(kept)):
        named = Path(kept)
    filled = [store.folder, *map(Path, filter(None, [store.setting("submissions")]))]
    try:
        chosen = find_assignment(named, filled=filled)
        refuse_another_assignment(store, chosen)
    except UsageProblem as problem:
        if named is not None or kept is None:
            raise
        raise UsageProblem(
            f"{store.folder}: says that it is of the assignment in {kept}, which you have not used "
            "here, and results do not decide what is loaded: name it with --assignment "
            f"({problem})"
        ) from None
    return chosen


def refuse_another_assignment(store: Store, chosen: Assignment) -> None:
    """Refuse an assignment of another name; where that is not known, of other exercises alone.

    Raises:
        UsageProblem: the results are of another.
    """
    name = chosen.manifest.assignment.name
    before = store.setting("name")
    if before:
        if before != name:
            raise UsageProblem(
                f"{store.folder} holds grades of {before}, not of {name}; {_ANOTHER_PLACE}"
            )
        return
    known = {made.name for made in chosen.manifest.exercises}
    for row in store.rows():
        if graded := [made.name for made in row.result.exercises]:
            if known.isdisjoint(graded):
                told = ", ".join(graded[:4]) + (", …" if len(graded) > 4 else "")
                raise UsageProblem(
                    f"{store.folder} holds grades of an assignment with the exercises {told}, not "
                    f"of {name}; {_ANOTHER_PLACE}"
                )
            return


def refuse_another_class(store: Store, queue: Iterable[Entry], place: Path) -> None:
    """Refuse submissions of which not one is of somebody in the results.

    Raises:
        UsageProblem: the results are of another class.
    """
    handed = [(name, made.student) for name, made in store.handed()]
    known = {name for submission, who in handed for name in _names(submission, who)}
    if known and not any(known & set(_names(entry.name, entry.student)) for entry in queue):
        raise UsageProblem(
            f"{place}: nobody in it is in {store.folder}, which holds grades of "
            f"{counted(len(handed), 'other')}; {_ANOTHER_PLACE}"
        )


def kept_tables(store: Store) -> list[Path]:
    """The tables that the run before was given.

    Raises:
        UsageProblem: one is gone; without it, names or days late would change.
    """
    kept, there = _tables(store), tables_left(store)
    for path in kept:
        if path not in there:
            raise UsageProblem(
                f"{path}: this table was used before and is gone; name where it is now with --table"
            )
    return kept


def kept_platform(store: Store) -> str | None:
    """The platform that the run before was told of."""
    return store.setting("platform") or None


def tables_left(store: Store) -> list[Path]:
    """The tables that the run before was given, as far as they are still where they were."""
    return [path for path in _tables(store) if path.exists()]


def keep_tables(store: Store, tables: Iterable[Path]) -> None:
    """Keep with a run the tables that it was given."""
    store.set("tables", json.dumps([str(path.resolve()) for path in tables]))


def _tables(store: Store) -> list[Path]:
    kept = store.setting("tables") or "[]"
    try:
        return [Path(path) for path in msgspec.json.decode(kept, type=list[str])]
    except msgspec.MsgspecError:
        return [Path(kept)]  # as versions before this one kept a single one


def find_row(rows: Iterable[Row], wanted: str) -> Row:
    """The one submission that a name, an id or an address stands for.

    Raises:
        UsageProblem: none, or several.
    """
    exact, partly = [], []
    for row in rows:
        names = _names(row.submission, row.handed.student)
        if wanted in names:
            exact.append(row)
        elif any(wanted.casefold() in name.casefold() for name in names):
            partly.append(row)
    found = exact or partly
    if not found:
        raise UsageProblem(f"nobody called {wanted!r} in these results")
    # Who has nothing but a name can be meant by nothing else.
    alone = [row for row in exact if row.submission == wanted and row.handed.student is None]
    if len(found) == 1 or alone:
        return (alone or found)[0]
    told = ", ".join(map(_told_apart, found[:8])) + (", ..." if len(found) > 8 else "")
    raise UsageProblem(
        f"{wanted!r} stands for {len(found)} submissions: {told}; say one in full, or its id"
    )


def _told_apart(row: Row) -> str:
    """A submission's name, with what else its student is known by."""
    who = row.handed.student
    known = [part for part in (who.sid, who.id, who.email) if part] if who else []
    name = shown_name(row.submission)
    return f"{name} ({', '.join(known)})" if known else name


def _names(submission: str, who: Student | None) -> list[str]:
    known = [who.name, who.id, who.sid, who.email] if who else []
    return [name for name in (submission, *known) if name]


def show_moves(console: Console, found: list[Move], total: int) -> None:
    """Who moves, how far, and why."""
    title = f"{len(found)} of {total} {'moves' if len(found) == 1 else 'move'}"
    table = Table(title=title, title_justify="left", expand=False)
    for column in ("Submission", "Before", "After", "Change"):
        table.add_column(column, justify="left" if column == "Submission" else "right")
    table.add_column("Why", overflow="fold", ratio=1)
    for move in found[:_SHOWN]:
        causes = list(move.why[:_CAUSES])
        more = len(move.why) - _CAUSES
        causes += [f"and {more} more"] if more > 0 else []
        change = "" if move.change is None else f"{move.change:+g}"
        table.add_row(
            Text(shown_name(move.submission)),
            _score(move.before),
            _score(move.after),
            change,
            Text("\n".join(causes)),
        )
    console.print(table)
    if len(found) > _SHOWN:
        console.print(f"and {len(found) - _SHOWN} more")


def write_moves(path: Path, found: Iterable[Move]) -> None:
    """The same in full, as a table to keep."""
    with complete(path) as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["submission", "before", "after", "change", "why"])
        for move in found:
            change = "" if move.change is None else amount(move.change)
            why = "; ".join(move.why)
            name = csv_cell(move.submission)
            table.writerow([name, _score(move.before), _score(move.after), change, csv_cell(why)])


def _score(result: Result | None) -> str:
    if result is None:
        return "-"
    return result.status if result.final_score is None else amount(result.final_score)
