"""What stands above all tests, which students see before hidden checks are published."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from autograder.assignment.manifest import read_manifest
from autograder.grading.result_records import (
    CheckResult,
    Diagnosis,
    ExerciseResult,
    Late,
    Result,
)
from autograder.platforms.check_results import Undecided, check_results
from autograder.publish.safe_names import grading_id

SOLUTIONS = Path(__file__).parents[2] / "solutions" / "t6"


def overview(*exercises: ExerciseResult, score: float) -> str:
    """The text above all tests of a result with these exercises."""
    result = Result(
        submission="ada",
        status="graded",
        score=score,
        max_score=100.0,
        open_points=sum(made.open_points for made in exercises),
        seconds=1.0,
        seed=1,
        assignment="3fa9c1d2" * 8,
        version="1.0.0",
        isolation=(),
        log="",
        exercises=exercises,
    )
    told: str = check_results(result, read_manifest(SOLUTIONS))["output"]
    return told


def exercise(name: str, tier: str = "core", open_points: float = 0.0) -> ExerciseResult:
    """An exercise with one check that passed."""
    check = CheckResult(
        name=f"test_{name}", title=name, public=True, points=2.0, score=2.0, outcome="passed"
    )
    return ExerciseResult(
        name=name,
        tier=tier,
        score=2.0,
        max_score=2.0 + open_points,
        checks=(check,),
        open_points=open_points,
    )


@pytest.mark.parametrize("score", [50.0, 100.0])
def test_open_points_promise_nothing_beyond_the_cap_and_do_not_tell_the_score(
    score: float,
) -> None:
    told = overview(
        exercise("findings", open_points=4.0), exercise("shift_augment", "bonus"), score=score
    )
    assert (
        "A person can still give 4 more points. These and bonus points count up to 100 points in "
        "all; they cannot raise a total that is there."
    ) in told
    assert told.count("100") == 1


def test_open_points_without_bonus_are_promised() -> None:
    told = overview(exercise("findings", open_points=1.0), score=50.0)
    assert "A person can still give 1 more point.\n" in told
    assert "in all" not in told


def made_of(*checks: CheckResult, **more: object) -> Result:
    """A late result of one exercise with these checks."""
    values: dict[str, object] = {
        "status": "graded",
        "score": 2.0,
        "final_score": 1.8,
        "late": Late(days=1, percent=10.0),
        "exercises": (
            ExerciseResult(
                name="Adam",
                tier="core",
                score=2.0,
                max_score=6.0,
                checks=checks,
                notes=("`Adam` of a.py counts",),
            ),
        ),
        **more,
    }
    return Result(
        submission="ada",
        max_score=100.0,
        seconds=1.2,
        seed=1,
        assignment="3fa9c1d2" * 8,
        version="1.0.0",
        isolation=("bubblewrap", "seccomp"),
        log="",
        notes=("a.py: odd",),
        **values,
    )


MISTAKE = Diagnosis(kind="mistake", name="No bias correction", explanation="It starts at zero.")
OTHER = Diagnosis(kind="convention", name="Epsilon inside", explanation="As Keras has it.")
PASSED = CheckResult(
    name="one", title="one step", public=True, points=2.0, score=2.0, outcome="passed",
    diagnosis=OTHER,
)  # fmt: skip
FAILED = CheckResult(
    name="two", title="two steps", public=False, points=2.0, score=0.0, outcome="failed",
    message="the values are off", hint="Print t.", diagnosis=MISTAKE, staff="expected 3",
)  # fmt: skip
RAISED = CheckResult(
    name="three", title="three steps", public=True, points=2.0, score=0.0, outcome="raised",
    message="your code raised ValueError", asked="Adam()", staff="expected 3",
)  # fmt: skip


def test_the_whole_report_is_as_documented() -> None:
    result = made_of(PASSED, FAILED, RAISED)
    told = check_results(result, read_manifest(SOLUTIONS))
    schema = Path(__file__).parents[1] / "gradescope-results.schema.json"
    jsonschema.validate(told, json.loads(schema.read_text(encoding="utf-8")))
    overview = told.pop("output").split("\n")
    assert overview[:3] == [
        "It was handed in late, 1 day begun after the deadline: 10 % of the score is taken off.",
        "Note: a.py: odd",
        "Note on Adam: `Adam` of a.py counts",
    ]
    assert overview[3] == f"Grading id: {grading_id(result)}" and len(overview) == 4
    assert told.pop("tests") == [
        {
            "number": "1.1",
            "name": "Adam: one step",
            "score": 2.0,
            "max_score": 2.0,
            "status": "passed",
            "visibility": "visible",
            "output": "Another convention, accepted: Epsilon inside. As Keras has it.",
            "tags": ["Adam", "core", "public"],
        },
        {
            "number": "1.2",
            "name": "Adam: two steps",
            "score": 0.0,
            "max_score": 2.0,
            "status": "failed",
            "visibility": "after_published",
            "output": "Not yet\nWhat came back: the values are off\n"
            "No bias correction. It starts at zero.\nHint: Print t.",
            "tags": ["Adam", "core", "hidden"],
        },
        {
            "number": "1.3",
            "name": "Adam: three steps",
            "score": 0.0,
            "max_score": 2.0,
            "status": "failed",
            "visibility": "visible",
            "output": "Not yet: your code raised an exception\nWhat was asked:\nAdam()\n"
            "What came back: your code raised ValueError\nHint: Run it with small arguments of "
            "your own: Python shows how it came to that.",
            "tags": ["Adam", "core", "public"],
        },
    ]
    assert told == {
        "score": 1.8,
        "execution_time": 2,
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "stdout_visibility": "hidden",
        "extra_data": {
            "assignment": "3fa9c1d2" * 8,
            "version": "1.0.0",
            "isolation": ["bubblewrap", "seccomp"],
            "hidden_details": True,
        },
    }


@pytest.mark.parametrize(("limit", "first"), [(1, "the first submission of"), (5, "5 submissions")])
def test_without_details_only_failed_hidden_checks_say_nothing(limit: int, first: str) -> None:
    manifest, result = read_manifest(SOLUTIONS), made_of(PASSED, FAILED, RAISED)
    full = [test["output"] for test in check_results(result, manifest)["tests"]]
    told = check_results(result, manifest, False, limit)
    short = [test["output"] for test in told["tests"]]
    assert (short[0], short[2]) == (full[0], full[2])
    assert first in short[1] and "values" not in short[1] and "Print" not in short[1]
    assert told["extra_data"]["hidden_details"] is False
    hidden = msgspec.structs.replace(PASSED, public=False)
    (test,) = check_results(made_of(hidden), manifest, False, limit)["tests"]
    assert test["output"] == full[0]


def test_the_grader_s_own_failure_gives_no_report_and_an_unreadable_file_gives_nothing() -> None:
    manifest = read_manifest(SOLUTIONS)
    for reason in ("the sandbox is gone", ""):
        with pytest.raises(Undecided, match=reason or "some checks could not be asked"):
            check_results(made_of(status="needs_person", reason=reason), manifest)
    unreadable = {"score": None, "final_score": None, "exercises": (), "late": None}
    broken = made_of(status="unreadable", reason="the zip is damaged", **unreadable)
    told = check_results(broken, manifest)
    assert told["score"] == 0.0 and told["tests"] == []
    assert "could not be graded: the zip is damaged. Mend it" in told["output"]


@pytest.mark.parametrize(
    ("late", "told"),
    [
        (None, ""),
        (Late(days=None, percent=0.0), ""),
        (Late(days=2, percent=0.0), ""),
        (Late(days=2, percent=7.5), "2 days begun after the deadline: 7.5 % of the score"),
    ],
)
def test_only_lateness_that_costs_something_is_told(late: Late | None, told: str) -> None:
    output = check_results(made_of(PASSED, late=late), read_manifest(SOLUTIONS))["output"]
    assert told in output and ("late" in output) == bool(told)


def test_bonus_alone_is_told_up_to_the_cap() -> None:
    told = overview(exercise("Adam"), exercise("shift_augment", "bonus"), score=4.0)
    assert "Bonus points count on top, up to 100 points in all.\n" in told
    assert "person" not in told
    assert "on top" not in overview(exercise("Adam"), score=2.0)
