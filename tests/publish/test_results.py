from __future__ import annotations

import csv
import datetime
import errno
import json
import os
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import jsonschema
import msgspec
import pytest

from autograder.assignment.manifest import Manifest
from autograder.grading.result_records import Result, from_json, json_schema
from autograder.intake.people import Student
from autograder.publish import results as module
from autograder.publish.results import PublishError, write_results
from autograder.publish.results_schema import schema_text

SCHEMA = Path(module.__file__).with_name("results-v1.schema.json")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def few(ordinary, hostile, unreadable, undecided) -> list[Result]:
    return [unreadable, hostile, undecided, ordinary]


def test_the_committed_schema_is_that_of_the_records() -> None:
    committed = SCHEMA.read_text()
    assert committed == schema_text()
    described = json.loads(committed)
    assert described["title"] == "One line of results.jsonl: one submission's grade"
    assert described["$id"] == json_schema()["$id"] == SCHEMA.name
    jsonschema.validators.validator_for(described).check_schema(described)


def test_a_run_is_written_in_full(few: list[Result], manifest: Manifest, tmp_path: Path) -> None:
    summary = write_results(iter(few), manifest, tmp_path / "new" / "results")
    written = contents(tmp_path / "new" / "results")
    assert {name.split("/")[0] for name in written} == {
        "grades.csv",
        "results.jsonl",
        "results.schema.json",
        ".pages.json",
        "feedback",
    }
    assert len([name for name in written if name.endswith(".html")]) == 4
    assert len([name for name in written if name.endswith(".md")]) == 4
    assert (summary.submissions, summary.scored) == (4, 2)
    assert (summary.graded, summary.needs_person, summary.unreadable) == (1, 2, 1)
    assert summary.mean == summary.median == 8.0
    assert summary.open_points == 4.0


def test_lines_fit_the_schema_and_come_back_in_order(few, manifest, tmp_path) -> None:
    write_results(few, manifest, tmp_path)
    schema = json.loads((tmp_path / "results.schema.json").read_text())
    lines = (tmp_path / "results.jsonl").read_bytes().splitlines()
    for line in lines:
        jsonschema.validate(json.loads(line), schema)
    assert [from_json(line) for line in lines] == sorted(few, key=lambda made: made.submission)


def test_grades_are_a_table_that_no_spreadsheet_runs(few, make, manifest, tmp_path) -> None:
    write_results([*few, make("=cmd|' /C calc'!A0"), make("-rf")], manifest, tmp_path)
    with open(tmp_path / "grades.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    exercises = [exercise.name for exercise in manifest.enabled_exercises]
    assert list(rows[0]) == [
        "submission",
        "status",
        "score",
        "max_score",
        *exercises,
        "open_points",
        "uncapped_score",
        "final_score",
        "days_late",
        "name",
        "id",
        "sid",
        "email",
        "group",
    ]
    by_name = {row["submission"]: row for row in rows}
    assert {"'=cmd|' /C calc'!A0", "'-rf"} <= set(by_name)
    ada = by_name["Ada Lovelace"]
    assert (ada["score"], ada["Adam"], ada["SGD"], ada["open_points"]) == ("14", "2", "", "4")
    assert (by_name["Unlucky"]["score"], by_name["Unlucky"]["SGD"]) == ("", "")
    assert by_name["Broken"]["status"] == "unreadable"


def test_order_of_arrival_changes_nothing(few, make, manifest, tmp_path) -> None:
    twice = [make("Twin", log="a"), make("Twin", log="b"), make("TWIN")]
    for name in ("one", "two"):
        shuffled = [*few, *twice]
        random.Random(name).shuffle(shuffled)
        write_results(shuffled, manifest, tmp_path / name)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert len(list((tmp_path / "one" / "feedback").iterdir())) == 2 * 7


def test_results_are_not_all_held_at_once(make, manifest, tmp_path) -> None:
    def peak(count: int) -> int:
        stream = (make(f"student {n}", log="x" * 1_000_000) for n in range(count))
        tracemalloc.start()
        try:
            write_results(stream, manifest, tmp_path / str(count))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(80) < 40_000_000


def test_a_name_that_is_no_utf8_is_published(make, manifest, tmp_path) -> None:
    write_results([make("caf\udce9")], manifest, tmp_path)
    assert from_json((tmp_path / "results.jsonl").read_bytes()).submission == "caf\ufffd"


def test_pages_of_students_who_are_gone_go_and_other_files_stay(make, manifest, tmp_path) -> None:
    write_results([make("Ada"), make("Bob")], manifest, tmp_path)
    (tmp_path / "feedback" / "notes.md").write_text("by hand")
    write_results([make("Ada")], manifest, tmp_path)
    pages = sorted(path.name for path in (tmp_path / "feedback").iterdir())
    assert pages == ["Ada.html", "Ada.md", "notes.md"]


def test_only_pages_that_change_are_written_again(make, manifest, tmp_path) -> None:
    pages = tmp_path / "feedback"

    def written() -> dict[str, int]:
        return {path.name: path.stat().st_ino for path in pages.iterdir()}

    write_results([make("Ada"), make("Bob"), make("Cy"), make("Di")], manifest, tmp_path)
    first, was = contents(tmp_path), written()
    (pages / "Bob.html").write_text("by hand")
    (pages / "Cy.md").unlink()
    changed = msgspec.structs.replace(make("Di"), notes=("another note",))
    write_results([make("Ada"), make("Bob"), make("Cy"), changed], manifest, tmp_path)
    moved = {name for name, number in written().items() if number != was.get(name)}
    assert moved >= {"Di.html", "Di.md"} and "Ada.html" not in moved and "Cy.html" not in moved
    again = contents(tmp_path)
    same = {name for name in first if again[name] == first[name] and name.startswith("feedback/")}
    assert {"feedback/Bob.html", "feedback/Cy.md", "feedback/Ada.md"} <= same
    assert b"another note" in again["feedback/Di.html"]


def test_another_assignment_writes_every_page_again(make, manifest, tmp_path) -> None:
    write_results([make("Ada")], manifest, tmp_path)
    about = msgspec.structs.replace(manifest.assignment, contact="somebody.else@example.org")
    write_results([make("Ada")], msgspec.structs.replace(manifest, assignment=about), tmp_path)
    assert "somebody.else@example.org" in (tmp_path / "feedback" / "Ada.html").read_text()


def test_a_folder_that_cannot_be_made_is_named(make, manifest, tmp_path) -> None:
    (tmp_path / "results").write_text("a file")
    with pytest.raises(PublishError, match=r"results cannot be written here: .*name a folder"):
        write_results([make()], manifest, tmp_path / "results")


def test_a_full_disk_leaves_what_was_there(make, manifest, tmp_path, monkeypatch) -> None:
    write_results([make("Ada")], manifest, tmp_path)
    before = contents(tmp_path)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(PublishError, match="No space left on device"):
        write_results([make("Ada", score=0.0), make("Bob")], manifest, tmp_path)
    assert contents(tmp_path) == before


def test_a_failing_source_of_results_publishes_no_table(
    make: Callable[..., Result], manifest: Manifest, tmp_path: Path
) -> None:
    def stream():
        yield make("Ada")
        raise RuntimeError("the store broke")

    with pytest.raises(RuntimeError, match="the store broke"):
        write_results(stream(), manifest, tmp_path)
    assert contents(tmp_path) == {}


def test_an_empty_run_has_a_header_and_no_mean(manifest, tmp_path) -> None:
    summary = write_results([], manifest, tmp_path)
    assert summary.submissions == 0 and summary.mean is None and summary.median is None
    assert (tmp_path / "grades.csv").read_text().count("\n") == 1


def test_times_that_are_unknown_or_without_a_zone_are_counted(
    ordinary: Result, manifest: Manifest, tmp_path: Path
) -> None:
    """Where being late costs something, nobody is in time in silence."""
    moment = datetime.datetime(2026, 2, 16, 12)
    zone = datetime.timezone.utc
    people = {
        "nobody": None,
        "no time": Student(name="a"),
        "no zone": Student(name="b", submitted=moment),
        "a zone": Student(name="c", submitted=moment.replace(tzinfo=zone)),
        "told": Student(name="d", late=False),
        "days": Student(name="e", days_late=1),
    }
    results = [
        msgspec.structs.replace(ordinary, submission=name, student=who)
        for name, who in people.items()
    ]
    summary = write_results(results, manifest, tmp_path)
    assert (summary.time_unknown, summary.time_assumed) == (2, 1)
    free = msgspec.structs.replace(manifest, late=None)
    summary = write_results(results, free, tmp_path)
    assert (summary.time_unknown, summary.time_assumed) == (0, 0)
