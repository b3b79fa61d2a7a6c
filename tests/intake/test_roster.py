"""The roster: everybody has a row, who is alike is told, and nobody is joined by a guess."""

import pytest

from autograder.intake.exports import list_class
from autograder.intake.name_likeness import alike
from autograder.intake.submissions import NOTHING, read
from autograder.intake.tables import UnreadableTable


def a_class(folder, *names):
    for name in names:
        (folder / name).mkdir(parents=True)
        (folder / name / "words.py").write_text("x = 1")
    return folder


def listed(folder, text, table="roster.csv"):
    path = folder.parent / table
    path.write_text(text, encoding="utf-8")
    return list_class(folder, [path])


def rows(listing):
    return {entry.name: entry.missing for entry in listing.entries}


ROSTERS = {
    "names": "Name,Email\nAda Lovelace,ada@x.edu\nAlan Turing,alan@x.edu\n",
    "two columns": "First Name;Last Name;SID\nAda;Lovelace;s1\nAlan;Turing;s2\n",
    "last first": 'Full name\n"Lovelace, Ada"\n"Turing, Alan"\n',
    "gradescope": "Name,SID,Email,Role\nAda Lovelace,s1,a@x,Student\nAlan Turing,s2,b@x,Student\n"
    "Grace Hopper,s3,c@x,Instructor\n",
}


@pytest.mark.parametrize("kind", ROSTERS)
def test_any_table_with_names_is_a_roster(tmp_path, kind):
    folder = a_class(tmp_path / "class", "Ada Lovelace", "Guest")
    listing = listed(folder, ROSTERS[kind])
    assert rows(listing) == {"Ada Lovelace": False, "Alan Turing": True, "Guest": False}
    assert listing.enrolled[0] == "On the roster: 2, of whom 1 handed in nothing"
    assert listing.enrolled[1] == "Not on the roster: Guest"
    absent = next(entry for entry in listing.entries if entry.missing)
    assert read(absent).problem == NOTHING and read(absent).missing


def test_ids_and_addresses_join_what_names_do_not(tmp_path):
    folder = a_class(tmp_path / "class", "s1", "alan@x.edu")
    text = "name,student id,email\nAda,s1,ada@x.edu\nAlan,s2,alan@x.edu\nBo,s3,bo@x.edu\n"
    listing = listed(folder, text)
    people = {entry.student.name: entry.missing for entry in listing.entries}
    assert people == {"Ada": False, "Alan": False, "Bo": True}


def test_two_of_one_name_are_told_apart_and_neither_is_joined(tmp_path):
    folder = a_class(tmp_path / "class", "John Smith")
    listing = listed(folder, "name,sid\nJohn Smith,s1\nJohn Smith,s2\n")
    assert rows(listing) == {
        "John Smith": False,
        "John Smith (s1)": True,
        "John Smith (s2)": True,
    }
    assert "John Smith handed in nothing; alike: John Smith" in listing.enrolled[2]


def test_canvas_people_without_a_hand_in_are_in_the_gradebook(tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()
    for name in ("lovelaceada_11_501_words.py", "turingalan_12_502_words.py"):
        (folder / name).write_text("")
    book = (
        "Student,ID,SIS User ID,SIS Login ID,Section,T6 (1)\n    Points Possible,,,,,100\n"
        '"Lovelace, Ada",11,s11,ada,A,\n"Hopper, Grace",13,s13,grace,A,\n'
        '"Student, Test",99,,x,A,\n'
    )
    listing = listed(folder, book)
    assert rows(listing) == {"Ada Lovelace": False, "Grace Hopper": True, "turingalan": False}
    grace = next(entry.student for entry in listing.entries if entry.missing)
    assert (grace.platform, grace.id) == ("canvas", "13")


def test_moodle_participants_without_files_have_a_row(tmp_path):
    folder = a_class(tmp_path / "class", "Ada L_21_assignsubmission_file_")
    text = "Identifier,Full name,Grade\nParticipant 21,Ada L,\nParticipant 22,Bo M,\n"
    assert rows(listed(folder, text)) == {"Ada L": False, "Bo M": True}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zoë Müller", "zoe muller"),
        ("Ada Lovelace", "lovelace_ada"),
        ("Ada Lovelace", "A. Lovelace"),
        ("Ada Augusta King Lovelace", "Ada Lovelace"),
        ("Ada Lovelace", "lovelaceada"),
        ("Ada Lovelace", "ada lovelase"),
    ],
)
def test_names_that_are_alike_are_suggested_and_not_joined(tmp_path, one, other):
    assert alike(one, other) >= 0.8
    folder = a_class(tmp_path / "class", other, "Somebody Else")
    listing = listed(folder, f"name\n{one}\n")
    assert sum(entry.missing for entry in listing.entries) == 1
    assert len(listing.entries) == 3
    assert f"{one} handed in nothing; alike: {other}." in listing.enrolled[2]


@pytest.mark.parametrize(
    ("one", "other"), [("Ada Lovelace", "Alan Turing"), ("Jo Li", "Al Xu"), ("Ada Lovelace", "A")]
)
def test_names_that_are_not_alike_are_not_suggested(one, other):
    assert alike(one, other) < 0.8


def test_a_table_of_no_people_is_refused(tmp_path):
    folder = a_class(tmp_path / "class", "ada")
    with pytest.raises(UnreadableTable, match="nor one of people"):
        listed(folder, "colour,size\nred,1\n")


@pytest.mark.parametrize(
    "second",
    ["name,sid\nAda Lovelace,s11\n", "name\nAda Lovelace\n", "sid,email\ns11,ada@x.edu\n"],
)
def test_who_is_on_two_tables_is_one_person(tmp_path, second):
    folder = tmp_path / "class"
    folder.mkdir()
    for name in ("lovelaceada_11_501_words.py", "turingalan_12_502_words.py"):
        (folder / name).write_text("")
    first = tmp_path / "book.csv"
    first.write_text(
        'Student,ID,SIS User ID,Section\n"Lovelace, Ada",11,s11,A\n"T, Alan",12,s12,A\n'
    )
    (tmp_path / "second.csv").write_text(second)
    for tables in ([first, tmp_path / "second.csv"], [tmp_path / "second.csv", first]):
        listing = list_class(folder, tables)
        assert [entry.missing for entry in listing.entries] == [False, False]
        assert listing.enrolled == ("On the roster: 2, of whom 0 handed in nothing",)


def test_two_tables_with_namesakes_keep_them_apart(tmp_path):
    folder = a_class(tmp_path / "class", "s1")
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text("name,sid\nJohn Smith,s1\n")
    two.write_text("name,sid\nJohn Smith,s2\n")
    listing = list_class(folder, [one, two])
    assert rows(listing) == {"John Smith (s1)": False, "John Smith (s2)": True} or rows(
        listing
    ) == {"s1": False, "John Smith": True}
