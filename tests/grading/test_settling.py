"""What counts in the end: dropped checks, a person's marks, being late."""

import datetime
from pathlib import Path

import msgspec
import pytest

from autograder.assignment.manifest import Late, read_manifest
from autograder.grading.marks import Mark
from autograder.grading.result_records import CheckResult, ExerciseResult, Result
from autograder.grading.settling import lateness, settle, time_known
from autograder.intake.people import Student

DUE = datetime.datetime(2026, 2, 16, 23, 59, tzinfo=datetime.timezone.utc)


@pytest.fixture(scope="module")
def manifest():
    made = read_manifest(Path(__file__).parent.parent / "tiny")
    about = msgspec.structs.replace(made.assignment, due=DUE)
    late = Late(grace_minutes=30, percent_per_day=10, cap_percent=50)
    return msgspec.structs.replace(made, assignment=about, late=late)


def check(name, points, score):
    outcome = "infrastructure" if score is None else "passed" if score else "failed"
    return CheckResult(
        name=name, title=name, public=False, points=points, score=score, outcome=outcome
    )


def made(*exercises, **more):
    scores = [one.score for one in exercises]
    values = {
        "submission": "anna",
        "status": "needs_person" if None in scores else "graded",
        "score": None if None in scores else sum(scores),
        "max_score": 10.0,
        "seconds": 1.0,
        "seed": 1,
        "assignment": "a",
        "version": "1",
        "isolation": (),
        "log": "",
        "exercises": exercises,
        "open_points": sum(one.open_points for one in exercises),
    }
    return Result(**{**values, **more})


def exercise(name, *checks, opened=0.0):
    scores = [one.score for one in checks]
    return ExerciseResult(
        name=name,
        tier="core",
        score=None if None in scores else sum(scores),
        max_score=sum(one.points for one in checks) + opened,
        checks=checks,
        open_points=opened,
    )


def mark(exercise, counts_as, points, reason="well argued"):
    day = datetime.date(2026, 3, 1)
    return Mark(
        submission="anna",
        exercise=exercise,
        counts_as=counts_as,
        points=points,
        author="tutor",
        reason=reason,
        date=day,
    )


TWO = (
    exercise("a", check("a1", 3.0, 3.0), check("a2", 3.0, 0.0)),
    exercise("b", check("b1", 4, 4)),
)


def test_without_decisions_the_score_stays_and_is_final(manifest):
    result = settle(made(*TWO), manifest)
    assert (result.score, result.final_score, result.status) == (7.0, 7.0, "graded")
    assert result.exercises == TWO


def test_a_dropped_check_leaves_its_points_to_the_others(manifest):
    result = settle(made(*TWO), manifest, dropped=["a2"])
    first = result.exercises[0]
    assert [(one.name, one.points, one.score) for one in first.checks] == [("a1", 6.0, 6.0)]
    assert (first.score, first.max_score, result.score) == (6.0, 6.0, 10.0)
    assert "withdrawn and counts for nobody" in first.notes[-1]
    assert settle(made(*TWO), manifest, dropped=["a1"]).score == 4.0


def test_the_only_check_of_an_exercise_cannot_go(manifest):
    assert settle(made(*TWO), manifest, dropped=["b1"]).exercises[1] == TWO[1]


def test_dropping_what_the_grader_could_not_ask_decides_the_rest(manifest):
    broken = exercise("a", check("a1", 3.0, 3.0), check("a2", 3.0, None))
    result = settle(made(broken, TWO[1]), manifest, dropped=["a2"])
    assert (result.status, result.score) == ("graded", 10.0)


def test_a_mark_closes_open_points(manifest):
    reflection = exercise("a", check("a1", 3.0, 3.0), opened=3.0)
    result = settle(made(reflection, TWO[1]), manifest, [mark("a", "open", 2.5)])
    assert (result.score, result.open_points) == (9.5, 0.0)
    assert result.exercises[0].notes == ("a person gave 2.5 of 3 points: well argued",)
    assert [given.author for given in result.marks] == ["tutor"]


def test_the_last_mark_of_a_kind_counts(manifest):
    reflection = exercise("a", check("a1", 3.0, 3.0), opened=3.0)
    marks = [mark("a", "open", 1), mark("a", "open", 3), mark("b", "added", -1)]
    assert settle(made(reflection, TWO[1]), manifest, marks).score == 9.0


def test_an_appeal_adds_points_up_to_the_maximum(manifest):
    assert settle(made(*TWO), manifest, [mark("a", "added", 1.5)]).score == 8.5
    assert settle(made(*TWO), manifest, [mark("a", "added", 99)]).score == 10.0
    assert settle(made(*TWO), manifest, [mark("a", "added", -99)]).score == 4.0


def test_a_person_decides_what_the_grader_could_not(manifest):
    broken = exercise("a", check("a1", 6.0, None))
    assert settle(made(broken, TWO[1]), manifest).status == "needs_person"
    result = settle(made(broken, TWO[1]), manifest, [mark("a", "instead", 5)])
    assert (result.status, result.score) == ("graded", 9.0)


def test_a_person_gives_an_unreadable_submission_its_score(manifest):
    unread = made(status="unreadable", score=None)
    assert settle(unread, manifest).final_score is None
    result = settle(unread, manifest, [mark("", "instead", 6)])
    assert (result.status, result.score, result.final_score) == ("graded", 6.0, 6.0)


@pytest.mark.parametrize(
    ("minutes", "days", "percent"),
    [
        (-600, None, None),
        (0, None, None),
        (30, None, None),
        (31, 1, 10),
        (30 + 24 * 60, 1, 10),
        (31 + 24 * 60, 2, 20),
        (20 * 24 * 60, 20, 50),
    ],
)
def test_each_day_begun_after_the_grace_costs_up_to_the_cap(manifest, minutes, days, percent):
    student = Student(name="Ada", submitted=DUE + datetime.timedelta(minutes=minutes))
    late = lateness(student, manifest)
    assert (late and late.days, late and late.percent) == (days, percent)
    result = settle(made(*TWO, student=student), manifest)
    assert result.score == 7.0
    assert result.final_score == pytest.approx(7.0 * (1 - (percent or 0) / 100))


def test_a_time_without_a_zone_is_read_in_that_of_the_deadline(manifest):
    local = datetime.datetime(2026, 2, 17, 0, 30)
    assert lateness(Student(name="Ada", submitted=local), manifest).days == 1


ZONES = (0, -5 * 60, 5 * 60 + 30)


@pytest.mark.parametrize("of_due", ZONES)
@pytest.mark.parametrize("of_student", [*ZONES, None])
@pytest.mark.parametrize(
    ("minutes", "days"), [(-1, None), (0, None), (1, 1), (24 * 60, 1), (24 * 60 + 1, 2)]
)
def test_a_minute_before_and_after_the_deadline_in_any_zone(
    manifest, of_due, of_student, minutes, days
):
    """What counts is the moment; a time without a zone is in that of the deadline."""
    zone = datetime.timezone(datetime.timedelta(minutes=of_due))
    due = datetime.datetime(2026, 2, 28, 23, 59, tzinfo=zone)
    about = msgspec.structs.replace(manifest.assignment, due=due)
    policy = Late(percent_per_day=10)
    strict = msgspec.structs.replace(manifest, assignment=about, late=policy)
    moment = due + datetime.timedelta(minutes=minutes)
    if of_student is None:
        moment = moment.replace(tzinfo=None)
    else:
        moment = moment.astimezone(datetime.timezone(datetime.timedelta(minutes=of_student)))
    student = Student(name="Ada", submitted=moment)
    late = lateness(student, strict)
    assert (late and late.days) == days
    result = settle(made(*TWO, student=student), strict)
    assert (result.score, result.final_score) == (7.0, 7.0 - 0.7 * (days or 0))


def test_a_second_after_the_grace_is_late_and_before_it_is_not(manifest):
    end = DUE + datetime.timedelta(minutes=30)
    for seconds, days in ((-1, None), (0, None), (1, 1)):
        student = Student(name="Ada", submitted=end + datetime.timedelta(seconds=seconds))
        late = lateness(student, manifest)
        assert (late and late.days) == days


def test_days_that_a_person_entered_count_before_any_time(manifest):
    in_time = DUE - datetime.timedelta(days=1)
    late = lateness(Student(name="Ada", submitted=in_time, days_late=2), manifest)
    assert (late.days, late.percent) == (2, 20)
    after = DUE + datetime.timedelta(days=3)
    assert lateness(Student(name="Ada", submitted=after, late=True, days_late=0), manifest) is None


def test_without_a_policy_lateness_is_told_and_costs_nothing(manifest):
    free = msgspec.structs.replace(manifest, late=None)
    student = Student(name="Ada", submitted=DUE + datetime.timedelta(minutes=1))
    late = lateness(student, free)
    assert (late.days, late.percent) == (1, 0)
    assert settle(made(*TWO, student=student), free).final_score == 7.0


def test_late_without_a_time_is_said_and_costs_nothing(manifest):
    late = lateness(Student(name="Ada", late=True), manifest)
    assert (late.days, late.percent) == (None, 0.0)
    assert lateness(Student(name="Ada", late=False), manifest) is None
    assert lateness(None, manifest) is None


AWARE = datetime.datetime(2026, 2, 1, tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (None, "no"),
        ({}, "no"),
        ({"days_late": 0}, "yes"),
        ({"late": False}, "yes"),
        ({"late": True}, "yes"),
        ({"submitted": AWARE}, "yes"),
        ({"submitted": AWARE.replace(tzinfo=None)}, "without a zone"),
        ({"submitted": AWARE.replace(tzinfo=None), "late": True}, "yes"),
    ],
)
def test_whether_a_time_is_known_is_said_where_being_late_costs_something(manifest, known, told):
    student = None if known is None else Student(name="Ada", **known)
    assert time_known(student, manifest) == told
    free = msgspec.structs.replace(manifest, late=Late(percent_per_day=0.0))
    undated = msgspec.structs.replace(
        manifest, assignment=msgspec.structs.replace(manifest.assignment, due=None)
    )
    without = msgspec.structs.replace(manifest, late=None)
    for other in (free, undated, without):
        assert time_known(student, other) == "not asked"


@pytest.mark.parametrize(("missing", "score"), [("zero", 0.0), ("blank", None)])
def test_who_handed_in_nothing_gets_what_the_manifest_says_or_a_person(manifest, missing, score):
    about = msgspec.structs.replace(manifest.assignment, missing=missing)
    strict = msgspec.structs.replace(manifest, assignment=about)
    absent = made(status="missing", score=None)
    result = settle(absent, strict)
    assert (result.status, result.score, result.final_score) == ("missing", score, score)
    result = settle(absent, strict, [mark("", "instead", 6)])
    assert (result.status, result.score, result.final_score) == ("graded", 6.0, 6.0)


def test_notes_say_what_people_decided(manifest):
    def notes(*marks, dropped=()):
        return settle(made(*TWO), manifest, marks, dropped).exercises[0].notes

    assert notes(mark("a", "added", 1)) == ("a person added 1 point: well argued",)
    assert notes(mark("a", "added", -1.5)) == ("a person took off 1.5 points: well argued",)
    assert notes(mark("a", "added", 0, "")) == ("a person added 0 points",)
    assert notes(mark("a", "instead", 2.345678)) == (
        "a person gave 2.346 of 6 points: well argued",
    )
    assert notes(dropped=["a2"]) == (
        "one check of this exercise was withdrawn and counts for nobody",
    )
    three = exercise("a", check("a1", 2, 2), check("a2", 2, 2), check("a3", 2, 0))
    gone = settle(made(three, TWO[1]), manifest, (), ["a2", "a3"]).exercises[0]
    assert gone.notes == ("2 checks of this exercise were withdrawn and counts for nobody",)
    whole = settle(made(*TWO), manifest, [mark("", "instead", 3)])
    assert whole.notes == ("a person gave 3 of 10 points: well argued",)
