"""What stands above all tests, which students see before hidden checks are published."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.assignment.manifest import read_manifest
from autograder.front.check_results import check_results
from autograder.grading.result_records import CheckResult, ExerciseResult, Result

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
