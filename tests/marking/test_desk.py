"""Who waits, what is shown of them, and what a mark does."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from autograder.assignment.manifest import Manifest
from autograder.batch.store import Store
from autograder.cli.publishing import publish_grades
from autograder.marking.blocks import Prose, Raw
from autograder.marking.class_roster import ClassRoster
from autograder.marking.desk import Desk
from autograder.marking.figures import Figure
from autograder.marking.pages import Pages
from autograder.publish.results import PublishError
from tests.marking.conftest import fill

LINE = {"exercise": "findings", "counts_as": "open", "author": "me", "reason": "clear"}


def give(desk: Desk, name: str, points: str, **more: str) -> None:
    desk.give(place(desk, name), {**LINE, "points": points, **more})


def place(desk: Desk, name: str) -> int:
    return [seat.submission for seat in desk.seats].index(name)


def test_everybody_with_open_points_waits_and_going_on_comes_round(desk: Desk) -> None:
    assert desk.waiting == len(desk.seats) == 5
    assert desk.seats[place(desk, "zoe")].waits == 2
    assert desk.next_waiting(4) == 0 and desk.next_waiting(0, -1) == 4
    give(desk, "ada", "3")
    assert desk.waiting == 4 and desk.next_waiting(4) == 1
    assert desk.seats[place(desk, "ada")].score == 7.0


def test_a_reflection_stands_beside_its_figures(desk: Desk) -> None:
    (task,) = desk.sheet(place(desk, "ada")).tasks
    prose = {block.title: block for block in task.evidence if isinstance(block, Prose)}
    assert prose["reflection"].words == 180 and "monitor: action" in prose
    titles = [block.title for block in task.evidence if isinstance(block, Figure)]
    assert {"optimizers: val_ce", "regularizers: val_ce", "monitor: epochs: global_norm"} <= set(
        titles
    )
    assert "optimizers: seed" not in titles  # the same in each group


def test_every_mark_that_is_kept_is_in_the_grades(
    tmp_path: Path, handed_in: Path, manifest: Manifest
) -> None:
    results = tmp_path / "results"
    with Store(results) as store:
        fill(store, handed_in)
        store.set("submissions", str(handed_in))
        desk = Desk(store, manifest, {}, lambda: publish_grades(store, manifest, results))
        pages = results / "feedback"
        before: dict[str, int] = {}
        for points, score in (("3", "7"), ("4", "8"), ("1", "5")):
            give(desk, "ada", points)
            with open(results / "grades.csv", encoding="utf-8", newline="") as file:
                rows = {row["submission"]: row for row in csv.DictReader(file)}
            assert (rows["ada"]["final_score"], rows["ada"]["open_points"]) == (score, "0")
            assert rows["ben"]["open_points"] == "4"
            now = {page.name: page.stat().st_mtime_ns for page in pages.iterdir()}
            changed = {name for name in before if now[name] != before[name]}
            assert changed == ({"ada.html", "ada.md"} if before else set())
            before = now


def test_a_mark_is_kept_where_grades_cannot_be_written(desk: Desk) -> None:
    def fail() -> None:
        raise PublishError("the disk is full")

    desk._given = fail
    with pytest.raises(PublishError, match="the disk is full"):
        give(desk, "ada", "3")
    assert desk.seats[place(desk, "ada")].score == 7.0


def test_a_group_shares_a_mark_and_one_alone_can_be_given_another(desk: Desk) -> None:
    give(desk, "cleo", "2")
    assert [desk.seats[place(desk, name)].score for name in ("ben", "cleo")] == [6.0, 6.0]
    desk.give(place(desk, "ben"), {**LINE, "points": "1"}, alone=True)
    assert [desk.seats[place(desk, name)].score for name in ("ben", "cleo")] == [5.0, 6.0]


def test_the_last_mark_counts_also_when_it_was_given_before(desk: Desk) -> None:
    for points in ("3", "4", "3"):
        give(desk, "ada", points)
    assert desk.seats[place(desk, "ada")].score == 7.0


def test_what_the_grader_lost_is_decided_by_a_person(desk: Desk) -> None:
    give(desk, "zoe", "4")
    assert desk.seats[place(desk, "zoe")].score is None
    give(desk, "zoe", "7", exercise="Adam", counts_as="instead")
    seat = desk.seats[place(desk, "zoe")]
    assert (seat.score, seat.waits, seat.status) == (15.0, 0, "graded")
    sheet = desk.sheet(place(desk, "zoe"))
    assert [task.given and task.given.points for task in sheet.tasks] == [7.0, 4.0]


def test_an_appeal_adds_points(desk: Desk) -> None:
    give(desk, "ada", "2.5", exercise="Adam", counts_as="added")
    seat = desk.seats[place(desk, "ada")]
    assert (seat.score, seat.waits) == (6.5, 1)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"points": "5"}, "points: expected 0 to 4, got 5"),
        ({"points": "nan"}, "points"),
        ({"points": ""}, "points: expected a number"),
        ({"exercise": "nothing"}, "no exercise 'nothing'"),
        ({"author": " "}, "author"),
        ({"counts_as": "more"}, "counts_as"),
        ({"exercise": "Adam", "counts_as": "open"}, "no points that only a person gives"),
    ],
)
def test_what_is_no_mark_is_refused_and_changes_nothing(
    desk: Desk, more: dict[str, str], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        desk.give(0, {**LINE, "points": "1", **more})
    assert desk.waiting == 5


def test_files_that_changed_since_grading_are_named(desk: Desk, handed_in) -> None:
    assert desk.sheet(0).warning == ""
    (handed_in / "ada" / "optimizers.py").write_text("# another\n")
    assert "not those that were graded" in desk.sheet(0).warning
    for path in (handed_in / "ada").iterdir():
        path.unlink()
    sheet = desk.sheet(0)
    assert sheet.warning and sheet.sources == ()
    assert all(isinstance(source, Raw) for source in desk.sheet(1).sources)


def test_one_point_is_said_as_one(desk: Desk) -> None:
    give(desk, "ada", "1")
    assert "Given: 1 point, open, me" in Pages(ClassRoster(desk), "/").sheet(place(desk, "ada"))


def test_of_a_notebook_the_code_is_shown(desk: Desk, handed_in: Path) -> None:
    cells = [{"cell_type": "code", "source": ["x = 1\n", "y = 2"], "outputs": ["z" * 999]}]
    (handed_in / "ada" / "lab.ipynb").write_text(json.dumps({"cells": cells}))
    (handed_in / "ada" / "odd.ipynb").write_text("no notebook")
    (handed_in / "ada" / "huge.ipynb").write_text('{"cells": [' + "[{}]," * 3_000_000 + "1]}")
    shown = {source.title: source for source in desk.sheet(place(desk, "ada")).sources}
    assert shown["lab.ipynb"].text == "x = 1\ny = 2"
    assert shown["odd.ipynb"].text == "no notebook"
    assert "more than 256 MiB" in shown["huge.ipynb"].why


def test_of_several_data_files_the_one_that_is_graded_is_shown(desk: Desk, handed_in: Path) -> None:
    """Wherever it lies: the one nearest to the top, and the first of these."""
    ada = handed_in / "ada"
    for path in ("b/findings.json", "a/findings.json", "a/deep/findings.json"):
        (ada / path).parent.mkdir(parents=True, exist_ok=True)
        (ada / path).write_text(json.dumps({"reflection": path}))

    def shown() -> str:
        (task,) = desk.sheet(place(desk, "ada")).tasks
        return str(task.evidence)

    assert "four optimizers" in shown()
    (ada / "findings.json").unlink()
    assert "a/findings.json" in shown() and "deep" not in shown()


def test_a_notebook_is_one_whatever_the_case_of_its_ending(desk: Desk, handed_in: Path) -> None:
    cells = [{"cell_type": "code", "source": "x = 1", "outputs": ["z" * 999]}]
    (handed_in / "ada" / "lab.IPYNB").write_text(json.dumps({"cells": cells}))
    shown = {source.title: source for source in desk.sheet(place(desk, "ada")).sources}
    assert shown["lab.IPYNB"].text == "x = 1"


def test_what_was_said_of_others_can_be_said_again(desk: Desk) -> None:
    def said(name: str) -> list[tuple[tuple[float, str], ...]]:
        return [task.comments for task in desk.sheet(place(desk, name)).tasks]

    assert said("mallory") == [()]
    line = {"exercise": "findings", "counts_as": "open", "author": "me"}
    desk.give(place(desk, "ada"), {**line, "points": "3", "reason": "no figure"}, alone=True)
    desk.give(place(desk, "ben"), {**line, "points": "1", "reason": "too short"})
    desk.give(place(desk, "zoe"), {**line, "points": "2", "reason": ""})
    assert said("mallory") == [((1.0, "too short"), (3.0, "no figure"))]
