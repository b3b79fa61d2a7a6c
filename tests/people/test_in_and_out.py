"""People in = people out: everybody is published once, with their own points, page and cells."""

import csv
import os
import re
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import by, new_place
from .exports import FILE, PLATFORMS, Person, key, lay, plain, table

NAMES = ("Ada Lovelace", "Bo Li", "Ada", "Zoë O'Neil", "Li Bo", "Ada Lovelace-King")
EVERY_PLATFORM = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda name: name or "plain")


def expected_cell(who):
    return "" if who.earns is None else f"{who.earns:g}"


def check_published(place, platform, people):
    """Every table, page and archive tells of each of these people once, and of nobody else."""
    column = "id" if platform else "submission"
    rows = by(place.rows(), column)
    wanted = {key(platform, who): who for who in people}
    assert rows.keys() == wanted.keys()
    lines = {line["submission"]: line for line in place.lines()}
    assert len(lines) == len(people)
    for one, who in wanted.items():
        row = rows[one]
        assert row["final_score"] == row["score"] == expected_cell(who)
        assert row["status"] == ("needs_person" if who.earns is None else "graded")
        assert lines[row["submission"]]["score"] == who.earns
        if platform:
            numbered = platform not in ("blackboard", "brightspace")  # these tell no other number
            assert (row["name"], row["sid"]) == (who.name, who.sid if numbered else "")
    assert len(place.pages()) == len(people)
    if platform in ("canvas", "moodle"):
        check_gradebook(place, platform, wanted)
    if platform in ("canvas", "moodle", "brightspace"):
        check_uploads(place, platform, wanted)
    if platform == "gradescope":
        check_reports(place, people)


def check_gradebook(place, platform, wanted):
    with open(place.results / f"gradebook-{platform}.csv", newline="") as file:
        lines = list(csv.reader(file))
    header = lines[0]
    own = header.index("Grade") if platform == "moodle" else len(header) - 1
    number = header.index("Identifier" if platform == "moodle" else "ID")
    cells = {line[number].split(" ")[-1]: line for line in lines[1:] if line[number]}
    assert cells.keys() == wanted.keys()
    for one, who in wanted.items():
        told = "" if who.earns is None else expected_cell(who)
        assert cells[one][own] == told, one
        assert cells[one][1 if platform == "moodle" else 0] == who.name


def check_uploads(place, platform, wanted):
    with zipfile.ZipFile(place.results / f"feedback-{platform}.zip") as archive:
        names = archive.namelist()
        assert len(set(names)) == len(names) == len(wanted)
        for one, who in wanted.items():
            (own_page,) = [name for name in names if re.search(rf"(^|_){one}(_| - )", name)]
            page = archive.read(own_page).decode()
            assert who.name.replace("'", "&#39;") in page
            assert who.earns is None or f"{who.earns:g}" in page


def check_reports(place, people):
    found = sorted(path.parent.name for path in (place.results / "gradescope").glob("*/*.json"))
    assert len(found) == len(people)


@EVERY_PLATFORM
@pytest.mark.parametrize("size", [1, 199, 200, 201, 450])
def test_a_class_of_any_size_comes_out_whole(place, platform, size):
    people = [
        Person(99_800 + number, f"P{number % 190} Q", number % 21 / 2) for number in range(size)
    ]
    ended = place.lay(PLATFORMS[platform], people).grade()
    assert f"{size} submission{'s' * (size != 1)}: {size} graded" in ended.told
    assert ended.code == 0
    check_published(place, platform, people)


def test_an_empty_folder_is_refused_and_publishes_nothing(place):
    place.lay(plain, [])
    with pytest.raises(Exception, match="no submission in it"):
        place.grade()
    assert not (place.results / "grades.csv").exists()


people_of_a_class = st.lists(
    st.builds(
        Person,
        id=st.one_of(st.integers(1, 40), st.sampled_from([99_999, 100_000, 100_001, 9_999_999])),
        name=st.sampled_from(NAMES),
        earns=st.sampled_from([0.0, 0.5, 3.25, 9.75, 10.0, 10.0, None]),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda who: who.id,
)


@EVERY_PLATFORM
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=people_of_a_class, second=people_of_a_class)
def test_a_class_that_changes_comes_out_as_it_is_now(tmp_path_factory, platform, first, second):
    """Graded, exchanged for another class of which one at least was there, and graded again."""
    place = new_place(tmp_path_factory.mktemp("class"))
    place.lay(PLATFORMS[platform], first).grade()
    check_published(place, platform, first)
    others = [who for who in second if who.id != first[0].id]
    place.lay(PLATFORMS[platform], [first[0], *others]).grade()
    check_published(place, platform, [first[0], *others])


def test_equal_work_is_graded_once_and_counts_for_everybody(place, cheap):
    people = [Person(number, f"P{number}", 7.5) for number in range(1, 8)]
    place.lay(plain, people).grade()
    assert len(cheap.asked) == 1
    check_published(place, "", people)


@pytest.mark.parametrize("doors", [1, 2, 3])
def test_who_needs_a_person_has_no_number_anywhere(place, doors):
    """Not 0.0, in no table: the grader could not decide, and nobody did."""
    people = [Person(1, "Ada L", None), *(Person(n, "Bo L", 4.5) for n in range(2, 2 + doors))]
    ended = place.lay(PLATFORMS["canvas"], people).grade()
    assert ended.code == 1
    assert f"{doors} graded, 1 needs a person" in ended.told
    row = by(place.rows(), "id")["1"]
    assert row["status"] == "needs_person"
    undecided = ("score", "final_score", "word_count", "Stack")
    assert {name: row[name] for name in undecided} == dict.fromkeys(undecided, "")
    (line,) = [line for line in place.lines() if line["status"] == "needs_person"]
    assert line["score"] is None and line["final_score"] is None
    check_published(place, "canvas", people)


def test_a_folder_and_a_loose_file_of_one_person_are_one_submission(place):
    """Moodle puts files of one participant in a folder or beside it, as the teacher has chosen."""
    place.lay(PLATFORMS["moodle"], [Person(7, "Bo Li", 3.0)])
    lay(
        place.handed_in,
        {
            "Ada L_5_assignsubmission_file_/" + FILE: "# earns 6.5\n",
            "Ada L_5_assignsubmission_file_/a/first.py": "# first\n",
            "Ada L_5_assignsubmission_file_/z/last.py": "# last\n",
            "Ada L_5_assignsubmission_file_notes.py": "# nothing to earn\n",
        },
    )
    place.grade()
    rows = by(place.rows(), "id")
    assert {one: row["score"] for one, row in rows.items()} == {"5": "6.5", "7": "3"}
    (ada,) = [line for line in place.lines() if line["student"]["id"] == "5"]
    assert ada["student"]["name"] == "Ada L"
    shown = place.run("show", place.results, "5", "--full").told
    for path in (FILE, "notes.py", "a/first.py", "z/last.py"):
        assert path in shown


def test_equal_names_of_files_in_subfolders_all_count(place):
    extra = {"part1/helper.py": "# one\n", "part2/helper.py": "# two\n", "part2/x.py": "# x\n"}
    people = [Person(1, "Ada L", 2.0, extra=extra), Person(2, "Bo L", 4.0)]
    place.lay(PLATFORMS["moodle"], people).grade()
    check_published(place, "moodle", people)
    shown = place.run("show", place.results, "Ada L", "--full").told
    for path in (FILE, "part1/helper.py", "part2/helper.py", "part2/x.py"):
        assert path in shown


def test_late_on_one_of_several_files_is_late(place):
    extra = {"more.py": "# more\n"}
    people = [
        Person(1, "Ada L", 8.0, late=True, extra=extra),
        Person(2, "Bo L", 8.0, extra=extra),
        Person(3, "Cy L", 8.0, late=True),
    ]
    ended = place.lay(PLATFORMS["canvas"], people).grade()
    assert ended.code == 1 and "nobody knows how late: 2." in ended.told
    rows = by(place.rows(), "id")
    assert [rows[one]["days_late"] for one in "123"] == ["?", "", "?"]
    check_published(place, "canvas", people)


def test_a_file_that_is_gone_costs_nobody_else_and_keeps_its_person(place, monkeypatch):
    people = [Person(number, f"P{number}", 5.0 + number / 4) for number in range(1, 6)]
    place.lay(plain, people)
    opened = os.open

    def vanishing(path, *how, **more):
        if "P3 3/" in os.fspath(path) and os.path.isfile(path):
            os.unlink(path)
        return opened(path, *how, **more)

    monkeypatch.setattr(os, "open", vanishing)
    ended = place.grade()
    assert ended.code == 1 and "4 graded" in ended.told and "1 unreadable" in ended.told
    rows = by(place.rows(), "submission")
    assert rows.keys() == {f"P{number} {number}" for number in range(1, 6)}
    gone = rows.pop("P3 3")
    assert (gone["status"], gone["score"], gone["final_score"]) == ("unreadable", "", "")
    assert {one: row["score"] for one, row in rows.items()} == {
        f"{who.name} {who.id}": f"{who.earns:g}" for who in people if who.id != 3
    }


@EVERY_PLATFORM
def test_who_withdraws_between_an_interruption_and_the_next_run_is_gone_alone(
    place, platform, cheap, monkeypatch
):
    people = [Person(number, f"P{number}", number / 4) for number in range(1, 31)]
    grade, left = cheap.grade, iter(range(12))

    def interrupted(self, bundle, counting=()):
        if next(left, None) is None:
            os.kill(os.getpid(), 2)
        return grade(self, bundle)

    monkeypatch.setattr(cheap, "grade", interrupted)
    ended = place.lay(PLATFORMS[platform], people).grade("--jobs", 1)
    assert ended.code == 130 and "Go on with" in ended.told
    assert not (place.results / "grades.csv").exists()
    monkeypatch.setattr(cheap, "grade", grade)
    stay = [who for who in people if who.id % 7]
    assert place.lay(PLATFORMS[platform], stay).grade().code == 0
    check_published(place, platform, stay)
    asked = [name for name in cheap.asked]
    assert len(asked) < len(people) + 12, "what was graded before is kept"


def test_namesakes_keep_their_names_pages_and_history_when_one_departs(place):
    two = [Person(5, "Ada L", 3.0), Person(6, "Ada L", 8.0), Person(7, "Bo L", 1.0)]
    place.lay(PLATFORMS["canvas"], two).grade()
    check_published(place, "canvas", two)
    place.lay(PLATFORMS["canvas"], two[1:]).grade()
    check_published(place, "canvas", two[1:])


def test_two_of_one_name_without_any_number_are_two(place):
    """Gradescope lets a course have neither ids nor, for those never invited, addresses."""
    told = "".join(
        f"submission_{number}:\n  :submitters:\n  - :name: Ada L\n"
        f"  :created_at: 2026-02-16 22:1{number}:00.0 Z\n"
        for number in (1, 2)
    )
    place.handed_in.mkdir()
    lay(
        place.handed_in,
        {
            "submission_metadata.yml": "---\n" + told,
            "submission_1/words.py": "# earns 2.5\n",
            "submission_2/words.py": "# earns 7.5\n",
        },
    )
    place.grade()
    assert sorted(row["score"] for row in place.rows()) == ["2.5", "7.5"]
    assert len(place.pages()) == 2


def test_days_late_in_a_copy_of_the_grades_reach_everybody_and_nobody_else(place):
    people = [Person(1, "Ada L", 8.0), Person(2, "Bo L", 8.0), Person(3, "=Cy L", 6.0)]
    place.lay(plain, people).grade()
    days = {"Ada L 1": "", "Bo L 2": "2", "'=Cy L 3": "0"}
    assert {row["submission"] for row in place.rows()} == set(days)
    told = table(place.root / "late.csv", [("submission", "days_late"), *days.items()])
    assert place.grade("--table", told).code == 0
    late = {row["submission"]: row["days_late"] for row in place.rows()}
    assert late == {"Ada L 1": "", "Bo L 2": "2", "'=Cy L 3": ""}


@EVERY_PLATFORM
def test_a_platform_that_is_named_reads_the_folder_as_it_is(place, platform):
    people = [Person(1, "Ada L", 8.0), Person(2, "Bo L", 6.0)]
    place.lay(PLATFORMS[platform], people)
    ended = place.grade(*(["--platform", platform] if platform else []))
    assert ended.code == 0 and "Not unpacked" not in ended.told
    assert "On the roster" not in ended.told, "no table was named"
    check_published(place, platform, people)


def test_two_archives_of_one_person_both_count_each_in_a_folder_of_its_name(place):
    place.handed_in.mkdir()
    begin = "Lab 1_user1_attempt_2026-02-16-22-10-00"
    lay(place.handed_in, {f"{begin}.txt": "Name: Ada L (user1)\n"})
    for name, text in (("one", "# first\n"), ("two", "# earns 7.5\n")):
        with zipfile.ZipFile(place.handed_in / f"{begin}_{name}.zip", "w") as archive:
            archive.writestr(FILE, text)
    place.grade()
    assert [row["score"] for row in place.rows()] == ["7.5"]
    shown = place.run("show", place.results, "Ada L", "--full").told
    assert f"one/{FILE}" in shown and f"two/{FILE}" in shown
