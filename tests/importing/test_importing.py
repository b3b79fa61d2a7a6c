"""An Otter assignment comes over: it builds, the reference gets everything, a skeleton nothing."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from typer.testing import CliRunner

from autograder.assignment.load import load_assignment
from autograder.cli.app import app
from autograder.grading.grade import grade
from autograder.handout.build import render_handout
from autograder.importing import import_trial
from autograder.importing.bring import bring
from autograder.importing.carried.answers import judged
from autograder.intake.submissions import Bundle

from . import masters

REFERENCE = "sample_master.py"


def graded(brought, zygote, files):
    assignment = load_assignment(brought.folder)
    return grade(assignment, Bundle("anna", files), zygote, seed=3)


def lost(brought, where):
    return [remark.what for remark in brought.remarks.lost if remark.where == where]


@pytest.mark.parametrize("name", ["sample", "thrown"])
def test_it_builds_and_reference_and_skeleton_get_what_is_theirs(name, request, zygote):
    brought = request.getfixturevalue(name)
    assert brought.problems == []
    assert import_trial.build_problems(brought.folder) == []
    modules = {path.name: path.read_bytes() for path in brought.folder.glob("*.py")}
    whole = graded(brought, zygote, modules)
    machine = sum(made.points - made.manual_points for made in brought.exercises)
    assert (whole.status, whole.score) == ("graded", pytest.approx(machine))
    rendered = render_handout(load_assignment(brought.folder))
    skeleton = graded(brought, zygote, {path: rendered[path] for path in modules})
    assert (skeleton.status, skeleton.score) == ("graded", 0)


def test_questions_become_exercises_with_their_points(sample):
    assert {made.name: round(made.points, 3) for made in sample.exercises} == {
        "scaled": 3.25,
        "question_2_1": 1.5,
        "Account": 3,
        "letters": 0.667,
        "countdown": 0.333,
        "q5": 1,
        "q6": 3,
        "free": 0,
        "wrong": 1,
        "sum": 1,
    }
    manifest = load_assignment(sample.folder).manifest
    assert all(made.enabled for made in manifest.exercises)
    assert manifest.assignment.total_points == pytest.approx(sample.points)
    assert [file.name for file in manifest.files] == ["sample_master.py", "words.txt", "q6.txt"]
    assert "numpy" in manifest.packages.requirements


def test_what_is_hidden_in_otter_is_hidden_here(sample):
    public = {check.name for check in load_assignment(sample.folder).checks if check.public}
    assert public == {
        *(
            "q1_1",
            "q1_2",
            "q1_4",
            "2_1_1",
            "2_1_3",
            "q3_1",
            "q4_1",
            "q4_2",
            "q5_1",
            "q10_1",
        ),
    }
    for check in load_assignment(sample.folder).checks:
        if not check.public:
            assert check.title.split(", ")[1].startswith("hidden test"), check.title
    handed_out = b"".join(render_handout(load_assignment(sample.folder)).values())
    assert b"xyz" not in handed_out  # the input of a hidden test
    assert b"Look at the sign." in handed_out  # the failure message of a public one


def test_a_wrong_answer_of_each_kind_loses_its_points(sample, zygote):
    reference = (sample.folder / REFERENCE).read_text()
    changes = {
        "scaled": ("x = -x", "x = x"),
        "question_2_1": ("len(set(words))", "len(words)"),
        "Account": ("self.history.append(amount)", "pass"),
        "letters": ("return set(word)", "return list(word)"),
        "countdown": ("n -= 1", "n -= 2 if n > 1 else 1"),
        "q5": ("size=3", "size=4"),
        "sum": ("return a + b", "return a - b"),
        "wrong": ("return 1", "return 1"),
    }
    for name, (before, after) in changes.items():
        wrong = reference.replace(before, after)
        result = graded(sample, zygote, {REFERENCE: wrong.encode()})
        assert result.status == "graded"
        by_machine = [made for made in result.exercises if made.name != "q6"]
        short = [made.name for made in by_machine if made.score < made.max_score - 1e-9]
        assert short == ([] if before == after else [name]), name


def test_answers_that_break_a_test_are_wrong_and_need_nobody(sample, zygote):
    reference = (sample.folder / REFERENCE).read_text()
    for before, after in (
        ("return x * FACTOR", "return None"),
        ('{"words": words, "count": count}', "5"),
        ("self.balance -= amount", "self.balance = object()"),
        ("return set(word)", "raise KeyError(word)"),
        ("        yield n\n", "        yield 1 / 0\n"),
    ):
        assert before in reference
        result = graded(sample, zygote, {REFERENCE: reference.replace(before, after).encode()})
        assert result.status == "graded", after
        assert result.score < sample.points


def test_exceptions_of_a_submission_are_what_a_test_catches(sample, zygote):
    """The test of q3 catches ValueError's kind; an unwritten method is not taken for a refusal."""
    reference = (sample.folder / REFERENCE).read_text()
    unwritten = reference.replace("raise ValueError('not enough')", "raise NotImplementedError")
    result = graded(sample, zygote, {REFERENCE: unwritten.encode()})
    checks = {check.name: check for made in result.exercises for check in made.checks}
    assert checks["q3_2"].outcome == "raised"


def test_solutions_are_marked_statement_by_statement(sample):
    source = (sample.folder / REFERENCE).read_text()
    assert (
        "    # a remark that students keep\n"
        "    if x < 0:\n"
        "        # TODO: Write `scaled`, which multiplies by `FACTOR`. Mind the sign.\n"
        "        # BEGIN SOLUTION\n"
        "        # as if it were positive\n"
        "        x = -x\n"
        "        # END SOLUTION\n"
    ) in source
    assert "unused" not in source
    assert "    # HINT pseudo-code:\n    #     count = ...\n    # BEGIN SOLUTION\n" in source
    skeleton = render_handout(load_assignment(sample.folder))[REFERENCE].decode()
    assert "as if it were positive" not in skeleton and "self.history" not in skeleton
    assert "self.balance = balance" in skeleton  # given in the same method


def test_the_story_keeps_text_and_fetches_what_later_cells_need(sample):
    story = (sample.folder / "notebook.md").read_text()
    notebook = render_handout(load_assignment(sample.folder))["sample.ipynb"].decode()
    assert "Delimiters such as << and {{ stay as they are." in notebook
    assert '<< given("sample_master.py", "twice") >>' in story
    assert "nine = scaled(3)\\ny = nine + 1\\nprint(y)" in story.replace("\n", "\\n")
    assert 'drawn = q5()["drawn"]\ndrawn' in story
    assert "Text that students see." in story and "Text that they do not see." not in story
    assert story.index('<< exercise("sum") >>') < story.index("Text that follows.")
    assert load_assignment(sample.folder).manifest.exercise("sum").goal == "Add `sum`."
    assert "Because of Euler" not in story and "for staff" not in story


def test_what_is_left_behind_is_listed_with_its_code(sample):
    assert any("it shows nothing when the master" in said for said in lost(sample, "q1"))
    assert any("all_or_nothing" in said for said in lost(sample, "q3"))
    assert lost(sample, "q4") == ["a written solution (text), which has no place in the handout"]
    assert "people mark, with no points" in lost(sample, "q7")[0]
    assert "the reference itself does not pass it" in lost(sample, "q9")[0]
    assert (
        "`lines = open('words.txt').read().split()` reads words.txt"
        in lost(sample, "outside of questions")[0]
    )
    assert any("plugins" in said for said in lost(sample, "configuration"))
    report = (sample.folder / "IMPORT.md").read_text()
    assert "Because of Euler." in (sample.folder / "q6.txt").read_text()
    for kept in ("plt.plot(drawn)", 'sub.wrong(), 2, "wrong()"'):
        assert kept in report
    assert "| q8 | `free` | not graded: no check | 0 | 0 |" in report


def test_exception_based_tests_keep_points_and_messages(thrown):
    checks = {check.name: check for check in load_assignment(thrown.folder).checks}
    assert checks["q1_1"].public and not checks["q1_2"].public
    assert (checks["q1_2"].weight, checks["q1_2"].hint) == (2, "Try floats.")
    assert thrown.remarks.lost == []


def test_solutions_anywhere_are_never_handed_out(tmp_path):
    anywhere = masters.raw("# ASSIGNMENT CONFIG\nstrip_solutions_from_all_cells: true")
    notebook = masters.write(
        tmp_path / "lecture.ipynb",
        anywhere,
        masters.code("data = list(range(17)) # SOLUTION\nprint(data)"),
        masters.question(
            "name: q1",
            masters.code("def first(x):\n    return x[0] # SOLUTION"),
            masters.cases(masters.code("first([4])", "4")),
        ),
    )
    brought = bring(notebook, tmp_path / "lecture", tell=lambda said: None)
    assert lost(brought, "outside of questions") == ["a solution outside of every question"]
    assert [part.name for part in brought.exercises] == ["first"]
    rendered = render_handout(load_assignment(brought.folder))
    own = [content for path, content in rendered.items() if not path.startswith("checkkit/")]
    assert not any(b"range(17)" in content or b"x[0]" in content for content in own)


@pytest.mark.slow
def test_its_checks_are_proved(thrown, tmp_path):
    proof = ["prove", str(thrown.folder), "--quick", "-o", str(tmp_path / "proof")]
    run = CliRunner().invoke(app, proof)
    assert run.exit_code == 0, run.output


def test_tests_of_two_submissions_at_once_leave_the_output_alone():
    before = sys.stdout
    in_first, leave_first, first_left, in_second = (threading.Event() for _ in range(4))

    def first():
        with judged("the first"):
            in_first.set()
            assert leave_first.wait(5)
        first_left.set()

    def second():
        with judged("the second"):
            in_second.set()
            assert first_left.wait(5)

    with ThreadPoolExecutor(2) as both:
        running = [both.submit(first)]
        assert in_first.wait(5)
        running.append(both.submit(second))
        overlap = in_second.wait(0.3)  # it must wait for its turn, or would put back the first's
        leave_first.set()
        for one in running:
            one.result(5)
    assert not overlap
    assert sys.stdout is before
