"""Marks, days late and earlier grades stay with their person, whatever becomes of their name."""

import sqlite3

import pytest

from autograder.batch.store import FILE as STORE

from .conftest import by
from .exports import PLATFORMS, Person, plain, table

MARKS = ("submission", "exercise", "points", "author", "reason", "date", "counts_as")
EVERY_PLATFORM = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda name: name or "plain")


def mark(place, *lines):
    """Give points: who, exercise, points, counts_as."""
    rows = [
        (who, what, points, "Dr. M", "seen", "2026-03-01", kind)
        for who, what, points, kind in lines
    ]
    return place.run("mark", place.results, table(place.root / "marks.csv", [MARKS, *rows]))


def finals(place, column="id"):
    return {one: row["final_score"] for one, row in by(place.rows(), column).items()}


def graded_before(place, who):
    """The part of `autograder show` that tells of earlier grades."""
    _, _, told = place.run("show", place.results, who, "--full").told.partition("Grades before")
    return told


def test_a_mark_stays_when_a_namesake_comes_and_when_they_go(place):
    ada, other, bo = Person(5, "Ada L", 3.0), Person(6, "Ada L", 8.0), Person(7, "Bo L", 1.0)
    write = PLATFORMS["canvas"]
    place.lay(write, [ada, bo]).grade()
    assert "1 new mark" in mark(place, ("Ada L", "", 9, "instead")).told
    assert finals(place) == {"5": "9", "7": "1"}
    place.lay(write, [ada, other, bo]).grade()
    assert finals(place) == {"5": "9", "6": "8", "7": "1"}
    place.lay(write, [other, bo]).grade()
    assert finals(place) == {"6": "8", "7": "1"}, "whoever has the name now has no mark"
    place.lay(write, [ada, other]).grade()
    assert finals(place) == {"5": "9", "6": "8"}, "who comes back has it still"


def test_a_name_for_two_is_refused_and_an_id_is_not(place):
    place.lay(PLATFORMS["canvas"], [Person(5, "Ada L", 3.0), Person(6, "Ada L", 8.0)]).grade()
    with pytest.raises(Exception, match="'Ada L' stands for 2 submissions; nothing was taken"):
        mark(place, ("6", "", 1, "instead"), ("Ada L", "", 9, "instead"))
    assert finals(place) == {"5": "3", "6": "8"}
    mark(place, ("6", "", 1, "instead"))
    assert finals(place) == {"5": "3", "6": "1"}


def test_earlier_grades_are_those_of_the_person_not_of_the_name(place):
    ada, other, bo = Person(5, "Ada L", 3.0), Person(6, "Ada L", 8.0), Person(7, "Bo L", 1.0)
    write = PLATFORMS["canvas"]
    place.lay(write, [ada, bo]).grade()
    place.lay(write, [other, bo]).grade()
    assert graded_before(place, "6") == "", "the grade of another Ada is none of theirs"
    place.lay(write, [Person(5, "Ada L", 4.0), other, bo]).grade()
    assert "graded, 3," in graded_before(place, "5")
    assert graded_before(place, "6") == ""
    place.lay(write, [Person(5, "Ada Married", 5.0), other, bo]).grade()
    told = graded_before(place, "5")
    assert "graded, 3," in told and "graded, 4," in told


def test_a_regrade_tells_of_people_not_of_names(place):
    ada, other, bo = Person(5, "Ada L", 3.0), Person(6, "Ada L", 8.0), Person(7, "Bo L", 1.0)
    write = PLATFORMS["canvas"]
    place.lay(write, [ada, other, bo]).grade()
    place.lay(write, [other, bo])
    ended = place.run("regrade", place.results)
    assert ended.code == 1 and "1 of 2 moves" in ended.told
    (moved,) = place.rows("regrade.csv")
    assert moved["why"] == "no longer handed in" and moved["submission"] == "Ada L (S5)"
    assert (moved["before"], moved["after"]) == ("3", "-")
    assert place.run("regrade", place.results, "--accept").code == 0
    assert finals(place) == {"6": "8", "7": "1"}
    place.lay(write, [ada, bo])
    assert place.run("regrade", place.results).code == 1
    told = {row["why"]: (row["before"], row["after"]) for row in place.rows("regrade.csv")}
    assert told == {"newly handed in": ("-", "3"), "no longer handed in": ("8", "-")}
    assert {row["change"] for row in place.rows("regrade.csv")} == {""}


def test_a_store_that_kept_names_in_its_history_learns_whose_they_are(place):
    write = PLATFORMS["canvas"]
    place.lay(write, [Person(5, "Ada L", 3.0), Person(7, "Bo L", 1.0)]).grade()
    place.lay(write, [Person(5, "Ada L", 4.0), Person(7, "Bo L", 1.0)]).grade()
    with sqlite3.connect(place.results / STORE) as base:
        base.execute("ALTER TABLE history RENAME COLUMN person TO submission")
        base.execute("UPDATE history SET submission = 'Ada L'")
        base.execute("PRAGMA user_version = 1")
    base.close()
    assert "graded, 3," in graded_before(place, "5")
    assert "graded, 3," in graded_before(place, "5"), "and once is enough"


@EVERY_PLATFORM
def test_days_late_that_somebody_enters_leave_marks_where_they_are(place, platform):
    people = [Person(1, "Ada L", 8.0), Person(2, "Bo L", 6.0)]
    place.lay(PLATFORMS[platform], people).grade()
    name = next(row["submission"] for row in place.rows() if row["score"] == "8")
    mark(place, (name, "", 9.5, "instead"))
    late = table(place.root / "late.csv", [("submission", "days_late"), (name, 2)])
    place.grade("--table", late)
    rows = {row["submission"]: row for row in place.rows()}
    assert rows[name]["final_score"] == "9.5" and rows[name]["days_late"] == "2"
    assert [row["final_score"] for row in rows.values() if row["submission"] != name] == ["6"]
    assert graded_before(place, name) == ""


def test_marks_for_a_group_reach_its_members_and_not_others_with_equal_files(place):
    """Two groups and a loner hand in the same bytes: equal work, and not the same people."""
    told = ""
    for number, members in enumerate((("Ada", "Bo", "Zoe"), ("Cy", "Di"), ("Ed",)), 1):
        told += f"submission_{number}:\n  :submitters:\n"
        for name in members:
            told += f"  - :name: {name}\n    :sid: S{name}\n    :email: {name}@example.edu\n"
        told += "  :created_at: 2026-02-16 22:10:00.0 Z\n"
        (place.handed_in / f"submission_{number}").mkdir(parents=True)
        (place.handed_in / f"submission_{number}" / "words.py").write_text("# earns 5.0\n")
    (place.handed_in / "submission_metadata.yml").write_text(told)
    place.grade()

    def finals(place, _):
        found = {row["name"]: row["final_score"] for row in place.rows()}
        assert found.pop("Zoe") == found["Ada"], "the third of a group"
        return found

    assert finals(place, "name") == dict.fromkeys(("Ada", "Bo", "Cy", "Di", "Ed"), "5")
    mark(place, ("Ada", "word_count", 1, "added"))
    assert finals(place, "name") == {"Ada": "5", "Bo": "5", "Cy": "5", "Di": "5", "Ed": "5"}
    mark(place, ("Ada", "Stack", 2, "added"))
    assert finals(place, "name") == {"Ada": "7", "Bo": "7", "Cy": "5", "Di": "5", "Ed": "5"}
    mark(place, ("Cy", "Stack", 0, "instead"), ("Di", "Stack", 6, "instead"))
    assert finals(place, "name") == {"Ada": "7", "Bo": "7", "Cy": "4", "Di": "10", "Ed": "5"}
    mark(place, ("Ed", "", 1.5, "instead"))
    assert finals(place, "name") == {"Ada": "7", "Bo": "7", "Cy": "4", "Di": "10", "Ed": "1.5"}


@pytest.mark.parametrize(
    "names", [("Ada L", "Bo L"), ("1", "2"), ("S1", "S2"), ("p1@example.edu", "p2@example.edu")]
)
def test_a_mark_by_any_of_somebodys_names_is_theirs(place, names):
    place.lay(PLATFORMS["canvas"], [Person(1, "Ada L", 1.0), Person(2, "Bo L", 2.0)])
    place.grade()
    mark(place, (names[0], "", 8, "instead"))
    assert finals(place) == {"1": "8", "2": "2"}
    mark(place, (names[0], "", 1, "instead"), (names[1], "", 7, "instead"))
    assert finals(place) == {"1": "1", "2": "7"}


def test_another_class_is_refused_and_one_that_shares_a_person_is_not(place):
    place.lay(plain, [Person(1, "Ada L", 1.0), Person(2, "Bo L", 2.0)]).grade()
    place.lay(plain, [Person(3, "Cy L", 3.0)])
    with pytest.raises(Exception, match=r"nobody in it is in .* holds grades of 2 others"):
        place.grade()
    assert finals(place, "submission") == {"Ada L 1": "1", "Bo L 2": "2"}
    place.lay(plain, [Person(3, "Cy L", 3.0), Person(2, "Bo L", 2.0)]).grade()
    assert finals(place, "submission") == {"Cy L 3": "3", "Bo L 2": "2"}


@pytest.mark.parametrize(("count", "rest"), [(2, False), (8, False), (9, True)])
def test_namesakes_are_told_apart_to_a_number_and_that_there_are_more(place, count, rest):
    place.lay(PLATFORMS["canvas"], [Person(number, "Ada L", 1.0) for number in range(1, count + 1)])
    place.grade()
    with pytest.raises(Exception, match=f"stands for {count} submissions") as caught:
        place.run("show", place.results, "Ada L")
    told = str(caught.value)
    assert all(f"Ada L (S{number}) (S{number}, {number}, p{number}@" in told for number in (1, 2))
    assert (", ...;" in told) is rest
    assert "Ada L" in place.run("show", place.results, "S2").told
    with pytest.raises(Exception, match="nobody called 'Grace'"):
        place.run("show", place.results, "Grace")
