"""Whole exports of forty people with every odd hand-in: people in are people out, and each reason.

Layouts: Gradescope's "Export Submissions" (help.gradescope.com), Canvas's lib/content_zipper.rb,
Moodle's mod/assign/locallib.php, Blackboard's "Assignment File Download" and Brightspace's
"Download" as public scripts for them read them, GitHub Classroom's ``gh classroom clone``.
"""

import zipfile

import pytest

from autograder.intake.exports import CHOICES, list_class
from autograder.intake.listing import Listing, Unaccounted
from autograder.intake.submissions import NothingToGrade, read
from autograder.intake.unpacking import is_export, left_out, unpack

from .handed_in import CODE, READABLE, UNREADABLE, zipped

ODD = {**READABLE, **UNREADABLE}
CLASS = [*ODD, *(f"plain {number}" for number in range(40 - len(ODD)))]


def put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def handed_in(kind):
    name, content, _ = ODD.get(kind, ("words.py", CODE, "words.py"))
    return name, content


def person(number):
    return f"Student {number:02d}"


def moodle(folder, number, name, content):
    put(folder / f"{person(number)}_{300 + number}_assignsubmission_file_" / name, content)


def moodle_loose(folder, number, name, content):
    put(folder / f"{person(number)}_{300 + number}_assignsubmission_file_{name}", content)


def canvas(folder, number, name, content):
    late = "LATE_" * (number % 3 == 0)
    put(folder / f"student{number:02d}_{late}{1000 + number}_{5000 + number}_{name}", content)


def blackboard(folder, number, name, content):
    start = f"Lab 1_T6_stu{number:02d}_attempt_2026-02-16-22-10-{number:02d}"
    receipt = f"Name: {person(number)} (stu{number:02d})\nAssignment: Lab 1_T6\n"
    put(folder / f"{start}.txt", receipt.encode())
    put(folder / f"{start}_{name}", content)


def brightspace(folder, number, name, content):
    time = "Feb 16, 2026 1010 PM" if number % 2 else "16 February, 2026 2210"
    put(folder / f"{39000 + number}-640693 - {person(number)} - {time}" / name, content)


def gradescope(folder, number, name, content):
    put(folder / f"submission_{9000 + number}" / name, content)
    with open(folder / "submission_metadata.yml", "a", encoding="utf-8") as file:
        file.write(
            f"submission_{9000 + number}:\n  :submitters:\n  - :name: {person(number)}\n"
            f"    :sid: 's{number}'\n  :created_at: 2026-02-16 22:10:00.123 Z\n"
        )


def classroom(folder, number, name, content):
    put(folder / f"t6-stu{number:02d}" / name, content)
    with open(folder / "classroom_roster.csv", "a", encoding="utf-8") as file:
        if number == 0:
            file.write("identifier,github_username,github_id,name\n")
        file.write(f"s{number},stu{number:02d},{number},{person(number)}\n")


def plain(folder, number, name, content):
    put(folder / person(number) / name, content)


EXPORTS = {
    "moodle": moodle,
    "canvas": canvas,
    "blackboard": blackboard,
    "brightspace": brightspace,
    "gradescope": gradescope,
    "github": classroom,
    "": plain,
}
STRAY = (".DS_Store", "desktop.ini", "rename.py", "README.txt", "notes.csv", "__MACOSX/._x")


def export(folder, write):
    for number, kind in enumerate(CLASS):
        write(folder, number, *handed_in(kind))
    return folder


@pytest.mark.parametrize("platform", EXPORTS)
def test_forty_people_in_are_forty_people_out_with_each_reason(tmp_path, platform):
    folder = export(tmp_path / "class", EXPORTS[platform])
    if platform:
        for name in STRAY:
            put(folder / name, b"")
    listing = list_class(folder)
    assert (listing.platform, len(listing.entries)) == (platform, 40)
    order = sorted(listing.entries, key=lambda entry: entry.name)
    for kind, entry in zip(CLASS, order, strict=True):
        bundle = read(entry)
        if kind in UNREADABLE:
            assert UNREADABLE[kind][2] in bundle.problem, (kind, bundle)
        else:
            expected = READABLE.get(kind, READABLE["module"])[2]
            assert [path.endswith(expected) for path in bundle.files] == [True], (kind, bundle)
    odd = {one.name for one in listing.leftovers if not one.expected}
    assert odd == ({"rename.py", "README.txt"} if platform else set())
    taken = {name for entry in listing.entries for name in entry.items}
    there = {path.name for path in folder.iterdir()}
    assert taken | {one.name for one in listing.leftovers} == there
    assert f"{len(there)} entries = {len(taken)} in 40 submissions + " in listing.told


@pytest.mark.parametrize("platform", ["moodle", "canvas", "blackboard", "brightspace"])
def test_an_export_is_known_in_its_zip(tmp_path, platform):
    folder = export(tmp_path / "class", EXPORTS[platform])
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    assert is_export(tmp_path / "class.zip")
    place = unpack(tmp_path / "class.zip", tmp_path / "unpacked")
    assert len(list_class(place).entries) == 40
    assert left_out(place) == []


def test_moodles_folders_and_loose_files_are_the_same(tmp_path):
    export(tmp_path / "folders", moodle)
    export(tmp_path / "loose", moodle_loose)
    names = [entry.name for entry in list_class(tmp_path / "folders").entries]
    assert [entry.name for entry in list_class(tmp_path / "loose").entries] == names


@pytest.mark.parametrize(
    "day", ["2026_02_16", "2026_2_16", "2026_12_01", "1_2", "v1_10_12", "group_3_4"]
)
def test_names_with_numbers_do_not_merge_people(tmp_path, day):
    for name in ("ada", "alan", "grace"):
        put(tmp_path / f"{name}_{day}.py", CODE)
        put(tmp_path / f"{name}_{day}_final.py", CODE)
    listing = list_class(tmp_path)
    assert (listing.platform, len(listing.entries)) == ("", 6)


def test_what_was_typed_or_linked_is_a_row(tmp_path):
    put(tmp_path / "canvas" / "adal_11_501_words.py", CODE)
    put(tmp_path / "canvas" / "alant_LATE_12_text.html", b"")
    put(tmp_path / "canvas" / "graceh_13_link.html", b"")
    put(tmp_path / "moodle" / "Ada L_21_assignsubmission_onlinetext_" / "onlinetext.html", b"")
    put(tmp_path / "moodle" / "Bo M_22_assignsubmission_onlinetext_.html", b"")
    put(tmp_path / "moodle" / "Cy N_23_assignsubmission_file_" / "words.py", CODE)
    put(tmp_path / "bb" / "T6_ada_attempt_2026-02-16-22-10-00.txt", b"Name: Ada L (ada)\n")
    for folder, unreadable in (("canvas", 2), ("moodle", 2), ("bb", 1)):
        bundles = [read(entry) for entry in list_class(tmp_path / folder).entries]
        told = [bundle.problem for bundle in bundles if bundle.problem]
        assert len(told) == unreadable
        assert all("and no file; wanted: the notebook" in one for one in told)
    late = {entry.name: entry.student.late for entry in list_class(tmp_path / "canvas").entries}
    assert late == {"adal": False, "alant": True, "graceh": False}


def test_hidden_folders_empty_ones_and_links_are_rows(tmp_path):
    put(tmp_path / "ada.py", CODE)
    for name in (".lock", "empty"):
        (tmp_path / name).mkdir()
    (tmp_path / "alan.py").symlink_to("/etc/passwd")
    found = {entry.name: read(entry).problem for entry in list_class(tmp_path).entries}
    assert set(found) == {"ada", "alan", "empty", ".lock"}
    assert found["ada"] == ""
    assert "it is empty" in found["empty"] and "it is empty" in found[".lock"]
    assert "a link to another place" in found["alan"]


def test_newest_attempts_count_and_the_others_are_named(tmp_path):
    for time, text in (("2026-02-15-10-00-00", b"old"), ("2026-02-16-22-10-00", b"new")):
        put(tmp_path / "bb" / f"T6_ada_attempt_{time}.txt", b"Name: Ada L (ada)\n")
        put(tmp_path / "bb" / f"T6_ada_attempt_{time}_words.py", text)
    put(tmp_path / "d2l" / "7-1 - Ada L - Oct 10, 2025 1022 AM" / "words.py", b"old")
    put(tmp_path / "d2l" / "7-1 - Ada L - Oct 10, 2025 122 PM" / "words.py", b"new")
    put(tmp_path / "d2l" / "index.html", b"")
    for folder in ("bb", "d2l"):
        (entry,) = list_class(tmp_path / folder).entries
        assert read(entry).files == {"words.py": b"new"}
        assert (entry.name, len(entry.student.earlier)) == ("Ada L", 1)
    assert entry.student.submitted.hour == 13
    assert list_class(tmp_path / "d2l").questionable == ""


def test_the_platform_can_be_named(tmp_path):
    put(tmp_path / "adal_11_501_words.py", CODE)
    put(tmp_path / "alant_12_502_words.py", CODE)
    assert list_class(tmp_path).platform == "canvas"
    assert [e.name for e in list_class(tmp_path, platform="plain").entries] == [
        "adal_11_501_words",
        "alant_12_502_words",
    ]
    with pytest.raises(NothingToGrade, match="is named as Moodle names it"):
        list_class(tmp_path, platform="moodle")
    with pytest.raises(NothingToGrade, match="expected one of"):
        list_class(tmp_path, platform="sakai")
    assert {"classroom", "d2l", "plain", *EXPORTS} - {""} <= set(CHOICES)


def test_nothing_may_be_left_unsaid(tmp_path):
    put(tmp_path / "ada.py", CODE)
    put(tmp_path / "alan.py", CODE)
    listing = list_class(tmp_path)
    with pytest.raises(Unaccounted, match=r"alan\.py"):
        Listing(tmp_path, "", "", listing.entries[:1])


def test_what_cannot_be_unpacked_of_an_export_is_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("Ada L_21_assignsubmission_file_/words.py", CODE)
        archive.writestr("../evil.py", CODE)
        archive.writestr(f"Bo_22_assignsubmission_file_{'x' * 300}.py", CODE)
    place = unpack(tmp_path / "export.zip", tmp_path / "unpacked")
    assert len(left_out(place)) == 2
    assert left_out(place)[0] == "../evil.py"


def test_an_archive_that_is_a_bomb_stops_at_the_cap(tmp_path):
    import lzma

    bomb = lzma.compress(bytes(200 << 20))
    put(tmp_path / "class" / "ada" / "words.py.xz", bomb)
    put(tmp_path / "class" / "bo" / "work.tar.xz", bomb)
    put(tmp_path / "class" / "cy" / "work.zip", zipped({"words.py.xz": bomb}))
    for entry in list_class(tmp_path / "class").entries:
        assert "more than 64 MiB" in read(entry).problem
