"""What a person would lose if one condition of the reading of exports, tables and archives flipped.

Each test names a loss: a row, a name, an id, the newest attempt, a file that counts.
"""

import datetime
import io
import os
import stat
import zipfile

import pytest

from autograder.intake import archives, tables, unpacking
from autograder.intake.archives import is_archive, member_name, stem
from autograder.intake.counted_files import Collection, Limits, Unreadable
from autograder.intake.exports import list_class
from autograder.intake.listing import distinct
from autograder.intake.people import Student
from autograder.intake.roster import enrol
from autograder.intake.roster_tables import is_roster
from autograder.intake.submissions import Entry, NothingToGrade, read
from autograder.intake.tables import Table, UnreadableTable, number_in, read_table, tables_in
from autograder.intake.unpacking import unpack

from .handed_in import CODE, WORK, tarred, zipped


def lay(folder, *names, content=CODE):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


# Tables


def test_a_table_at_the_cap_is_read_and_one_byte_more_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "t.csv"
    path.write_bytes(b"name\nada\n")
    monkeypatch.setattr(tables, "_MAX_BYTES", 9)
    assert read_table(path).rows == (("ada",),)
    path.write_bytes(b"name\nada\n\n")
    with pytest.raises(UnreadableTable, match=r"t\.csv: larger than 0 MiB"):
        read_table(path)


def test_what_is_no_file_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    for name in ("pipe.csv", "."):
        with pytest.raises(UnreadableTable, match="not an ordinary file"):
            read_table(tmp_path / name)
    with pytest.raises(UnreadableTable, match=r"gone\.csv: cannot be read: No such file"):
        read_table(tmp_path / "gone.csv")


@pytest.mark.parametrize("text", ["inf", "-inf", "1e999", "nan", "1,2,3", ",", "1 2"])
def test_no_endless_number_is_one(text):
    assert number_in(text) is None


@pytest.mark.parametrize(("text", "number"), [("-2,5", -2.5), ("0", 0), ("1e2", 100)])
def test_numbers_keep_sign_and_size(text, number):
    assert number_in(text) == number


def test_a_byte_that_is_no_text_is_named_by_its_place(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"name\nada\nb\x81\n")
    with pytest.raises(UnreadableTable, match=r"t\.csv: line 3, byte 2: .*got byte 0x81"):
        read_table(tmp_path / "t.csv")


def test_a_cell_beyond_any_is_named_by_its_line(tmp_path):
    path = tmp_path / "t.csv"
    for note, line in (("", 3), ("sep=,\n", 4)):
        path.write_text(f'{note}name\nada\n"{"x" * 200_000}\n')
        with pytest.raises(UnreadableTable, match=rf"line {line}: expected a CSV file"):
            read_table(path)


def test_empty_cells_beyond_the_columns_and_columns_without_a_name_are_nothing(tmp_path):
    (tmp_path / "t.csv").write_text(" name ,,sid\nada,x,s1, ,\n")
    table = read_table(tmp_path / "t.csv")
    assert list(table.numbered()) == [(2, {"name": "ada", "sid": "s1"})]
    (tmp_path / "t.csv").write_text("name,sid\nada,s1, ,2\n")
    with pytest.raises(UnreadableTable, match="got 4, among them '2'; a ',' within a cell"):
        read_table(tmp_path / "t.csv")
    (tmp_path / "t.csv").write_text("")
    assert (read_table(tmp_path / "t.csv").columns, read_table(tmp_path / "t.csv").rows) == ((), ())


def test_a_row_is_blank_where_all_of_its_cells_are(tmp_path):
    (tmp_path / "t.csv").write_text("name,sid\n , \n,s1\nada,\n")
    assert read_table(tmp_path / "t.csv").rows == (("", "s1"), ("ada", ""))


def test_a_gradebook_keeps_its_columns_whatever_its_assignments_are_called(tmp_path):
    (tmp_path / "t.csv").write_text("Student,ID,Nom complet,Note\nAda,1,x,2\n")
    assert read_table(tmp_path / "t.csv").known == ("Student", "ID", "Nom complet", "Note")
    (tmp_path / "t.csv").write_text("name,ID,Note\nAda,1,2\n")  # and so does anybody's own table
    assert read_table(tmp_path / "t.csv").known == ("name", "ID", "Note")


def test_tables_among_submissions_are_found_once_each(tmp_path):
    lay(tmp_path, "a.csv", "b.TSV", content=b"name\nada\n")
    lay(tmp_path, "c.csv", content=b"name\n\x81\n")
    lay(tmp_path, "d.csv/x.py", "e.py")
    found = tables_in(tmp_path, [])
    assert [table.path.name for table in found] == ["a.csv", "b.TSV"]
    assert tables_in(tmp_path, found[:1]) == found[1:]


# Archives


@pytest.mark.parametrize(
    ("name", "archive", "stemmed"),
    [
        ("in/work.tar.gz", True, "in/work"),
        ("WORK.ZIP", True, "WORK"),
        ("WORK.TAR.GZ", True, "WORK"),
        ("words.py.gz", True, "words"),
        ("data.gz", False, "data"),
        ("a.b.py", False, "a.b"),
        ("plain", False, "plain"),
    ],
)
def test_archives_are_known_by_their_whole_ending(name, archive, stemmed):
    assert (is_archive(name), stem(name)) == (archive, stemmed)


def unpacked(content, limits=None, name="work.zip"):
    collected = Collection(limits or Limits())
    archives.expand(content, "", collected, name)
    return collected


def with_members(*members):
    """A zip of members, each a ZipInfo or a name, with a word of code."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member in members:
            archive.writestr(member, CODE)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("mode", "counts"),
    [
        (0, True),
        (0o644, True),
        (stat.S_IFREG | 0o644, True),
        (stat.S_IFREG, True),
        (stat.S_IFLNK | 0o777, False),
        (stat.S_IFIFO | 0o644, False),
        (stat.S_IFCHR | 0o644, False),
    ],
)
def test_ordinary_files_of_a_zip_count_and_no_others(mode, counts):
    member = zipfile.ZipInfo("words.py")
    member.create_system, member.external_attr = 3, mode << 16
    collected = unpacked(with_members(member))
    assert list(collected.files) == (["words.py"] if counts else [])
    assert collected.notes == ([] if counts else ["'words.py': not an ordinary file, passed over"])


def test_folders_and_members_without_a_name_cost_nothing():
    folder, nameless = zipfile.ZipInfo("lab.py/"), zipfile.ZipInfo("/")
    collected = unpacked(with_members(folder, nameless, "words.py"))
    assert (list(collected.files), collected.notes) == (["words.py"], [])


def encrypted(archive, name):
    """The zip with a member marked as encrypted in its directory and where it lies."""
    made = bytearray(archive)
    for signature, flag, named in ((b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)):
        at = made.find(signature)
        while at >= 0:
            if made[at + named :].startswith(name.encode()):
                made[at + flag] |= 1
            at = made.find(signature, at + 4)
    return bytes(made)


def test_a_password_matters_where_it_hides_work():
    both = zipped({"words.py": CODE, "photo.jpg": b"x"})
    assert list(unpacked(encrypted(both, "photo.jpg")).files) == ["words.py"]
    with pytest.raises(Unreadable, match="encrypted; hand it in without a password"):
        unpacked(encrypted(both, "words.py"))


def test_a_zip_of_another_method_is_named():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("words.py", CODE)
    with pytest.raises(Unreadable, match=r"packs 'words\.py' by a method that is not read"):
        unpacked(buffer.getvalue())


def test_three_zips_deep_is_read_and_four_is_told():
    three = zipped({"b.zip": zipped({"c.zip": zipped(WORK)})})
    assert list(unpacked(three).files) == ["b/c/lab/words.py"]
    four = unpacked(zipped({"words.py": CODE, "z.zip": three}))
    assert list(four.files) == ["words.py"]
    assert four.notes == ["z/b/c.zip: an archive within 3 others, which is not opened"]


def test_what_is_not_opened_in_a_zip_costs_nothing_beside_it():
    rar = b"Rar!\x1a\x07\x01\x00" + bytes(60)
    collected = unpacked(zipped({"old.rar": rar, "words.py": CODE}))
    assert list(collected.files) == ["words.py"]
    assert collected.notes == ["old.rar: a RAR archive, which is not opened here; wanted: a .zip"]


def test_an_archive_beyond_what_is_left_is_told_and_the_rest_counts():
    inner = os.urandom(2000)
    content = zipped({"big.zip": inner, "words.py": CODE})
    collected = unpacked(content, Limits(total_bytes=1000))
    assert list(collected.files) == ["words.py"]
    assert collected.notes == ["big.zip: an archive that is larger than allowed"]


def test_the_cap_is_on_all_files_together():
    files = {f"{name}.py": os.urandom(300) for name in "abc"}
    assert len(unpacked(zipped(files), Limits(total_bytes=1000)).files) == 3
    with pytest.raises(Unreadable, match="it holds more than"):
        unpacked(zipped({**files, "d.py": os.urandom(300)}), Limits(total_bytes=1000))


def test_an_export_that_lists_too_many_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "_MAX_MEMBERS", 3)
    for count in (3, 4):
        path = tmp_path / f"{count}.zip"
        path.write_bytes(with_members(*(f"s{n}/a.py" for n in range(count))))
    assert len(list(unpack(tmp_path / "3.zip", tmp_path / "into").rglob("a.py"))) == 3
    with pytest.raises(NothingToGrade, match=r"4\.zip: lists more than 3 files"):
        unpack(tmp_path / "4.zip", tmp_path / "into")


def test_as_many_members_as_allowed_are_read_and_not_one_more(monkeypatch):
    monkeypatch.setattr(archives, "_MAX_MEMBERS", 3)
    assert len(unpacked(with_members("a.py", "b.py", "c.py")).files) == 3
    with pytest.raises(Unreadable, match="lists more than 3 files"):
        unpacked(with_members("a.py", "b.py", "c.py", "d.py"))


def test_a_link_in_a_tar_is_told_and_a_file_at_its_cap_counts():
    assert list(unpacked(tarred(WORK), name="work.tar").files) == ["lab/words.py"]
    exact = Limits(file_bytes=len(CODE))
    assert list(unpacked(zipped(WORK), exact).files) == ["lab/words.py"]
    less = unpacked(zipped(WORK), Limits(file_bytes=len(CODE) - 1))
    assert less.files == {} and "larger than" in less.notes[0]


def test_names_of_members_are_read_as_they_were_written():
    plain = zipfile.ZipInfo("größe.py".encode().decode("cp437"))
    assert member_name(plain) == "größe.py"
    plain.flag_bits = 0x800
    assert member_name(plain) == plain.filename
    german = zipfile.ZipInfo(b"gr\x94\xe1e.py".decode("cp437"))
    assert member_name(german) == "größe.py"


# Rosters


def table_of(head, *rows, name="t.csv"):
    from pathlib import Path

    cells = tuple(tuple(row.split(",")) for row in rows)
    return Table(Path(name), tuple(head.split(",")), cells, tuple(range(2, len(rows) + 2)))


def handed_in(tmp_path, name, **known):
    return Entry(name, tmp_path / name, student=Student(name=name, **known) if known else None)


def test_without_people_on_a_table_nothing_is_said_of_a_roster(tmp_path):
    entry = handed_in(tmp_path, "ada")
    for listed in ([], [table_of("name")], [table_of("submission,days_late", "ada,2")]):
        enrolled = enrol([entry], listed, "")
        assert (enrolled.told, enrolled.entries, enrolled.missing) == ([], (entry,), 0)
        assert enrolled.strangers == ()


def test_days_late_are_no_roster():
    assert not is_roster(table_of("submission,days_late,email"))
    assert not is_roster(table_of("colour,size"))
    for head in ("Name", "Nachname", "SID", "E-Mail", "Identifier"):
        assert is_roster(table_of(f"x,{head}")), head


@pytest.mark.parametrize("role", ["Instructor", "TA", "teacher", "GRADER", "Observer", "designer"])
def test_staff_get_no_row_and_students_do(tmp_path, role):
    people = table_of("name,role", f"Grace,{role}", "Ada,Student", "Bo,")
    enrolled = enrol([handed_in(tmp_path, "x")], [people], "")
    assert [entry.name for entry in enrolled.entries if entry.missing] == ["Ada", "Bo"]
    assert enrolled.people == enrolled.missing == 2


@pytest.mark.parametrize("strangers", [1, 10, 11, 13])
def test_strangers_are_named_and_those_beyond_ten_counted(tmp_path, strangers):
    entries = [handed_in(tmp_path, f"{chr(97 + n) * 3}") for n in range(strangers)]
    told = enrol(entries, [table_of("sid,name", "s1,Zed Quux")], "").told
    assert told[1].count(",") == min(strangers, 10) - 1
    assert (f"and {strangers - 10} more" in told[1]) is (strangers > 10)


def test_the_most_alike_names_come_first_and_three_at_most(tmp_path):
    near = ["Ada Lovelac", "Ada Lovela", "Ada Lovelacee", "Ada Lovel", "Zed"]
    entries = [handed_in(tmp_path, name) for name in near]
    enrolled = enrol(entries, [table_of("name", "Ada Lovelace")], "")
    (one,) = enrolled.suggestions
    assert one.person == "Ada Lovelace" and len(one.alike) == 3
    assert set(one.alike) == {"Ada Lovelac", "Ada Lovela", "Ada Lovelacee"}
    assert enrolled.missing == 1 and len(enrolled.entries) == 6


def test_names_that_are_just_alike_enough_are_told(tmp_path):
    for other, told in (("abcdx", ("abcdx",)), ("abcxy", ())):
        enrolled = enrol([handed_in(tmp_path, other)], [table_of("name", "abcde")], "")
        assert tuple(name for one in enrolled.suggestions for name in one.alike) == told


def joined(entries, *listed, platform=""):
    enrolled = enrol(entries, listed, platform)
    return {
        entry.name: (entry.student.sid, entry.student.email) if entry.student else None
        for entry in enrolled.entries
        if not entry.missing
    }, enrolled.missing


def test_an_id_or_an_address_joins_whatever_its_case(tmp_path):
    one = handed_in(tmp_path, "A", sid="S1", platform="moodle")
    other = handed_in(tmp_path, "B", email="B@X.edu", platform="moodle")
    roster = table_of("name,sid,email", "Ada,s1,a@x.edu", "Bo,s2,b@x.edu")
    found, missing = joined([one, other], roster, platform="moodle")
    assert missing == 0
    assert found == {"A": ("S1", "a@x.edu"), "B": ("s2", "B@X.edu")}


def test_what_two_share_joins_neither(tmp_path):
    twice = [handed_in(tmp_path, f"{n}", sid="s1", platform="moodle") for n in "AB"]
    assert joined(twice, table_of("name,sid", "Ada,s1"))[1] == 1
    alone = [handed_in(tmp_path, "A", sid="s1", platform="moodle")]
    assert joined(alone, table_of("name,sid", "Ada,s1", "Bo,s1"))[1] == 2
    assert joined(alone, table_of("name,sid", "Ada,s1", "Bo,s2"))[1] == 1


def test_the_id_of_an_attempt_joins_nobody(tmp_path):
    book = table_of("Student,ID,Section", "Ada,11,A")
    for platform, missing in (("canvas", 0), ("gradescope", 1), ("moodle", 1)):
        entry = handed_in(tmp_path, "x", id="11", platform=platform)
        assert joined([entry], book, platform=platform)[1] == missing, platform


def test_rows_of_a_gradebook_that_are_nobody_get_none(tmp_path):
    book = table_of(
        "Student,ID,SIS User ID,SIS Login ID,Section",
        "Points Possible,7,,,",
        "Test Student,,,,A",
        "Ada L,11,s11,ada@x.edu,A",
        "Bo M,12,s12,bo,A",
    )
    enrolled = enrol([handed_in(tmp_path, "x")], [book], "canvas")
    absent = [entry.student for entry in enrolled.entries if entry.missing]
    assert [(one.name, one.id, one.sid, one.email, one.platform) for one in absent] == [
        ("Ada L", "11", "s11", "ada@x.edu", "canvas"),
        ("Bo M", "12", "s12", "", "canvas"),
    ]
    absent = [one.student for one in enrol([handed_in(tmp_path, "x")], [book], "").entries[1:]]
    assert [one.platform for one in absent] == ["", ""]


@pytest.mark.parametrize(
    ("head", "row", "platform", "expected"),
    [
        ("Identifier,Grade", "Participant 22,", "moodle", ("Participant 22", "22", "", "")),
        ("Identifier,Full name", "Participant 22,Bo", "moodle", ("Bo", "22", "", "")),
        (
            "identifier,github_username,name",
            "b@x.edu,bo,",
            "github",
            ("b@x.edu", "bo", "b@x.edu", "b@x.edu"),
        ),
        ("identifier,github_username,name", "s2,bo,Bo M", "github", ("Bo M", "bo", "s2", "")),
        ("email,name", "b@x.edu,", "", ("b@x.edu", "", "", "b@x.edu")),
        ("sid,name", "s2,", "", ("s2", "", "s2", "")),
        ("login,name", "bo,", "", ("bo", "bo", "", "")),
        ("first name,last name", "Bo,", "", ("Bo", "", "", "")),
        ("name,last name", "Bo M,Other", "", ("Bo M", "", "", "")),
    ],
)
def test_whoever_is_listed_has_a_name_and_every_id(tmp_path, head, row, platform, expected):
    enrolled = enrol([handed_in(tmp_path, "x")], [table_of(head, row)], platform)
    who = enrolled.entries[-1].student
    assert (who.name, who.id, who.sid, who.email) == expected
    assert (who.platform, enrolled.missing) == (platform, 1)


@pytest.mark.parametrize(
    ("one", "two", "people"),
    [
        (("name,sid", "Ada,s1"), ("name,email", "Ada,a@x"), 1),  # nothing speaks against it
        (("name,sid", "Ada,s1"), ("name,sid", "Ada,s2"), 2),
        (("name,sid", "Ada,s1"), ("name,sid", "A. L.,s1"), 1),
        (("sid,email", "s1,a@x"), ("sid,email", "s1,b@x"), 2),  # the ids do not agree
        (("sid,email", "s1,a@x"), ("sid,email", "s1,A@X"), 1),
        (("name", "Ada", "Ada"), ("name", "Ada"), 3),
        (("name", "Ada"), ("name", "Ada", "Ada"), 3),
        (("name", "Ada"), ("name", "Bo"), 2),
    ],
)
def test_people_of_two_tables_are_one_where_nothing_speaks_against_it(tmp_path, one, two, people):
    enrolled = enrol([handed_in(tmp_path, "x")], [table_of(*one), table_of(*two)], "")
    assert enrolled.people == enrolled.missing == people


@pytest.mark.parametrize(
    ("second", "people"),
    [
        (("Student,ID,Section", "Ada,12,B"), 2),  # one platform, and its ids do not agree
        (("Student,ID,Section", "A. L.,11,B"), 1),
        (("name,id", "Ada,77"), 1),  # an id of somewhere else says nothing
        (("name,id", "Bo,11"), 2),
    ],
)
def test_ids_of_one_platform_alone_say_who_is_who(tmp_path, second, people):
    first = table_of("Student,ID,Section", "Ada,11,A")
    enrolled = enrol([handed_in(tmp_path, "x")], [first, table_of(*second)], "canvas")
    assert enrolled.people == people


def test_two_tables_fill_each_other_in(tmp_path):
    book = table_of("Student,ID,SIS User ID,Section", "Ada,11,,A")
    own = table_of("name,sid,email", "Ada,s1,a@x")
    for order in ([book, own], [own, book]):
        enrolled = enrol([handed_in(tmp_path, "x")], order, "canvas")
        who = enrolled.entries[-1].student
        assert (who.id, who.sid, who.email, who.platform) == ("11", "s1", "a@x", "canvas")
        assert enrolled.people == 1


# Blackboard, Brightspace, Canvas

OLD, NEW = "2026-02-15-10-00-00", "2026-02-16-22-10-05"


def people(folder, *named):
    return {entry.name: entry for entry in list_class(folder, list(named)).entries}


@pytest.mark.parametrize(
    ("users", "names"),
    [
        (["T6_Lab_ada"], {"ada"}),
        (["T6_Lab_ada", "T6_Lab_bo"], {"ada", "bo"}),
        (["Lab_ada", "Lab_ada_b"], {"ada", "ada_b"}),
        (["ada", "bo"], {"ada", "bo"}),
    ],
)
def test_blackboards_users_are_what_their_names_do_not_share(tmp_path, users, names):
    lay(tmp_path, *(f"{user}_attempt_{NEW}_words.py" for user in users))
    found = people(tmp_path)
    assert set(found) == {entry.student.id for entry in found.values()} == names


def test_blackboards_newest_attempt_counts_with_all_its_files(tmp_path):
    lay(tmp_path, f"T6_al_attempt_{OLD}_words.py", f"T6_bo_attempt_{OLD}_words.py")
    lay(tmp_path, f"T6_al_attempt_{NEW}_words.py", f"T6_al_attempt_{NEW}_more.py")
    lay(tmp_path, f"T6_al_attempt_{OLD}.txt", content=b"Name: Somebody Else (x)\n")
    lay(tmp_path, f"T6_al_attempt_{NEW}.txt", content=b"Hello\n Name:  Al T (al9)  \nDate: x\n")
    found = people(tmp_path)
    al = found["Al T"]
    assert (set(found), al.student.id) == ({"Al T", "bo"}, "al9")
    assert set(read(al).files) == {"words.py", "more.py"}
    assert al.student.submitted == datetime.datetime(2026, 2, 16, 22, 10, 5)
    assert (al.student.earlier, al.student.upload) == ((OLD,), f"T6_al_attempt_{NEW}_")
    assert len(al.items) == 5 and found["bo"].student.earlier == ()


def test_a_time_that_is_none_is_not_invented(tmp_path):
    lay(tmp_path, "T6_al_attempt_2026-13-45-99-00-00_words.py")
    assert people(tmp_path)["al"].student.submitted is None


def test_a_receipt_that_cannot_be_read_loses_nobody(tmp_path):
    lay(tmp_path, f"T6_al_attempt_{NEW}_words.py")
    (tmp_path / f"T6_al_attempt_{NEW}.txt").mkdir()
    entry = people(tmp_path)["al"]
    assert list(read(entry).files) == ["words.py"]


def test_brightspaces_loose_files_of_one_time_are_one_hand_in(tmp_path):
    old, new = "7-1 - Ada L - Oct 9, 2025 1159 PM", "7-1 - Ada L - Oct 10, 2025 130 AM"
    lay(tmp_path, f"{old} - words.py", f"{new} - words.py", f"{new} - more.py")
    lay(tmp_path, "8-1 - Bo M - 05 March 2026 612 PM - words.py", "index.html", "odd.py")
    listing = list_class(tmp_path)
    ada, bo = listing.entries
    assert set(read(ada).files) == {"words.py", "more.py"}
    assert ada.student.submitted == datetime.datetime(2025, 10, 10, 1, 30)
    assert (ada.student.earlier, ada.student.id) == ((f"{old} - words.py",), "7-1")
    assert ada.student.upload == f"{new} - " and bo.student.upload.endswith("612 PM - ")
    assert (len(ada.items), len(bo.items), bo.student.earlier) == (3, 1, ())
    assert listing.questionable == "Not graded: odd.py (no name as Brightspace gives them)"


def test_brightspaces_folder_is_the_hand_in_and_its_name_takes_feedback(tmp_path):
    name = "7-1 - Ada L - 05 March 2026 1812"
    lay(tmp_path, f"{name}/words.py")
    (ada,) = list_class(tmp_path).entries
    assert (ada.path, ada.parts, ada.student.upload) == (tmp_path / name, (), name)
    assert ada.student.submitted == datetime.datetime(2026, 3, 5, 18, 12)


def test_canvas_keeps_the_newest_of_each_file_and_names_the_others(tmp_path):
    lay(tmp_path, "adal_11_501_words.py", "adal_11_502_words-1.py", "adal_11_503_more.py")
    lay(tmp_path, "bom_LATE_12_504_a-1.py", "bom_12_505_a-2.py")
    found = people(tmp_path)
    ada, bo = found["adal"], found["bom"]
    assert {part.name: part.path.name for part in ada.parts} == {
        "words.py": "adal_11_502_words-1.py",
        "more.py": "adal_11_503_more.py",
    }
    assert ada.student.earlier == ("adal_11_501_words.py",)
    assert ada.student.upload == "adal_11_503_"
    assert {part.name for part in bo.parts} == {"a-1.py", "a-2.py"} and bo.student.earlier == ()
    assert (ada.student.late, bo.student.late) == (False, True)
    assert (ada.student.id, len(ada.items), ada.student.platform) == ("11", 3, "canvas")


def test_canvas_order_is_that_of_the_files_numbers(tmp_path):
    lay(tmp_path, "adal_11_1000_words-1.py", "adal_11_999_words.py")
    (ada,) = list_class(tmp_path).entries
    assert [part.path.name for part in ada.parts] == ["adal_11_1000_words-1.py"]


@pytest.mark.parametrize(
    ("own", "platform"), [(0, "canvas"), (1, "canvas"), (2, ""), (3, "")], ids=str
)
def test_a_folder_is_canvas_where_more_than_half_of_its_code_says_so(tmp_path, own, platform):
    lay(tmp_path, "adal_11_501_words.py", "bom_12_502_words.py")
    lay(tmp_path, *(f"own{chr(97 + n)}.py" for n in range(own)))
    listing = list_class(tmp_path)
    assert listing.platform == platform
    assert len(listing.entries) == (2 if platform else 2 + own)


def test_a_user_of_two_names_and_a_file_number_of_two_files_are_not_canvas(tmp_path):
    lay(tmp_path / "a", "lab_3_501_ada.py", "task_3_502_bo.py", "exam_3_503_cy.py")
    lay(tmp_path / "b", "ada_11_5_x.py", "bo_12_5_x.py", "cy_13_5_x.py")
    for folder in ("a", "b"):
        listing = list_class(tmp_path / folder)
        assert (listing.platform, len(listing.entries)) == ("", 3)


def test_canvas_takes_names_ids_and_addresses_from_the_gradebook(tmp_path):
    folder = lay(tmp_path / "class", "adal_11_501_words.py", "bom_12_502_words.py")
    book = tmp_path / "book.csv"
    book.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section\n"
        '"Lovelace, Ada",11,s11,ada@x.edu,A\nBo M,12,s12,bo,A\n'
    )
    found = people(folder, book)
    told = {name: (one.student.sid, one.student.email) for name, one in found.items()}
    assert told == {"Ada Lovelace": ("s11", "ada@x.edu"), "Bo M": ("s12", "")}


def test_what_somebody_unpacked_of_canvas_counts_and_a_file_beside_typed_text_too(tmp_path):
    lay(tmp_path, "adal_11_501_lab/words.py", "adal_11_502_more.py", "bom_12_text.html")
    lay(tmp_path, "bom_12_503_words.py", "cyn_13_link.html", "cyn_13_504_words.py")
    found = people(tmp_path)
    assert set(read(found["adal"]).files) == {"lab/words.py", "more.py"}
    assert [found[name].problem for name in ("bom", "cyn")] == ["", ""]
    assert list(read(found["bom"]).files) == ["words.py"]


def test_several_who_only_typed_are_a_row_each(tmp_path):
    lay(tmp_path, "adal_11_501_words.py", "bom_12_text.html", "cyn_13_text.html")
    lay(tmp_path, "dio_14_link.html")
    listing = list_class(tmp_path)
    problems = {entry.name: bool(entry.problem) for entry in listing.entries}
    assert problems == {"adal": False, "bom": True, "cyn": True, "dio": True}
    assert listing.leftovers == ()


def test_of_two_things_without_a_file_the_last_is_named(tmp_path):
    lay(tmp_path, "adal_11_501_words.py", "bom_12_link.html", "bom_12_text.html")
    assert people(tmp_path)["bom"].problem.startswith("a text entry typed into Canvas")


def test_no_stranger_is_told_of_where_there_is_none(tmp_path):
    enrolled = enrol([handed_in(tmp_path, "Ada")], [table_of("name", "Ada", "Zed")], "")
    assert enrolled.told == ["On the roster: 2, of whom 1 handed in nothing"]


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2026-02-16 22:10:00", 22),
        ("2026-02-16 22:10:00.5 Z", 22),
        ("2026-02-16 22:10:00 +05:00", 17),
        ("2026-02-16 17:10:00 -05:00", 22),
    ],
)
def test_gradescopes_times_are_in_the_zone_they_name_or_else_in_utc(tmp_path, written, hour):
    lay(tmp_path, "submission_1/words.py")
    (tmp_path / "submission_metadata.yml").write_text(
        f"submission_1:\n  :submitters:\n  - :name: Ada\n  :created_at: {written}\n"
    )
    (entry,) = list_class(tmp_path, ()).entries
    submitted = entry.student.submitted.astimezone(datetime.timezone.utc)
    assert (submitted.day, submitted.hour, submitted.minute) == (16, hour, 10)


def test_canvas_numbers_of_a_students_own_do_not_outlive_the_name_without_one(tmp_path):
    """Whichever came first: with a ``words.py`` among them, the newest of them counts."""
    lay(tmp_path, "adal_11_501_words-1.py", "adal_11_502_words.py", "adal_11_503_words-2.py")
    (ada,) = list_class(tmp_path, ()).entries
    assert [part.path.name for part in ada.parts] == ["adal_11_503_words-2.py"]
    assert ada.student.earlier == ("adal_11_501_words-1.py", "adal_11_502_words.py")


def test_no_two_rows_have_one_name_whatever_stands_in_names_and_numbers(tmp_path):
    """Pages and points go by the row's name: of two that are alike one would be lost."""
    rows = [
        Entry(name, tmp_path, student=Student(name=name, sid=sid))
        for name, sid in (("Ada", "1"), ("Ada", "1"), ("Ada (2)", ""), ("Ada", "2"), ("Bo", "3"))
    ]
    made = distinct([*rows, Entry("Ada", tmp_path)])
    names = [entry.name for entry in made]
    assert names == sorted(set(names)) and len(names) == 6
    assert {"Ada", "Ada (1)", "Ada (1) (another)", "Ada (2)", "Ada (2) (another)", "Bo"} == set(
        names
    )


def test_an_archive_of_another_kind_may_hold_as_much_as_a_zip():
    large = {f"part{number}.py": b"#" * (12 << 20) for number in range(5)}
    collected = unpacked(tarred(large, "w:gz"), name="work.tar.gz")
    assert collected.files.keys() == large.keys()


def test_what_lies_there_as_a_matter_of_course_is_not_asked_about(tmp_path):
    lay(tmp_path, "ada/words.py", "bo/words.py")
    lay(tmp_path, ".DS_Store", "desktop.ini", content=b"\x00\x81" * 9)
    lay(tmp_path, "people.csv", content=b"name\nada\n")
    assert list_class(tmp_path).questionable == ""
    lay(tmp_path, "odd.csv", content=b"name\nb\x81\n")
    assert "odd.csv (a table that cannot be read: line 2" in list_class(tmp_path).questionable
