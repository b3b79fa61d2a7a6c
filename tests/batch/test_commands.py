"""The commands after a first grading: regrade, drop, mark and show, as a grader types them."""

import csv
import re
import shutil

import pytest
from typer.testing import CliRunner

from autograder.assignment.known import remember
from autograder.batch.mark_table import BadMark
from autograder.batch.store import Store
from autograder.cli.app import app
from autograder.cli.command_options import UsageProblem
from autograder.intake.submissions import NothingToGrade
from autograder.intake.tables import UnreadableTable

from .conftest import TINY

REFERENCE = TINY.parents[1] / "solutions" / "t6"
RIGHT = (TINY / "words.py").read_text()
WRONG = RIGHT.replace("counts.get(word, 0) + 1", "1")


def run(*arguments):
    """A command's exit code and what it printed; expected failures are raised."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def scores(results):
    with open(results / "grades.csv", newline="") as file:
        return {row["submission"]: row["score"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory):
    """A class of three as Moodle exports it, graded."""
    root = tmp_path_factory.mktemp("commands")
    shutil.copytree(TINY, root / "tiny", ignore=shutil.ignore_patterns("__py*"))
    for number, (name, text) in enumerate({"Ada": RIGHT, "Bo": WRONG, "Cy": WRONG + "#"}.items()):
        home = root / "class" / f"{name} L_{301 + number}_assignsubmission_file_"
        home.mkdir(parents=True)
        (home / "words.py").write_text(text)
    code, _ = run("grade", root / "class", "-a", root / "tiny", "-o", root / "results", "--seed", 4)
    assert code == 0
    return root


@pytest.fixture
def class_of_three(graded_once, tmp_path):
    """A copy of it to change; the store knows the copy's places."""
    root = tmp_path / "copy"
    shutil.copytree(graded_once, root)
    with Store(root / "results") as store:
        store.set("submissions", str(root / "class"))
        store.set("assignment", str(root / "tiny"))
    remember(root / "tiny")
    return root


def softened(root):
    """Let the assignment ask less of what Bo and Cy get wrong."""
    path = root / "tiny" / "checks" / "test_words.py"
    text = path.read_text()
    strict = '    expect.close(sub.word_count(text), ref.word_count(text), "the counts")'
    assert strict in text
    path.write_text(text.replace(strict, '    expect.mapping(sub.word_count(text), "the counts")'))


def test_a_regrade_says_who_moves_and_why_and_publishes_nothing(class_of_three):
    results = class_of_three / "results"
    before = {path: path.read_bytes() for path in (results / "feedback").iterdir()}
    softened(class_of_three)
    code, told = run("regrade", results)
    assert code == 1
    assert "2 of 3 move" in told and "count_random: failed → passed" in told
    assert "Nothing is published" in told
    assert {path: path.read_bytes() for path in (results / "feedback").iterdir()} == before
    assert scores(results)["Bo L"] == "8.222"
    assert "Bo L,8.222,9.111,0.889," in (results / "regrade.csv").read_text()
    code, told = run("regrade", results, "--accept")
    assert code == 0
    assert "3 had their result" in told
    assert scores(results) == {"Ada L": "10", "Bo L": "9.111", "Cy L": "9.111"}


def test_a_regrade_without_a_change_moves_nobody(class_of_three):
    code, told = run("regrade", class_of_three / "results")
    assert code == 0
    assert "Nobody moves." in told and "0 graded again" in told


def test_a_regrade_tells_of_other_files_and_other_people(class_of_three):
    shutil.rmtree(next((class_of_three / "class").glob("Ada*")))
    next((class_of_three / "class").glob("Bo*/words.py")).write_text(RIGHT)
    code, told = run("regrade", class_of_three / "results")
    assert code == 1
    assert "no longer handed in" in told
    assert "other files were handed in" in told


def test_a_dropped_check_is_shown_first_then_counts_for_nobody(class_of_three):
    results = class_of_three / "results"
    code, told = run("drop", results, "count_random", "--reason", "too hard")
    assert code == 1 and "2 of 3 move" in told and "count_random: failed" in told
    assert scores(results)["Bo L"] == "8.222"
    code, _ = run("drop", results, "count_random", "--reason", "too hard", "--accept")
    assert code == 0
    assert scores(results) == {"Ada L": "10", "Bo L": "8.857", "Cy L": "8.857"}
    assert "count_random" not in (results / "feedback" / "Bo L.md").read_text()
    code, _ = run("drop", results, "count_random", "--restore", "--accept")
    assert code == 0
    assert scores(results)["Bo L"] == "8.222"


def test_a_check_that_is_not_there_or_the_last_one_is_refused(class_of_three):
    results = class_of_three / "results"
    for name, told in (
        ("nope", "name an exercise to see its checks: word_count, Stack"),
        ("stack_ordr", "did you mean stack_order"),
        ("word_count", "is an exercise, with the checks count_case, "),
    ):
        with pytest.raises(UsageProblem, match=f"no check '{name}'; .*{told}"):
            run("drop", results, name)
    checks = ["stack_order", "stack_empty", "stack_random", "stack_apart"]
    for check in checks:
        run("drop", results, check, "--accept")
    with pytest.raises(UsageProblem, match="only check of Stack that counts; switch the exercise"):
        run("drop", results, "stack_again")


def test_marks_count_survive_a_regrade_and_are_exported(class_of_three):
    results, table = class_of_three / "results", class_of_three / "marks.csv"
    table.write_text(
        "submission,exercise,points,author,reason,date,counts_as\n"
        "302,word_count,1.5,Tutor,a typo,2026-03-01,added\n"
        "Cy L,,7,Tutor,graded by hand,2026-03-01,instead\n"
        "Ada L,Stack,,,,,\n"
    )
    code, told = run("mark", results, table)
    assert code == 0 and "2 new marks" in told
    assert scores(results) == {"Ada L": "10", "Bo L": "9.722", "Cy L": "7"}
    assert '"author":"Tutor"' in (results / "results.jsonl").read_text()
    assert "a person added 1.5 points: a typo" in (results / "feedback" / "Bo L.md").read_text()
    assert "0 new marks, 2 were known" in run("mark", results, table)[1]
    softened(class_of_three)
    run("regrade", results, "--accept")
    assert scores(results) == {"Ada L": "10", "Bo L": "10", "Cy L": "7"}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Zed,Stack,1,T,,,added", "'Zed' stands for nobody"),
        ("Ada L,Heap,1,T,,,added", "no exercise 'Heap'; there are word_count, Stack"),
        ("Ada L,Stack,many,T,,,added", "expected a number like 7.5, got 'many'"),
        ("Ada L,Stack,7,T,,,instead", "expected 0 to 6, got 7"),
        ("Ada L,Stack,nan,T,,,instead", "expected a number like 7.5, got 'nan'"),
        ("Ada L,Stack,1,,,,added", "author: expected who gives the points"),
        ("Ada L,Stack,1", "counts_as: expected open, added or instead"),
        ("Ada L,Stack,1,T,,,", "counts_as: expected open, added or instead"),
        ("Ada L,Stack,1,T,,,open", "Stack has no points that only a person gives"),
        ("Ada L,Stack,1,T,,01.03.2026,added", "date: expected one like 2026-02-20"),
    ],
)
def test_a_line_that_cannot_be_taken_is_named_and_none_is(class_of_three, line, problem):
    results, table = class_of_three / "results", class_of_three / "marks.csv"
    head = "submission,exercise,points,author,reason,date,counts_as\n"
    table.write_text(f"{head}Bo L,Stack,-1,T,,,added\n{line}\n")
    with pytest.raises(BadMark, match=r"marks\.csv, line 3") as raised:
        run("mark", results, table)
    assert problem in str(raised.value)
    assert "0 of 3 submissions wait for a person" in run("mark", results)[1]
    assert scores(results)["Bo L"] == "8.222"


def test_what_waits_for_a_person_becomes_a_table_to_fill_in(class_of_three):
    results, table = class_of_three / "results", class_of_three / "marks.csv"
    (class_of_three / "class" / "Di L_304_assignsubmission_file_").mkdir()
    code, _ = run("grade", class_of_three / "class", "-a", class_of_three / "tiny", "-o", results)
    assert code == 1
    code, told = run("mark", results)
    assert code == 1 and "1 of 4 submissions waits for a person" in told
    assert "marks.csv: 1 line; fill in points" in run("mark", results, "--template", table)[1]
    lines = list(csv.DictReader(table.open()))
    assert [(line["submission"], line["counts_as"], line["at_most"]) for line in lines] == [
        ("Di L", "instead", "10")
    ]
    table.write_text(table.read_text().replace("Di L,,,,", "Di L,,4,T,"))
    assert run("mark", results, table)[0] == 0
    assert scores(results)["Di L"] == "4"


def test_everything_about_one_grade_is_shown(class_of_three):
    results = class_of_three / "results"
    code, brief = run("show", results, "bo")
    assert code == 0 and len(brief.splitlines()) <= 24
    # Whole, however much the check has to say; what it says is cut.
    assert re.search(r"^word_count +2\.222 of 4 +count_case: .*…$", brief, re.MULTILINE), brief
    assert "1 exercise with nothing lost" in brief and "--full" in brief
    code, told = run("show", results, "bo", "--full")
    assert code == 0
    flat = " ".join(told.split())
    for part in ("moodle 302", "words.py", "seed 4", "count_random: failed", "asked:"):
        assert part in flat
    assert "array" in flat or "the counts" in flat
    with pytest.raises(
        UsageProblem, match=r"stands for 3 submissions: Ada L \(301\), Bo L \(302\)"
    ):
        run("show", results, " L")
    with pytest.raises(UsageProblem, match="nobody called 'Zed'"):
        run("show", results, "Zed")


def test_a_folder_without_results_is_no_place_for_these(tmp_path):
    for command in (["regrade"], ["mark"], ["show", "x"], ["drop", "x"]):
        with pytest.raises(UsageProblem, match="no grading run in it"):
            run(command[0], tmp_path, *command[1:])


def graded_again(root, *more, place="class"):
    """Grade the class, or another, into the same results."""
    return run("grade", root / place, "-a", root / "tiny", "-o", root / "results", *more)


def test_results_of_another_assignment_or_class_are_not_replaced(class_of_three):
    grades = class_of_three / "results" / "grades.csv"
    before = grades.read_bytes()
    manifest = class_of_three / "tiny" / "assignment.toml"
    text = manifest.read_text()
    manifest.write_text(text.replace('name = "tiny"', 'name = "other"'))
    assert manifest.read_text() != text
    with pytest.raises(UsageProblem, match="holds grades of tiny, not of other"):
        graded_again(class_of_three)
    manifest.write_text(text)
    other = class_of_three / "others" / "Di"
    other.mkdir(parents=True)
    (other / "words.py").write_text(RIGHT)
    with pytest.raises(UsageProblem, match="holds grades of 3 others"):
        graded_again(class_of_three, place="others")
    assert grades.read_bytes() == before
    assert graded_again(class_of_three, "--fresh", place="others")[0] == 0
    assert scores(class_of_three / "results") == {"Di": "10"}


def test_some_exercises_alone_change_nothing_that_a_platform_imports(class_of_three):
    gradebook = class_of_three / "results" / "gradebook-moodle.csv"
    before = gradebook.read_bytes()
    code, told = graded_again(class_of_three, "--only", "word_count")
    assert code == 0
    assert "Partial: only word_count, 4 of 10 points." in told and "For the platform" not in told
    assert gradebook.read_bytes() == before


def test_a_person_enters_days_late_in_a_copy_of_the_grades(class_of_three):
    manifest = class_of_three / "tiny" / "assignment.toml"
    manifest.write_text(manifest.read_text() + "\n[late]\npercent_per_day = 10\ncap_percent = 50\n")
    home = class_of_three / "canvas"
    home.mkdir()
    (home / "ada_LATE_11_21_words.py").write_text(RIGHT)
    (home / "bo_12_22_words.py").write_text(RIGHT)
    code, told = graded_again(class_of_three, "--fresh", place="canvas")
    assert code == 1 and "nobody knows how late: 1" in told
    rows = list(csv.reader((class_of_three / "results" / "grades.csv").open(newline="")))
    days = rows[0].index("days_late")
    assert [row[days] for row in rows[1:]] == ["?", ""]
    for entered, final in (("2", "8"), ("0", "10")):
        rows[1][days] = entered
        table = class_of_three / "late.csv"
        with table.open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        code, told = graded_again(class_of_three, "--table", table, place="canvas")
        assert code == 0 and "nobody knows" not in told and "2 had their result" in told
        with (class_of_three / "results" / "grades.csv").open(newline="") as file:
            found = {row["submission"]: row["final_score"] for row in csv.DictReader(file)}
        assert found == {"ada": final, "bo": "10"}
    rows[1][days] = "3"
    with table.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    assert graded_again(class_of_three, place="canvas")[0] == 0
    with (class_of_three / "results" / "grades.csv").open(newline="") as file:
        assert [row["final_score"] for row in csv.DictReader(file)] == ["7", "10"]
    table.unlink()
    with pytest.raises(UsageProblem, match="was used before and is gone"):
        graded_again(class_of_three, place="canvas")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("a,b\n1,2\n", "nor one of people; its columns are a, b"),
        ("Student,ID,Section\nAda,1,A\n", "a Canvas gradebook, but these submissions are not"),
        (
            "submission,days_late\nAda L,two\n",
            "line 2, column 'days_late': expected a whole number",
        ),
        ("submission,days_late\nNobody,2\n", "no submission Nobody"),
    ],
)
def test_a_table_that_says_nothing_about_the_class_is_refused(class_of_three, lines, said):
    table = class_of_three / "table.csv"
    table.write_text(lines)
    with pytest.raises(UnreadableTable, match=said):
        graded_again(class_of_three, "--table", table)


def test_the_folder_of_one_student_is_no_class(tmp_path):
    for name in ("optimizers.py", "clipping.py"):
        shutil.copy(REFERENCE / name, tmp_path / name)
    with pytest.raises(UsageProblem, match="the work of one student"):
        run("grade", tmp_path, "-a", REFERENCE, "-o", tmp_path / "results")
    with pytest.raises(NothingToGrade, match="expected a folder of submissions"):
        (tmp_path / "marks.csv").write_text("submission\n")
        run("grade", tmp_path / "marks.csv", "-a", REFERENCE, "-o", tmp_path / "results")


def test_a_table_that_may_be_filled_in_is_never_written_over(class_of_three):
    results, table = class_of_three / "results", class_of_three / "marks.csv"
    table.write_text("mine")
    with pytest.raises(UsageProblem, match=r"marks\.csv: is there, and may be filled in"):
        run("mark", results, "--template", table)
    assert table.read_text() == "mine"
    with pytest.raises(UsageProblem, match=r"t\.csv: cannot be written: No such file"):
        run("mark", results, "--template", class_of_three / "missing" / "t.csv")
    _, told = run("mark", results, "--template", class_of_three / "new.csv")
    assert "new.csv: no lines, since nothing waits" in told


def test_a_report_takes_the_place_of_a_report_alone(class_of_three):
    results, page = class_of_three / "results", class_of_three / "class.html"
    for _ in range(2):
        assert run("report", results, "-o", page)[0] == 0
    assert "Ada L" in page.read_text()
    grades = (results / "grades.csv").read_bytes()
    with pytest.raises(UsageProblem, match=r"grades\.csv: is there, and is no class report"):
        run("report", results, "-o", results / "grades.csv")
    assert (results / "grades.csv").read_bytes() == grades


def test_names_never_get_into_a_report_without_names(class_of_three):
    results, table = class_of_three / "results", class_of_three / "marks.csv"
    nameless, shared = results / "report-anonymous.html", class_of_three / "shared.html"
    assert run("report", results, "--anonymous")[0] == 0
    assert run("report", results, "--anonymous", "-o", shared)[0] == 0
    assert "Ada L" in (results / "report.html").read_text()
    table.write_text("submission,exercise,points,author,counts_as\nBo L,Stack,1,T,instead\n")
    assert run("mark", results, table)[0] == 0
    for target, told in ((nameless, "is for the report without names"), (shared, "remove it")):
        with pytest.raises(UsageProblem, match=told):
            run("report", results, "-o", target)
        assert "Ada L" not in target.read_text()
    with pytest.raises(UsageProblem, match="write names into it"):
        run("report", results, "--anonymous", "-o", results / "report.html")


@pytest.fixture
def another_assignment(class_of_three):
    """The same exercises under another name."""
    path = class_of_three / "other"
    shutil.copytree(class_of_three / "tiny", path)
    text = (path / "assignment.toml").read_text()
    (path / "assignment.toml").write_text(text.replace('name = "tiny"', 'name = "other"', 1))
    return path


@pytest.mark.parametrize(
    "command", [["show", "Bo"], ["report"], ["mark"], ["drop", "count_random"], ["regrade"]]
)
def test_an_assignment_that_the_results_are_not_of_is_refused(
    class_of_three, another_assignment, command
):
    results = class_of_three / "results"
    with pytest.raises(UsageProblem, match="results holds grades of tiny, not of other"):
        run(command[0], results, *command[1:], "-a", another_assignment)


def test_where_its_name_is_not_known_exercises_tell_the_assignment(class_of_three, tiny_copy):
    results, t6 = class_of_three / "results", TINY.parents[1] / "solutions" / "t6"
    shutil.rmtree(class_of_three / "tiny")
    with Store(results) as store:
        store.set("name", "")
    with pytest.raises(UsageProblem, match=r"with the exercises word_count, Stack, .*not of t6"):
        run("show", results, "Bo", "-a", t6)
    assert run("show", results, "Bo", "-a", tiny_copy)[0] == 0


def test_a_regrade_of_a_class_without_one_student_in_common_is_refused(class_of_three, tmp_path):
    other = tmp_path / "others"
    (other / "Zed").mkdir(parents=True)
    (other / "Zed" / "words.py").write_text(RIGHT)
    with pytest.raises(
        UsageProblem, match=r"nobody in it is in .*results, which holds grades of 3 o"
    ):
        run("regrade", class_of_three / "results", "--submissions", other)
    (other / "Bo L").mkdir()
    (other / "Bo L" / "words.py").write_text(RIGHT)
    assert run("regrade", class_of_three / "results", "--submissions", other)[0] == 1


def test_points_without_effect_are_refused(class_of_three):
    results, table = class_of_three / "results", class_of_three / "marks.csv"
    (class_of_three / "class" / "Di L_304_assignsubmission_file_").mkdir()
    run("grade", class_of_three / "class", "-a", class_of_three / "tiny", "-o", results)
    head = "submission,exercise,points,author,counts_as\n"
    for kind in ("instead", "added"):
        table.write_text(f"{head}Di L,Stack,1,T,{kind}\n")
        with pytest.raises(BadMark, match="'Di L' is unreadable: give points instead of the whole"):
            run("mark", results, table)
    table.write_text(f"{head}Di L,,4,T,instead\n")
    assert run("mark", results, table)[0] == 0
    assert scores(results)["Di L"] == "4"


def test_a_table_of_marks_holds_no_formula_and_finds_who_is_called_one(class_of_three):
    results, table = class_of_three / "results", class_of_three / "marks.csv"
    (class_of_three / "class" / "=1+1_305_assignsubmission_file_").mkdir()
    run("grade", class_of_three / "class", "-a", class_of_three / "tiny", "-o", results)
    assert run("mark", results, "--template", table)[0] == 0
    lines = table.read_text().splitlines()
    assert lines[1] == "'=1+1,,,,,,instead,10"
    table.write_text(f"{lines[0]}\n'=1+1,,4,T,,,instead,10\n")
    assert run("mark", results, table)[0] == 0
    assert scores(results)["'=1+1"] == "4"


def test_points_beside_those_that_count_instead_are_refused_and_known_ones_are_not(class_of_three):
    results, table = class_of_three / "results", class_of_three / "marks.csv"
    head = "submission,exercise,points,author,date,counts_as\n"
    first = "Bo L,Stack,0.5,T,2026-03-01,added\nBo L,Stack,2,T,2026-03-02,instead\n"
    table.write_text(head + first)
    assert run("mark", results, table)[0] == 0
    assert scores(results)["Bo L"] == "4.222"
    table.write_text(head + first + "Bo L,Stack,1,T,2026-03-03,added\n")
    with pytest.raises(BadMark, match="line 4: counts_as: Stack has points that count instead"):
        run("mark", results, table)
    table.write_text(head + first)
    assert "0 new marks, 2 were known" in run("mark", results, table)[1]
    table.write_text(head + "Bo L,,7,T,2026-03-03,instead\nBo L,word_count,1,T,,added\n")
    with pytest.raises(BadMark, match="line 3: counts_as: the whole has points that count"):
        run("mark", results, table)
    table.write_text(head + "Bo L,,7,T,2026-03-03,instead\n")
    assert run("mark", results, table)[0] == 0
    assert scores(results)["Bo L"] == "7"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_table_of_marks_may_have_the_separators_of_spreadsheets(class_of_three, separator):
    results, table = class_of_three / "results", class_of_three / "marks.csv"
    lines = "submission,exercise,points,author,reason,counts_as\nBo L,Stack,1,T,why not,instead\n"
    table.write_text(lines.replace(",", separator))
    code, told = run("mark", results, table)
    assert code == 0 and "1 new mark, 0 were known. 0 submissions still wait." in told
    assert scores(results)["Bo L"] == "3.222"
    table.write_text(lines.replace(",", "|"))
    with pytest.raises(BadMark, match=r"no column submission, .* separated by commas, semicolons"):
        run("mark", results, table)


def test_long_prints_do_not_fill_the_screen(class_of_three):
    results = class_of_three / "results"
    loud = RIGHT + '\nfor number in range(300):\n    print(f"line {number}")\n'
    next((class_of_three / "class").glob("Bo*/words.py")).write_text(loud)
    run("regrade", results, "--accept")
    brief = run("show", results, "Bo")[1]
    assert len(brief.splitlines()) <= 24 and "line 7" not in brief
    told = [line.strip() for line in run("show", results, "Bo", "--full")[1].splitlines()]
    assert {f"line {number}" for number in range(300)} <= set(told)


def test_checks_named_in_help_are_there():
    from autograder.assignment.load import load_assignment
    from autograder.cli.drop import drop

    known = {made.name for made in load_assignment(TINY.parents[1] / "solutions" / "t6").checks}
    named = re.findall(r"autograder drop results/ (\w+)", drop.__doc__)
    assert named and set(named) <= known


@pytest.mark.parametrize("command", ["show", "mark", "regrade", "drop", "report"])
def test_the_assignment_is_the_runs_own_unless_named(command):
    assert "the run's own" in " ".join(run(command, "--help")[1].replace("│", "").split())


@pytest.mark.parametrize("name", ["late.csv", "late\n.csv"])
def test_a_regrade_takes_the_tables_of_before_and_misses_one_that_is_gone(class_of_three, name):
    results, table = class_of_three / "results", class_of_three / name
    table.write_text("submission,days_late\nAda L,0\n")
    assert graded_again(class_of_three, "--table", table)[0] == 0
    moved = table.rename(class_of_three / "moved.csv")
    with pytest.raises(UsageProblem, match=r"late\s?\.csv: this table was used before and is gone"):
        run("regrade", results)
    assert run("regrade", results, "--table", moved, "--accept")[0] == 0
    assert run("regrade", results)[0] == 0


def test_who_handed_in_nothing_has_a_row_and_two_of_one_name_are_told_apart(tmp_path):
    shutil.copytree(TINY, tmp_path / "tiny", ignore=shutil.ignore_patterns("__py*"))
    (tmp_path / "class" / "Ada L").mkdir(parents=True)
    (tmp_path / "class" / "Ada L" / "words.py").write_text(RIGHT)
    roster = tmp_path / "roster.csv"
    roster.write_text("name,sid\nAda L,s1\nJohn Smith,s2\nJohn Smith,s3\n")
    results = tmp_path / "results"
    more = ("-a", tmp_path / "tiny", "-o", results, "--table", roster)
    code, told = run("grade", tmp_path / "class", *more)
    assert code == 0, told
    assert "On the roster: 3, of whom 2 handed in nothing" in told
    assert "3 submissions: 1 graded, 2 missing" in told
    assert scores(results) == {"Ada L": "10", "John Smith (s2)": "", "John Smith (s3)": ""}
    with pytest.raises(UsageProblem, match=r"2 submissions: John Smith \(s2\) \(s2\), John Smith"):
        run("show", results, "John Smith")
    assert "nothing was handed in" in run("show", results, "s3")[1]
    page = (results / "feedback" / "John Smith (s3).md").read_text()
    assert "Nothing was\nhanded in under your name" in page
    assert run("mark", results)[0] == 0, "nothing waits for a person"
    manifest = tmp_path / "tiny" / "assignment.toml"
    text = manifest.read_text().replace("[assignment]\n", '[assignment]\nmissing = "zero"\n', 1)
    manifest.write_text(text)
    assert run("grade", tmp_path / "class", *more)[0] == 0
    assert scores(results) == {"Ada L": "10", "John Smith (s2)": "0", "John Smith (s3)": "0"}
