"""The table of points at the end of a pytest run, from answers to single checks."""

import pytest

from autograder.grading.grade import shares
from autograder.grading.points_table import Answer, message, table
from autograder.grading.verdict_worth import check_result
from autograder.kit import Submission, Verdict


def answer(assignment, name, outcome="passed", handed_in=True):
    check = next(made for made in assignment.checks if made.name == name)
    exercise = assignment.manifest.exercise(check.exercise)
    verdict = Verdict(outcome, "it came back as 4", "off", Submission(lambda *question: None))
    worth = shares(assignment, exercise)[name]
    return Answer(
        folder=str(assignment.folder),
        exercise=exercise.name,
        handed_in=handed_in,
        result=check_result(assignment, check, worth, verdict),
    )


def rows(assignment, *answers):
    return [" ".join(line.split()) for line in table(assignment, answers)]


def test_every_check_asked_gives_the_points_of_the_whole(small):
    told = rows(
        small,
        answer(small, "tally"),
        answer(small, "double_random", "failed"),
        answer(small, "double_fixed"),
    )
    assert told == [
        "exercise checks passed points",
        "double 1 of 2 2 of 6",
        "Tally 1 of 1 4 of 4",
        "total 6 of 10",
    ]


def test_what_was_not_asked_is_said(small):
    partial = "Not every check was asked: these are no grades of the whole assignment."
    told = rows(small, answer(small, "double_random"))
    assert told[1:] == ["double 1 of 1 4 of 6 1 not asked", "total 4 of 6", partial]
    told = rows(small, answer(small, "tally"))
    assert told[1:] == ["Tally 1 of 1 4 of 4", "total 4 of 4", partial]


def test_what_the_grader_could_not_ask_has_no_points(small):
    told = rows(small, answer(small, "double_fixed", "infrastructure"), answer(small, "tally"))
    assert told[1] == "double 0 of 1 needs a person of 6 1 not asked"
    assert told[3] == "total needs a person of 10"


def test_points_of_a_person_are_told_where_there_is_something_to_mark(small_folder):
    from autograder.assignment.load import load_assignment

    folder = small_folder()
    manifest = folder / "assignment.toml"
    text = manifest.read_text().replace("points = 4", "points = 4\nmanual_points = 1")
    manifest.write_text(text)
    reflected = load_assignment(folder)
    told = rows(reflected, answer(reflected, "tally"))
    assert told[1] == "Tally 1 of 1 3 of 4 1 more are a person's to give"
    told = rows(reflected, answer(reflected, "tally", handed_in=False))
    assert told[1] == "Tally 1 of 1 3 of 4"


def test_an_answer_is_the_same_after_it_travelled(small):
    made = answer(small, "double_fixed", "failed")
    assert Answer.of(made.plain()) == made


@pytest.mark.parametrize(
    ("name", "first", "hints"),
    [
        # At home a hint is shown for a mistake that is recognised, and nobody recognised one here.
        ("double_fixed", "double: a fixed array is doubled (public, 2 points): failed", 0),
        ("double_random", "double: a random array is doubled (hidden, 4 points): failed", 1),
    ],
)
def test_staff_read_why_a_check_did_not_pass(small, name, first, hints):
    lines = message(answer(small, name, "failed")).split("\n")
    assert lines[0] == first
    assert "it came back as 4" in lines
    assert sum(line.startswith("hint: ") for line in lines) == hints
    assert message(answer(small, "tally", "failed")).count("hint") == 0
