"""What changes a grade is graded again for whom it concerns; nothing is lost until it is safe."""

import os
import re
import shlex
import shutil

import pytest

from autograder.batch import keys

from .conftest import by
from .exports import FILE, PLATFORMS, Person, plain, table

CLASS = [Person(number, f"P{number}", number / 2) for number in range(1, 7)]


def graded_now(place, cheap, *words):
    """Whom the stand-in was asked for in a run of the class as it lies there."""
    cheap.asked.clear()
    ended = place.grade(*words)
    assert ended.code in (0, 1)
    return sorted(cheap.asked)


@pytest.fixture
def graded(place, cheap):
    place.lay(plain, CLASS)
    assert graded_now(place, cheap, "--seed", 5) == [f"P{n} {n}" for n in range(1, 7)]
    return place


def test_nothing_changed_nobody_is_graded_again(graded, cheap):
    assert graded_now(graded, cheap) == []
    assert graded_now(graded, cheap, "--jobs", 1) == []


def test_who_hands_in_something_else_is_graded_again_and_nobody_else(graded, cheap):
    (graded.handed_in / "P3 3" / FILE).write_text("# earns 9.5\n")
    assert graded_now(graded, cheap) == ["P3 3"]
    (graded.handed_in / "P4 4" / "more.py").write_text("# and more\n")
    assert graded_now(graded, cheap) == ["P4 4"]
    (graded.handed_in / "P4 4" / FILE).rename(graded.handed_in / "P4 4" / "named.py")
    assert graded_now(graded, cheap) == ["P4 4"]
    assert by(graded.rows(), "submission")["P3 3"]["score"] == "9.5"


def test_a_new_person_alone_is_graded(graded, cheap):
    (graded.handed_in / "Q 9").mkdir()
    (graded.handed_in / "Q 9" / FILE).write_text("# earns 1.25\n")
    assert graded_now(graded, cheap) == ["Q 9"]
    assert len(graded.rows()) == 7


@pytest.mark.parametrize(
    "file", ["checks/test_words.py", "words.py", "assignment.toml", "checks/support.py"]
)
def test_a_change_of_the_assignment_regrades_everybody(graded, cheap, file):
    path = graded.assignment / file
    path.write_text((path.read_text() if path.exists() else '"""Support."""\n') + "# changed\n")
    assert len(graded_now(graded, cheap)) == 6
    assert graded_now(graded, cheap) == []


def test_another_machine_or_engine_regrades_everybody(graded, cheap, monkeypatch):
    monkeypatch.setattr(keys.platform, "python_version", lambda: "3.99.0")
    assert len(graded_now(graded, cheap)) == 6
    assert graded_now(graded, cheap) == []
    versions = keys.importlib.metadata.version
    monkeypatch.setattr(keys.importlib.metadata, "version", lambda name: versions(name) + "+other")
    assert len(graded_now(graded, cheap)) == 6


def test_some_exercises_are_other_results_and_all_of_them_still_there(graded, cheap):
    assert len(graded_now(graded, cheap, "--only", "Stack")) == 6
    assert graded_now(graded, cheap) == []


def test_each_run_draws_hidden_inputs_of_its_own_and_keeps_them(place):
    seeds = set()
    for number in range(3):
        place.lay(plain, CLASS)
        place.grade(*(["--fresh"] if number else []))
        (seed,) = {line["seed"] for line in place.lines()}
        place.grade()
        assert {line["seed"] for line in place.lines()} == {seed}, "a run that goes on keeps it"
        place.run("regrade", place.results)
        seeds.add(seed)
    assert len(seeds) == 3 and all(seed > 2**20 for seed in seeds)


def test_another_seed_than_that_of_the_results_is_refused(graded):
    with pytest.raises(Exception, match="made with seed 5, not 6"):
        graded.grade("--seed", 6)


def published(place):
    return {
        path.relative_to(place.results): path.read_bytes()
        for path in sorted(place.results.rglob("*"))
        if path.is_file() and not path.name.startswith((".grading", "grading.sqlite"))
    }


@pytest.mark.parametrize("way", ["stopped", "refused"])
def test_starting_over_loses_nothing_before_the_new_is_there(graded, cheap, monkeypatch, way):
    """Whoever asks to start over and is stopped has the grades of before, and can mark them."""
    before, grade = published(graded), cheap.grade

    def interrupted(self, bundle, counting=()):
        if bundle.name == "P4 4":
            os.kill(os.getpid(), 2)
        return grade(self, bundle)

    if way == "stopped":
        monkeypatch.setattr(cheap, "grade", interrupted)
        assert graded.grade("--fresh", "--jobs", 1).code == 130
        monkeypatch.setattr(cheap, "grade", grade)
    else:
        monkeypatch.setattr(cheap, "__init__", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            graded.grade("--fresh")
        monkeypatch.undo()
    assert published(graded) == before
    shown = graded.run("show", graded.results, "P3 3", "--full").told
    assert "1.5 of 10" in shown
    assert graded.run("mark", graded.results).code == 0


def test_who_started_over_goes_on_with_the_new_seed_and_another_class(graded, cheap, monkeypatch):
    grade = cheap.grade

    def interrupted(self, bundle, counting=()):
        os.kill(os.getpid(), 2)
        return grade(self, bundle)

    others = [Person(number, "Other", number) for number in (7, 8, 9)]
    graded.lay(plain, others)
    monkeypatch.setattr(cheap, "grade", interrupted)
    assert graded.grade("--fresh", "--jobs", 1).code == 130
    monkeypatch.setattr(cheap, "grade", grade)
    assert graded.grade().code == 0
    assert {row["score"] for row in graded.rows()} == {"7", "8", "9"}
    assert {line["seed"] for line in graded.lines()} != {5}
    assert graded.pages() == ["Other 7", "Other 8", "Other 9"]
    told = graded.run("show", graded.results, "Other 7", "--full").told
    assert "Grades before" not in told


@pytest.mark.parametrize("accept", [True, False])
def test_a_regrade_publishes_what_moved_only_when_it_is_accepted(graded, cheap, accept):
    """Two of 6 get other points; what is published, page by page, is of before or of after."""
    before = published(graded)
    for number in (2, 5):
        (graded.handed_in / f"P{number} {number}" / FILE).write_text(f"# earns {number}\n")
    cheap.asked.clear()
    ended = graded.run("regrade", graded.results, *(["--accept"] if accept else []))
    assert sorted(cheap.asked) == ["P2 2", "P5 5"]
    assert ended.code == (0 if accept else 1) and "2 of 6 move" in ended.told
    moved = {row["submission"]: row for row in graded.rows("regrade.csv")}
    assert {name: (row["before"], row["after"]) for name, row in moved.items()} == {
        "P2 2": ("1", "2"),
        "P5 5": ("2.5", "5"),
    }
    assert [row["change"] for row in moved.values()] == ["1", "2.5"]
    for row in moved.values():
        assert "other files were handed in" in row["why"]
        assert re.search(r"\w+: [\d.]+ → [\d.]+ of [\d.]+ points", row["why"])
        assert "; ;" not in row["why"] and not row["why"].startswith(";")
    scores = {row["submission"]: row["score"] for row in graded.rows()}
    wanted = {f"{who.name} {who.id}": f"{who.earns:g}" for who in CLASS}
    if accept:
        wanted |= {"P2 2": "2", "P5 5": "5"}
    else:
        now = published(graded)
        now.pop(next(path for path in now if path.name == "regrade.csv"))
        assert now == before
    assert scores == wanted


def test_a_dropped_check_moves_those_it_moves_and_comes_back(graded):
    """Everybody below full marks failed both checks of a kind; the rest of the class stays."""
    names = re.findall(
        r"def test_(\w+)\(", (graded.assignment / "checks/test_words.py").read_text()
    )
    before = published(graded)
    ended = graded.run("drop", graded.results, names[0], "--reason", "unclear")
    assert ended.code in (0, 1)
    changed = {path for path, text in published(graded).items() if before.get(path) != text}
    assert {path.name for path in changed} <= {"drop.csv"}


def test_rosters_of_the_run_before_stay_in_use_and_a_missing_one_is_told(place):
    place.lay(PLATFORMS["github"], CLASS)
    roster = place.handed_in / "classroom_roster.csv"
    kept = place.root / "roster.csv"
    roster.rename(kept)
    place.grade("--table", kept)
    assert {row["name"] for row in place.rows()} == {who.name for who in CLASS}
    place.grade()
    assert {row["name"] for row in place.rows()} == {who.name for who in CLASS}
    assert place.run("regrade", place.results).code == 0
    kept.rename(place.root / "elsewhere.csv")
    for command in (place.grade, lambda: place.run("regrade", place.results)):
        with pytest.raises(Exception, match="was used before and is gone"):
            command()
    place.grade("--table", place.root / "elsewhere.csv")
    assert {row["name"] for row in place.rows()} == {who.name for who in CLASS}


def test_a_number_that_is_none_in_a_table_of_days_is_refused_and_nothing_moves(graded):
    before = published(graded)
    for cell in ("two", "-1", "1.5"):
        told = table(graded.root / "late.csv", [("submission", "days_late"), ("P1 1", cell)])
        with pytest.raises(Exception, match=f"days_late.*expected a whole number.* got '{cell}'"):
            graded.grade("--table", told)
    told = table(graded.root / "late.csv", [("submission", "days_late"), ("Nobody", 1)])
    with pytest.raises(Exception, match="no submission Nobody"):
        graded.grade("--table", told)
    assert published(graded) == before


def test_who_was_undecided_and_is_not_moves_without_a_number_and_the_other_way_round(graded):
    for number, earns in ((2, None), (5, 5.0)):
        (graded.handed_in / f"P{number} {number}" / FILE).write_text(f"# earns {earns}\n")
    assert graded.run("regrade", graded.results, "--accept").code == 0
    moved = {row["submission"]: row for row in graded.rows("regrade.csv")}
    assert (moved["P2 2"]["before"], moved["P2 2"]["after"]) == ("1", "needs_person")
    assert "status: graded → needs_person" in moved["P2 2"]["why"]
    assert (moved["P2 2"]["change"], moved["P5 5"]["change"]) == ("", "2.5")
    (graded.handed_in / "P2 2" / FILE).write_text("# earns 4\n")
    assert graded.run("regrade", graded.results).code == 1
    (moved,) = graded.rows("regrade.csv")
    assert (moved["before"], moved["after"], moved["change"]) == ("needs_person", "4", "")
    assert by(graded.rows(), "submission")["P2 2"]["final_score"] == ""


def test_the_command_that_goes_on_says_all_that_was_asked(place, cheap, monkeypatch):
    """What a stopped run tells to type is the run that was stopped, in a folder with a blank."""
    place = type(place)(place.root / "a term")
    shutil.copytree(place.root.parent / "tiny", place.assignment)
    place.lay(PLATFORMS["canvas"], CLASS)
    days = table(place.root / "late days.csv", [("submission", "days_late"), ("P1", 2)])
    grade = cheap.grade
    monkeypatch.setattr(
        cheap, "grade", lambda self, bundle, counting=(): os.kill(os.getpid(), 2) or 1 / 0
    )
    asked = ("--jobs", 1, "--table", days, "--gradescope", "--only", "Stack", "--column", "Lab 1")
    ended = place.grade(*asked)
    assert ended.code == 130 and "0 of 6 are graded" in ended.told
    command = shlex.split(ended.told.split("Go on with:")[1])
    assert command[:2] == ["autograder", "grade"]
    assert command[2:] == [
        *(str(place.handed_in), "--assignment", str(place.assignment)),
        *("--output", str(place.results), "--only", "Stack", "--jobs", "1"),
        *("--table", str(days), "--gradescope", "--column", "Lab 1", "--no-similarity"),
    ]
    monkeypatch.setattr(cheap, "grade", grade)
    assert place.run("grade", *command[2:]).code == 0
    assert {row["id"]: row["days_late"] for row in place.rows()}["1"] == "2"
    assert not list(place.results.glob("gradebook-*")), "some exercises are no grades of a lab"


def test_how_many_were_graded_now_is_said_where_some_had_their_result(place):
    assert "had their result" not in place.lay(plain, CLASS).grade().told
    (place.handed_in / f"P{2} {2}" / FILE).write_text("# earns 4\n")
    assert "5 had their result; 1 were graded now." in place.grade().told
