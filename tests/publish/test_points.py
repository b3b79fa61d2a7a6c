"""Points from a check's outcome to what leaves: nobody gains or loses one that nobody decided."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.assignment.points import exact, scale_for, total
from autograder.assignment.wording import amount
from autograder.grading.marks import Mark
from autograder.grading.result_records import ExerciseResult, Result, from_json, to_json
from autograder.grading.settling import settle
from autograder.platforms.check_results import Undecided, check_results
from autograder.publish.feedback import feedback_markdown
from autograder.publish.gradescope_results import gradescope_report
from autograder.publish.page import arrange
from autograder.publish.results import grade_header, grade_row

from .drawn import Drawn, drawn

quick = settings(max_examples=60, deadline=None)


def step(one: Drawn) -> Fraction:
    return Fraction(1, 10**one.manifest.scale.places)


def kept(one: Drawn, exercise: ExerciseResult) -> list[Any]:
    """Its checks that count: the last ones cannot all go."""
    left = [check for check in exercise.checks if check.name not in one.dropped]
    return left or list(exercise.checks)


def row(one: Drawn) -> dict[str, str]:
    cells = grade_row(one.settled, one.manifest)
    return dict(zip(grade_header(one.manifest), cells, strict=True))


@quick
@given(drawn())
def test_where_nobody_decided_there_is_no_number_anywhere(one: Drawn) -> None:
    result = one.settled
    open_to = {
        made.name
        for made in one.raw.exercises
        if any(check.outcome == "infrastructure" for check in kept(one, made))
        and one.last(made.name, "instead") is None
    }
    assert {made.name for made in result.exercises if made.score is None} == open_to
    whole = one.last("", "instead")
    undecided = whole is None and bool(open_to or one.raw.status == "unreadable")
    assert (result.score is None) == (result.final_score is None) == undecided
    assert (result.status == "graded") == (not undecided)
    cells = row(one)
    assert all((cells[made.name] == "") == (made.name in open_to) for made in result.exercises)
    assert (cells["score"] == "") == (cells["final_score"] == "") == undecided
    report = msgspec.to_builtins(gradescope_report(result, one.manifest))
    assert ("score" in report) == (not undecided)
    scored = {case["name"].removesuffix(" (bonus)") for case in report["tests"] if "score" in case}
    assert scored == {made.name for made in result.exercises} - open_to
    told = feedback_markdown(result, one.manifest)
    assert ("**No score yet.**" in told) == undecided
    if undecided and one.raw.status != "unreadable":
        with pytest.raises(Undecided):
            check_results(result, one.manifest)


@quick
@given(drawn())
def test_every_score_is_between_nothing_and_its_maximum(one: Drawn) -> None:
    result = one.settled
    for made in result.exercises:
        assert made.score is None or 0 <= made.score <= made.max_score
        assert 0 <= made.open_points <= made.max_score
        assert all(0 <= (check.score or 0) <= check.points for check in made.checks)
    if result.score is not None and result.final_score is not None:
        assert 0 <= result.final_score <= result.score <= result.max_score
    assert result.open_points == total(made.open_points for made in result.exercises) * (
        one.last("", "instead") is None
    )


@quick
@given(drawn())
def test_instead_beats_everything(one: Drawn) -> None:
    result = one.settled
    for made in result.exercises:
        mark = one.last(made.name, "instead")
        if mark is not None:
            expected = min(one.manifest.scale.nearest(mark.points), made.max_score)
            assert (made.score, made.open_points) == (expected, 0)
    whole = one.last("", "instead")
    if whole is not None:
        assert result.score == min(one.manifest.scale.nearest(whole.points), result.max_score)
        assert (result.status, result.open_points) == ("graded", 0)
        assert not arrange(result, one.manifest).can_rise


@quick
@given(drawn(faulty=False))
def test_points_are_those_of_exact_arithmetic(one: Drawn) -> None:
    """Shares of a check's weight, of a person's marks, capped: within a step a check."""
    sums = Fraction(0)
    for made, after in zip(one.raw.exercises, one.settled.exercises, strict=True):
        exercise = one.manifest.exercise(made.name)
        checks = kept(one, made)
        machine = exact(exercise.points) - exact(exercise.manual_points)
        if exercise.tier == "core":
            core = [e for e in one.manifest.enabled_exercises if e.tier == "core"]
            machine *= exact(one.manifest.assignment.total_points)
            machine /= sum(exact(e.points) for e in core)
        weight = sum(exact(check.weight) for check in checks)
        earned = sum((exact(c.weight) * exact(c.share) for c in checks), Fraction(0))
        score = machine * earned / weight if checks else Fraction(0)
        for kind in ("open", "added"):
            mark = one.last(made.name, kind)  # type: ignore[arg-type]
            score += exact(mark.points) if mark else 0
        if (instead := one.last(made.name, "instead")) is not None:
            score = exact(instead.points)
        score = min(max(score, Fraction(0)), exact(made.max_score))
        assert after.score is not None
        assert abs(exact(after.score) - score) <= step(one) * (len(checks) + 3)
        sums += exact(after.score)
    result = one.settled
    if result.status == "graded" and one.last("", "instead") is None:
        assert result.uncapped_score == float(sums)
        assert result.score == min(float(sums), result.max_score)


@quick
@given(drawn(faulty=False, decided=False), st.data())
def test_a_fault_of_the_grader_costs_nobody_a_point(one: Drawn, data: st.DataObject) -> None:
    """Checks that could not be asked leave their points to the others once they are dropped."""
    names = [check.name for made in one.raw.exercises for check in made.checks]
    lost = frozenset(data.draw(st.lists(st.sampled_from(names))) if names else [])

    def faulty(made: ExerciseResult) -> ExerciseResult:
        more = {"outcome": "infrastructure", "score": None, "share": None}
        checks = tuple(
            msgspec.structs.replace(check, **more) if check.name in lost else check
            for check in made.checks
        )
        undecided = any(check.score is None for check in checks)
        return msgspec.structs.replace(made, checks=checks, score=None if undecided else made.score)

    broken = settle(
        msgspec.structs.replace(one.raw, exercises=tuple(map(faulty, one.raw.exercises))),
        one.manifest,
    )
    for before, after in zip(one.raw.exercises, broken.exercises, strict=True):
        hit = any(check.name in lost for check in before.checks)
        assert after.score == (None if hit else before.score)
    assert (broken.score is None) == (bool(lost) or one.raw.status == "unreadable")
    gone = settle(broken, one.manifest, dropped=lost)
    for before, after in zip(one.raw.exercises, gone.exercises, strict=True):
        if all(check.share == 1 for check in before.checks if check.name not in lost):
            whole = all(check.name in lost for check in before.checks) and before.checks
            machine = total(check.points for check in before.checks)
            assert after.score == (None if whole else machine)


@quick
@given(drawn(faulty=False, decided=False), st.data())
def test_a_dropped_check_moves_nobody_who_passed_everything_and_not_the_maximum(
    one: Drawn, data: st.DataObject
) -> None:
    names = [check.name for made in one.raw.exercises for check in made.checks]
    dropped = frozenset(data.draw(st.lists(st.sampled_from(names))) if names else [])
    after = settle(one.raw, one.manifest, dropped=dropped)
    for old, new in zip(one.raw.exercises, after.exercises, strict=True):
        assert new.max_score == old.max_score
        machine = total(check.points for check in old.checks)
        assert total(check.points for check in new.checks) == machine
        if all(check.share == 1 for check in old.checks):
            assert new.score == old.score == machine
        if not any(check.share for check in old.checks):
            assert new.score == old.score == 0
        untouched = not any(check.name in dropped for check in old.checks)
        assert not untouched or new == old
    back = settle(one.raw, one.manifest)
    assert back == one.raw


def shown(text: str) -> Decimal:
    return Decimal(re.sub(r"[^0-9.].*", "", text))


@quick
@given(drawn())
def test_what_is_shown_adds_up_to_the_total_that_is_shown(one: Drawn) -> None:
    result = one.settled
    page = arrange(result, one.manifest)
    if not page.score or one.last("", "instead") is not None:
        return
    sections = sum((shown(section.score) for section in page.sections), Decimal(0))
    assert result.uncapped_score is not None and result.final_score is not None
    assert sections == Decimal(amount(result.uncapped_score))
    told = feedback_markdown(result, one.manifest)
    assert f"**{amount(result.final_score)} of {amount(result.max_score)} points" in told
    if sections > Decimal(page.maximum):
        assert f"Your exercises come to {amount(result.uncapped_score)} point" in told
        assert amount(result.score or 0.0) == page.maximum
    else:
        assert "exercises come to" not in told
        assert Decimal(amount(result.score or 0.0)) == sections
    cells = row(one)
    parts = [Decimal(cells[made.name]) for made in result.exercises]
    assert sum(parts, Decimal(0)) == Decimal(cells["uncapped_score"]) == sections
    assert cells["final_score"] == page.score
    for made, section in zip(result.exercises, page.sections, strict=True):
        missed = sum((shown(finding.worth) for finding in section.findings), Decimal(0))
        decided = not {m.exercise for m in one.marks} & {made.name}
        passed = total(check.score or 0.0 for check in made.checks)
        assert not decided or Decimal(section.score) == Decimal(amount(passed))
        full = all(check.share in (0, 1) for check in made.checks)
        worth = total(check.points for check in made.checks)
        assert not full or missed + Decimal(amount(passed)) == Decimal(amount(worth))


@quick
@given(drawn())
def test_platforms_get_the_score_that_counts(one: Drawn) -> None:
    result = one.settled
    report = msgspec.to_builtins(gradescope_report(result, one.manifest))
    assert report.get("score") == result.final_score
    assert [case.get("score") for case in report["tests"]] == [
        made.score for made in result.exercises
    ]
    if result.status == "graded":
        told = check_results(result, one.manifest)
        assert told["score"] == result.final_score
        checks = [check for made in result.exercises for check in made.checks]
        assert [test["score"] for test in told["tests"]] == [check.score for check in checks]


@quick
@given(drawn())
def test_what_can_still_rise_is_what_a_person_can_give(one: Drawn) -> None:
    """Giving every open point leads to the score that the page promised."""
    result = one.settled
    page = arrange(result, one.manifest)
    if not page.rises_to:
        return
    full = [
        Mark(
            submission="Ada",
            exercise=made.name,
            counts_as="open",
            points=made.open_points,
            author="T",
            reason="",
            date=datetime.date(2026, 3, 1),
        )
        for made in result.exercises
        if made.open_points
    ]
    best = settle(one.raw, one.manifest, [*one.marks, *full], one.dropped)
    assert best.open_points == 0
    if not any(mark.counts_as == "added" for mark in one.marks):
        assert best.final_score is not None and amount(best.final_score) == page.rises_to


@quick
@given(drawn())
def test_a_result_is_the_same_after_it_was_stored(one: Drawn) -> None:
    def stored(result: Result) -> Result:
        return from_json(to_json(result))

    assert stored(one.settled) == one.settled
    assert settle(stored(one.raw), one.manifest, one.marks, one.dropped) == one.settled


@given(
    whole=st.integers(0, 10**7).map(lambda n: n / 1000),
    weights=st.lists(st.floats(0, 100), min_size=1, max_size=12),
    places=st.integers(2, 6),
)
def test_parts_add_up_and_none_is_a_step_off(
    whole: float, weights: list[float], places: int
) -> None:
    scale = scale_for(100.0, [10.0**-places])
    parts = scale.split(whole, weights)
    assert total(parts) == scale.nearest(whole)
    even = not any(weights)
    everything = sum(map(exact, weights)) or len(weights)
    for part, weight in zip(parts, weights, strict=True):
        due = exact(scale.nearest(whole)) * (1 if even else exact(weight)) / everything
        assert abs(exact(part) - due) < Fraction(1, 10**places)


@pytest.mark.parametrize(
    ("most", "numbers", "places"),
    [
        (100, (), 2),
        (1000, (), 2),
        (99, (), 3),
        (10, (), 3),
        (1, (), 4),
        (0.001, (), 6),
        (100, (2.125,), 3),
        (100, (1 / 3,), 6),
    ],
)
def test_a_total_has_ten_thousand_steps(
    most: float, numbers: tuple[float, ...], places: int
) -> None:
    assert scale_for(most, numbers).places == places


def test_half_a_step_counts_up() -> None:
    scale = scale_for(100.0)
    assert (scale.nearest(0.125), scale.nearest(0.135), scale.nearest(1.005)) == (0.13, 0.14, 1.01)
    assert scale.less(0.5, 1.0) == 0.5
    assert scale.part(1.67, 0.5) == 0.84
