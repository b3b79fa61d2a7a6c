"""Exports that are odd in ways of their own: nobody is lost, and each reason is true."""

import unicodedata

import pytest

from autograder.intake.exports import list_class
from autograder.intake.group_members import share
from autograder.intake.people import Student
from autograder.intake.submissions import Entry, read

from .handed_in import CODE

GROUPS = """\
name,canvas_user_id,user_id,login_id,sections,group_name,canvas_group_id,group_id
Ada L,101,s101,ada,S,Red Team,5,
Bo M,102,s102,bo,S,Red Team,5,
Cy N,103,s103,cy,S,Blue Team,6,
"""
GRADEBOOK = "Student,ID,SIS User ID,SIS Login ID,Section\n" + "".join(
    f'"{last}, {first}",{number},s{number},{first},A\n'
    for number, last, first in ((101, "Lee", "Ada"), (102, "Moss", "Bo"), (103, "Nye", "Cy"))
)


def put(path, content=CODE):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def listed(tmp_path, *tables):
    paths = []
    for number, text in enumerate(tables):
        put(tmp_path / f"table{number}.csv", text.encode())
        paths.append(tmp_path / f"table{number}.csv")
    return list_class(tmp_path / "class", paths)


def handed(listing):
    return {entry.name: not entry.missing for entry in listing.entries}


@pytest.mark.parametrize("gradebook", [(), (GRADEBOOK,)])
def test_a_table_of_groups_gives_every_member_the_groups_hand_in(tmp_path, gradebook):
    put(tmp_path / "class" / "redteam_101_7001_words.py", b"red = 1")
    put(tmp_path / "class" / "blueteam_LATE_103_7002_words.py", b"blue = 1")
    listing = listed(tmp_path, GROUPS, *gradebook)
    assert len(listing.entries) == 3 and all(handed(listing).values())
    by_id = {entry.student.id: entry for entry in listing.entries}
    assert read(by_id["101"]).files == read(by_id["102"]).files == {"words.py": b"red = 1"}
    assert read(by_id["103"]).files == {"words.py": b"blue = 1"}
    told = {number: (who.student.group, who.student.late) for number, who in by_id.items()}
    assert told == {
        "101": ("Red Team", False),
        "102": ("Red Team", False),
        "103": ("Blue Team", True),
    }
    assert [bool(by_id[number].student.upload) for number in ("101", "102")] == [True, False]


def test_a_groups_own_row_makes_room_for_its_members(tmp_path):
    put(tmp_path / "class" / "Red Team_7_assignsubmission_file_" / "words.py")
    put(tmp_path / "class" / "Cy N_8_assignsubmission_file_" / "words.py")
    listing = listed(tmp_path, "name,group\nAda L,Red Team\nBo M,Red Team\nCy N,\nDi O,Green\n")
    assert handed(listing) == {"Ada L": True, "Bo M": True, "Cy N": True, "Di O": False}
    assert not any("Not on the roster" in line for line in listing.enrolled)


def test_two_hand_ins_of_one_group_are_given_to_nobody_else():
    place = Student(name="x", platform="moodle").platform
    rows = [
        Entry(name, None, student=Student(name=name, group="Red", platform=place))
        for name in ("Ada", "Bo")
    ]
    absent = [Student(name="Cy", group="Red")]
    assert share(rows, absent) == (rows, absent)


@pytest.mark.parametrize(
    ("names", "tables", "unmatched"),
    [
        (("leeada_101_7001_words.py",), (GRADEBOOK,), False),
        (("redteam_101_7001_words.py",), (GRADEBOOK,), True),  # a group, and no table of groups
        (("anon_x7Kq2_7001_words.py", "anon_Ab3dE_7002_words.py"), (GRADEBOOK,), True),
        (("leeada_101_7001_words.py", "foxguy_9_7002_words.py"), (GRADEBOOK,), True),
        (("redteam_101_7001_words.py",), (GROUPS,), False),
    ],
)
def test_who_is_without_a_hand_in_is_sure_where_all_others_are_known(
    tmp_path, names, tables, unmatched
):
    for name in names:
        put(tmp_path / "class" / name)
    listing = listed(tmp_path, *tables)
    absent = [entry for entry in listing.entries if entry.missing]
    assert absent and {entry.student.unmatched for entry in absent} == {unmatched}
    assert any("Nobody gets a 0" in line for line in listing.enrolled) is unmatched
    assert not any(entry.student.unmatched for entry in listing.entries if not entry.missing)


@pytest.mark.parametrize(
    "receipt", ["Name: Zoë L (zoe)", "\ufeffName: Zoë L (zoe)\r", "Nom : Zoë L (zoe)"]
)
def test_blackboards_receipts_tell_names_in_any_language(tmp_path, receipt):
    start = tmp_path / "class" / "Lab_zoe_attempt_2026-02-15-10-00-00"
    put(start.with_name(f"{start.name}.txt"), f"{receipt}\nTask: Lab 1 (T6)\n".encode())
    put(start.with_name(f"{start.name}_words.py"))
    (entry,) = listed(tmp_path).entries
    assert (entry.name, entry.student.id) == ("Zoë L", "zoe")


def test_brightspaces_marks_before_ids_are_none_of_them(tmp_path):
    put(tmp_path / "class" / "39001-640693 - Ada L - Feb 16, 2026 1010 PM - words.py")
    head = "OrgDefinedId,Username,Last Name,First Name,End-of-Line Indicator\n"
    listing = listed(tmp_path, f"{head}#1,#ada,L,Ada,#\n#2,#bo,M,Bo,#\n")
    assert [(entry.student.sid, entry.missing) for entry in listing.entries] == [
        ("1", False),
        ("2", True),
    ]
    assert listing.entries[1].student.id == "bo"


def test_one_name_in_two_ways_of_writing_accents_is_one_name(tmp_path):
    name = "Jörg Müller"
    put(tmp_path / "class" / f"{unicodedata.normalize('NFD', name)}.py")
    put(tmp_path / "class" / "Smith, John.py")
    listing = listed(tmp_path, 'name\n"Müller, Jörg"\n"Smith, John"\n')
    assert handed(listing) == {name: True, "Smith, John": True}
    put(tmp_path / "class" / f"{name}.py")
    listing = listed(tmp_path, "name\nJörg Müller\n")
    assert len(set(handed(listing))) == 4, "two files, neither of them surely the person's"
    assert sum(entry.missing for entry in listing.entries) == 1


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (".words.py", CODE, "a hidden file; wanted: a name that does not begin with a dot"),
        ("words.tar.gz", b"cut off", "words.tar.gz is no archive, or it is damaged or was cut off"),
        ("words.zip", b"cut off", "the zip is damaged or was cut off"),
    ],
)
def test_a_reason_names_what_it_is(tmp_path, name, content, told):
    put(tmp_path / "class" / "ada" / name, content)
    (entry,) = listed(tmp_path).entries
    assert told in read(entry).problem


def test_a_roster_that_lies_there_is_told_of_until_it_is_named(tmp_path):
    put(tmp_path / "class" / "leeada_101_7001_words.py")
    put(tmp_path / "class" / "gradebook.csv", GRADEBOOK.encode())
    listing = listed(tmp_path)
    assert listing.enrolled == (
        "gradebook.csv lists people: name it with --table, and everybody on it has a row",
    )
    named = list_class(tmp_path / "class", [tmp_path / "class" / "gradebook.csv"])
    assert len(named.entries) == 3 and "lists people" not in " ".join(named.enrolled)
