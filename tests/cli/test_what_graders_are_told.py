"""What graders are told of a run and of whose grade moves: all there is, and nothing else."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
from rich.console import Console

from autograder.assignment.manifest import Manifest, read_manifest
from autograder.batch import grade_changes
from autograder.batch.grade_changes import Move, moves
from autograder.batch.schedule import Progress
from autograder.batch.store import Handed, Row, Store
from autograder.cli import class_run, publishing
from autograder.cli.class_run import command_line
from autograder.cli.earlier_results import show_moves, write_moves
from autograder.cli.publishing import show_summary
from autograder.grading.result_records import CheckResult, ExerciseResult, Result
from autograder.publish.gradebooks import Filled
from autograder.publish.results import Summary

NO_CHECKS: dict[str, tuple[str, float | None]] = {}


def result(
    score: float | None = 4.0,
    final: float | None = None,
    status: str = "graded",
    **checks: tuple[str, float | None],
) -> Result:
    """A result with checks by name: outcome and score of 2 points."""
    made = tuple(
        CheckResult(
            name=name, title=name, public=True, points=2.0, score=points, outcome=cast(Any, outcome)
        )
        for name, (outcome, points) in checks.items()
    )
    return Result(
        submission="ada",
        status=cast(Any, status),
        score=score,
        final_score=score if final is None else final,
        max_score=10.0,
        seconds=1.0,
        seed=1,
        assignment="a",
        version="1",
        isolation=(),
        log="",
        exercises=(
            ExerciseResult(name="one", tier="core", score=score, max_score=10.0, checks=made),
        ),
    )


def row(made: Result | None, **files: str) -> Row | None:
    return None if made is None else Row("ada", "k", Handed(files=files), made)


def moved(
    monkeypatch: pytest.MonkeyPatch, old: Row | None, new: Row | None
) -> list[tuple[str, float | None, tuple[str, ...]]]:
    """Whose grade moves between two rows, how far, and why."""
    settling = SimpleNamespace(settled=lambda row: row.result)
    monkeypatch.setattr(grade_changes, "Settling", lambda *_: settling)
    store = cast(Store, SimpleNamespace(pairs=lambda: [(old, new)]))
    found = moves(store, cast(Manifest, None))
    return [(one.submission, one.change, one.why) for one in found]


@pytest.mark.parametrize(
    ("before", "after", "change", "why"),
    [
        (None, result(), None, ("newly handed in",)),
        (result(), None, None, ("no longer handed in",)),
        (
            result(a=("failed", 0.0), b=("passed", 2.0)),
            result(6.0, a=("passed", 2.0), b=("passed", 2.0)),
            2.0,
            ("a: failed → passed",),
        ),
        (
            result(a=("passed", 2.0)),
            result(3.0, a=("passed", 1.0)),
            -1.0,
            ("a: 2 → 1 of 2 points",),
        ),
        (
            result(a=("passed", None)),
            result(5.0, a=("passed", 1.0)),
            1.0,
            ("a: ? → 1 of 2 points",),
        ),
        (
            result(a=("passed", 2.0), b=("passed", 2.0)),
            result(2.0, c=("failed", 0.0), b=("passed", 2.0)),
            -2.0,
            ("c: newly asked, failed", "a: no longer asked"),
        ),
        (result(), result(None, status="needs_person"), None, ("status: graded → needs_person",)),
        (result(4.0, 4.0), result(4.0, 3.6), -0.4, ("what handing in late costs",)),
        (result(4.0, 3.6), result(5.0, 4.5), 0.9, ()),
        (result(4.0), result(5.0), 1.0, ()),
    ],
)
def test_whose_grade_moves_how_far_and_why(
    monkeypatch: pytest.MonkeyPatch,
    before: Result | None,
    after: Result | None,
    change: float | None,
    why: tuple[str, ...],
) -> None:
    assert moved(monkeypatch, row(before), row(after)) == [("ada", change, why)]


def test_who_has_the_same_grade_moves_only_with_other_files_or_open_points(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    same = result(a=("passed", 2.0))
    assert moved(monkeypatch, row(same, f="1"), row(same, f="1")) == []
    told = ("other files were handed in",)
    assert moved(monkeypatch, row(same, f="1"), row(same, f="2")) == [("ada", 0.0, told)]
    opened = msgspec.structs.replace(same, open_points=1.0)
    assert moved(monkeypatch, row(same), row(opened)) == [("ada", 0.0, ())]


def shown(found: list[Move], total: int) -> str:
    console = Console(file=io.StringIO(), width=200)
    show_moves(console, found, total)
    return cast(io.StringIO, console.file).getvalue()


@pytest.mark.parametrize(("count", "rest"), [(1, ""), (2, ""), (60, ""), (62, "and 2 more")])
def test_moves_are_shown_to_a_number_and_the_rest_is_counted(count: int, rest: str) -> None:
    causes = tuple(f"cause {number}" for number in range(6))
    found = [Move(f"p{n:02}", result(1.0), result(3.0), causes) for n in range(count)]
    told = shown(found, 99)
    assert told.startswith(f"{count} of 99 {'moves' if count == 1 else 'move'} ")
    assert all((f"p{n:02} " in told) is (n < 60) for n in range(count))
    assert "cause 3" in told and "cause 4" not in told and "and 2 more" in told
    assert told.endswith(f"\n{rest}\n") if rest else "and" not in told.split("\n")[-2]


def test_moves_say_what_was_what_is_and_the_difference(tmp_path: Path) -> None:
    causes = tuple("abcd")
    found = [
        Move("=p", result(3.0), result(1.5), causes),
        Move("q", None, result(3.0), ("new",)),
        Move("r", result(None, status="needs_person"), result(3.0), ("r", "s")),
    ]
    lines = [line.replace("│", "┃").split("┃") for line in shown(found, 3).split("\n")]
    cells = [[cell.strip() for cell in line[1:6]] for line in lines if len(line) > 5]
    assert ["Submission", "Before", "After", "Change", "Why"] in cells
    assert ["q", "-", "3", "", "new"] in cells and ["r", "needs_person", "3", "", "r"] in cells
    assert any(line[1:4] == ["3", "1.5", "-1.5"] for line in cells)
    assert "more" not in str(cells)
    write_moves(tmp_path / "moves.csv", found)
    with open(tmp_path / "moves.csv", newline="") as file:
        assert list(csv.reader(file)) == [
            ["submission", "before", "after", "change", "why"],
            ["'=p", "3", "1.5", "-1.5", "a; b; c; d"],
            ["q", "-", "3", "", "new"],
            ["r", "needs_person", "3", "", "r; s"],
        ]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What is said of a summary, with some of its numbers given."""
    manifest = read_manifest(Path(__file__).parents[1] / "tiny")
    none: list[Result] = []

    def say(results: list[Result] = none, everybody: bool = False, **numbers: Any) -> str:
        plain = dict(submissions=9, graded=9, needs_person=0, unreadable=0, scored=9)
        more = dict(mean=None, median=None, max_score=10.0, open_points=0.0)
        summary = Summary(folder=tmp_path, **{**plain, **more, **numbers})
        monkeypatch.setattr(publishing, "published", lambda store, manifest: iter(results))
        store = cast(Store, SimpleNamespace(setting=lambda name: None))
        console = Console(file=io.StringIO(), width=400)
        show_summary(console, store, manifest, summary, everybody)
        return cast(io.StringIO, console.file).getvalue()

    return say


@pytest.mark.parametrize(
    ("numbers", "said", "unsaid"),
    [
        ({}, "9 submissions: 9 graded\n", "need"),
        ({"submissions": 1, "graded": 1}, "1 submission: 1 graded\n", "missing"),
        ({"needs_person": 1}, "9 graded, 1 needs a person\n", "unreadable"),
        ({"needs_person": 2}, "9 graded, 2 need a person\n", "wait for"),
        ({"unreadable": 3}, "9 graded, 3 unreadable\n", "person"),
        ({"missing": 4}, "9 graded, 4 missing\n", "person"),
        ({"mean": 0.0, "median": 7.125}, "; mean 0, median 7.12 of 10\n", "late"),
        ({"open_points": 2.5}, "2.5 points in all wait for a person: autograder mark ", "late"),
        ({"late_unknown": 2}, "nobody knows how late: 2. Nothing", "Handed in at"),
        ({"time_unknown": 3}, "at a time that nobody knows: 3. Nothing", "how late"),
        (
            {"gradebooks": (Filled("canvas", possible="55"),)},
            "Canvas has 55 points possible for this, and the scores are of 10:",
            "without a row",
        ),
        (
            {"gradebooks": (Filled("canvas", beside=("A", "B")),)},
            "has not one column 'Words and Stacks', so one is added. If it is one of these, name "
            "it with --column: A, B\n",
            "points possible",
        ),
        (
            {"gradebooks": (Filled("moodle", missing=("Ada",)),)},
            "1 student of this run without a row in the gradebook of Moodle: Ada\n",
            "more",
        ),
        (
            {"gradebooks": (Filled("moodle", missing=tuple("abcdefghij")),)},
            "10 students of this run without a row in the gradebook of Moodle: a, b, c, d, e, f, "
            "g, h, i, j\n",
            "more",
        ),
        (
            {"gradebooks": (Filled("moodle", missing=tuple("abcdefghijkl")),)},
            "h, i, j and 2 more\n",
            "points possible",
        ),
    ],
)
def test_what_there_is_to_do_after_a_run_is_said_and_nothing_else(
    told: Any, numbers: dict[str, Any], said: str, unsaid: str
) -> None:
    whole = told(**numbers)
    assert said in whole
    assert unsaid not in whole.replace("missing from", "")
    assert "Grades: " in whole and "Partial" not in whole


def test_who_needs_attention_is_listed_to_a_number(told: Any, capsys: Any) -> None:
    people = [
        msgspec.structs.replace(result(None, status="needs_person"), submission=f"p{n:02}")
        for n in range(42)
    ]
    fine = msgspec.structs.replace(result(), submission="fine")
    assert "and 2 more of these" in told([fine, *people])
    listed = capsys.readouterr().out
    assert "p39" in listed and "p40" not in listed and "fine" not in listed
    assert "more of these" not in told([fine, *people[:40]])
    capsys.readouterr()
    told([fine], everybody=True)
    assert "fine" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("progress", "seconds", "said"),
    [
        (Progress(0, 0, 0), 10.0, ""),
        (Progress(5, 0, 0), 10.0, ""),
        (Progress(5, 5, 0), 0.0, ""),
        (Progress(5, 5, 0), 10.0, "30 a minute, 30 s left"),
        (Progress(10, 2, 0), 10.0, "12 a minute, 50 s left"),
        (Progress(5, 5, 3), 60.0, "5 a minute, 3 min left, 3 to run again alone"),
        (Progress(5, 5, 0), 1300.0, "0 a minute, 1 h 5 min left"),
        (Progress(20, 20, 0), 10.0, "120 a minute"),
    ],
)
def test_pace_and_time_left_are_those_of_this_run(
    progress: Progress, seconds: float, said: str
) -> None:
    assert class_run._pace(progress, 20, seconds) == said


def test_a_command_says_what_was_given_and_can_be_typed() -> None:
    given = {
        "": Path("my class"),
        "only": None,
        "jobs": None,
        "seed": 3,
        "column": "",
        "gradescope": True,
        "fresh": False,
        "table": [Path("a b.csv"), Path("c.csv")],
    }
    assert command_line(given) == (
        "autograder grade 'my class' --seed 3 --gradescope --table 'a b.csv' --table c.csv"
    )
