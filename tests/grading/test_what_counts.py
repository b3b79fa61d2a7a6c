"""What would be lost if a condition flipped where grades are made.

Points for code that does nothing, points of somebody who is right, a word on where to begin, an
extension of the due date.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import msgspec
import pytest

from autograder.assignment.load import Assignment
from autograder.assignment.manifest import Manifest, read_manifest
from autograder.assignment.manifest_records import Exercise
from autograder.grading.carried_errors import _without_circles, carried_notes
from autograder.grading.lifeless import is_lifeless
from autograder.grading.result_records import CheckResult, Result
from autograder.isolation.tiers import Tier
from autograder.kit import Submission, Verdict
from autograder.kit.signs import Sign
from autograder.platforms.grade_one import Graded, _with_due_date


def check(name: str, *carried: str) -> CheckResult:
    return CheckResult(
        name=name, title=name, public=True, points=1, score=1, outcome="passed", carried=carried
    )


@pytest.mark.parametrize(
    ("carried", "waiting", "told"),
    [
        ([()], (), []),
        (
            [("length",), ()],
            (),
            ["repair length first: this exercise calls it and was judged as if it were right"],
        ),
        ([("length",), ("norm", "length")], (), ["repair length and norm first: "]),
        (
            [()],
            ("unit",),
            ["repair this exercise first: unit was judged as if it were right, and loses nothing"],
        ),
        ([()], ("unit", "angle"), ["repair this exercise first: unit and angle was"]),
        ([("length",)], ("angle",), ["repair length first: ", "repair this exercise first: angle"]),
    ],
)
def test_where_to_begin_is_told_on_both_pages(
    carried: list[tuple[str, ...]], waiting: tuple[str, ...], told: list[str]
) -> None:
    results = [check(f"c{number}", *names) for number, names in enumerate(carried)]
    notes = list(carried_notes(results, waiting))
    assert len(notes) == len(told)
    assert all(note.startswith(start) for note, start in zip(notes, told, strict=True)), notes


@pytest.mark.parametrize(
    ("count", "told"), [(1, "so 1 check passes here"), (2, "so 2 checks pass here")]
)
def test_how_many_checks_pass_by_it_is_counted(count: int, told: str) -> None:
    results = [check("own"), *(check(f"c{number}", "length") for number in range(count))]
    (note,) = carried_notes(results, ())
    assert told in note and note.endswith("no points are lost twice")


NOBODY = Submission(lambda *question: None)
ALIVE = [Sign("f", "1", "a", False), Sign("f", "2", "b", False)]
DEAD = [Sign("f", "1", "a", False), Sign("f", "2", "a", False)]


def verdict(outcome: str, signs: list[Sign]) -> Verdict:
    made = Verdict(outcome, "public", "hidden", NOBODY)
    made.signs = signs
    return made


@pytest.mark.parametrize(
    ("kind", "outcomes", "asked", "signs", "counts"),
    [
        ("code", {"a": "passed", "b": "failed"}, "ab", DEAD, False),
        ("code", {"a": "passed", "b": "raised"}, "ab", [], False),
        ("code", {"a": "passed", "b": "failed"}, "ab", ALIVE, True),
        ("code", {"a": "passed", "b": "passed"}, "ab", DEAD, True),  # right, whatever it looks like
        ("code", {"a": "passed", "b": "failed"}, "abc", DEAD, True),  # not all was asked
        ("data", {"a": "passed", "b": "failed"}, "ab", DEAD, True),
    ],
    ids=["dead", "silent", "alive", "right", "asked in part", "data"],
)
def test_what_holds_for_code_that_does_nothing_pays_nothing(
    kind: str, outcomes: dict[str, str], asked: str, signs: list[Sign], counts: bool
) -> None:
    exercise = cast(Exercise, SimpleNamespace(kind=kind))
    checks = [SimpleNamespace(name=name) for name in asked]
    assignment = cast(Assignment, SimpleNamespace(checks_of=lambda made: checks))
    verdicts = {name: verdict(outcome, signs) for name, outcome in outcomes.items()}
    assert is_lifeless(assignment, exercise, verdicts) is not counts


DUE = datetime.datetime(2026, 2, 16, 23, 59, tzinfo=datetime.timezone.utc)
HOUR = datetime.timedelta(hours=1)


@pytest.mark.parametrize(
    ("own", "known", "counts"),
    [
        (None, None, None),
        (DUE, None, DUE),
        (None, DUE, DUE),
        (DUE, DUE - HOUR, DUE),
        (DUE, DUE, DUE),
        (DUE, DUE + HOUR, DUE + HOUR),
    ],
    ids=["none", "own", "the platform's", "later own", "equal", "extension"],
)
def test_the_later_due_date_counts_and_nothing_else_of_the_manifest_changes(
    own: datetime.datetime | None,
    known: datetime.datetime | None,
    counts: datetime.datetime | None,
) -> None:
    made = read_manifest(Path(__file__).parents[1] / "tiny")
    about = msgspec.structs.replace(made.assignment, due=own)
    before = msgspec.structs.replace(made, assignment=about)
    after = _with_due_date(before, known)
    expected = msgspec.structs.replace(about, due=counts)
    assert after == msgspec.structs.replace(before, assignment=expected)


@pytest.mark.parametrize(
    ("score", "final", "told"),
    [
        (None, None, "no score"),
        (4.0, 3.0, "3 points"),
        (1.0, None, "no score"),
        (0.0, 0.0, "0 points"),
    ],
)
def test_staff_read_the_final_score_and_every_hole(
    score: float | None, final: float | None, told: str
) -> None:
    result = Result(
        submission="Ada",
        status="graded",
        score=score,
        final_score=final,
        max_score=10,
        seconds=1,
        seed=1,
        assignment="a",
        version="1",
        isolation=(),
        log="",
    )
    tier = Tier("T3", ("one", "two"), "there is no more", holes=("can see this", "can see that"))
    lines = Graded(result, cast(Manifest, None), tier).report.splitlines()
    assert lines == [
        f"Graded behind the boundary: {told}, isolation T3 (one, two): there is no more.",
        "A hostile submission can see this.",
        "A hostile submission can see that.",
    ]


@pytest.mark.parametrize(
    ("leans", "kept"),
    [
        ({"a": "b"}, "a"),
        ({"a": "b", "b": "c"}, "ab"),
        ({"a": "b", "b": "a"}, ""),
        ({"a": "b", "b": "c", "c": "a"}, ""),
        ({"a": "bc", "b": "a"}, ""),
        ({"a": "b", "b": "c", "c": "b"}, "a"),
        ({"a": "b", "c": "d", "d": "c"}, "a"),
    ],
    ids=str,
)
def test_in_a_circle_somebody_has_to_do_the_work(leans: dict[str, str], kept: str) -> None:
    carried = {
        name: {"check": (tuple(helpers), verdict("passed", []))} for name, helpers in leans.items()
    }
    assert _without_circles(carried) == {name: carried[name] for name in kept}
