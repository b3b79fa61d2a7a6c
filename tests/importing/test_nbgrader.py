"""A source notebook of nbgrader comes over, and is proved as any assignment is."""

import re

import pytest
from typer.testing import CliRunner

from autograder.assignment.load import load_assignment
from autograder.cli.app import app
from autograder.grading.grade import grade
from autograder.handout.build import render_handout
from autograder.importing.bring import bring
from autograder.importing.import_problems import BringError
from autograder.importing.nbgrader_tests import CellSplitter
from autograder.inspection.rehearsal import worthless
from autograder.intake.submissions import Bundle

from . import masters
from .sources import PROBLEM_SET, answer, code, graded, manual, marked, text, write

SQUARE = answer("sq", "def sq(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION")
ASKED = graded("sq_values", 1, "assert sq(3) == 9\nassert sq(2) == 4")


@pytest.fixture(scope="module")
def brought(tmp_path_factory):
    source = tmp_path_factory.mktemp("ps2")
    (source / "sketch.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (source / "grades.csv").write_text("nobody's business\n")
    write(source / "lines.ipynb", *PROBLEM_SET)
    return bring(source, source / "out" / "ps2", tell=lambda said: None)


def scores(brought, zygote, files):
    result = grade(load_assignment(brought.folder), Bundle("anna", files), zygote, 7)
    return {made.name: made.score for made in result.exercises}


def test_answers_keep_their_points_and_tests_their_side(brought):
    assert brought.problems == [] and brought.remarks.lost == []
    told = {made.name: (made.points, made.manual_points) for made in brought.exercises}
    assert told == {
        "slope": (3, 0),
        "Line": (2, 0),
        "answer_above": (1, 0),
        "in_words": (2, 2),
        "draw": (4, 4),
    }
    checks = {check.name: check for check in load_assignment(brought.folder).checks}
    assert {name: (check.public, check.weight) for name, check in checks.items()} == {
        "slope_1": (True, 1),
        "slope_2": (False, 1),
        "slope_3": (True, 1),
        "question_2_1": (True, 1),
        "question_2_2": (False, 1),
        "above_1": (True, 0),
        "above_2": (False, 1),
    }
    assert checks["slope_1"].title == "slope, test 1: Slopes of some lines"
    assert checks["slope_3"].title == "slope, test 3: A vertical line is refused"
    assert (brought.folder / "in_words.txt").read_text() == "When the line is nearly vertical.\n"
    assert (brought.folder / "draw.txt").read_text() == "Axes have names: 2.\n"
    files = [file.name for file in load_assignment(brought.folder).manifest.files]
    assert files == ["lines.py", "sketch.png", "in_words.txt", "draw.txt"]
    assert "split evenly" in (brought.folder / "IMPORT.md").read_text()


def test_the_solution_gets_all_and_what_is_worth_nothing_gets_nothing(brought, zygote):
    reference = (brought.folder / "lines.py").read_bytes()
    full = {"slope": 3, "Line": 2, "answer_above": 1, "in_words": 0, "draw": 0}
    assert scores(brought, zygote, {"lines.py": reference}) == full
    skeleton = render_handout(load_assignment(brought.folder))["lines.py"]
    nonsense = (
        b"def slope(p, q):\n    return 'x'\n\n\nclass Line:\n    def __init__(self, p, q):\n"
        b"        pass\n\n    def at(self, x):\n        return x\n\n\n"
        b"def answer_above():\n    return {'above': 77}\n"
    )
    for worth_nothing in (skeleton, nonsense, b"slope = Line = answer_above = None\n"):
        assert set(scores(brought, zygote, {"lines.py": worth_nothing}).values()) == {0}
    assert worthless(load_assignment(brought.folder)) == []
    wrong = reference.replace(b"self.p[1] + slope", b"self.p[1] - slope")
    assert scores(brought, zygote, {"lines.py": wrong}) == {**full, "Line": 0}


def test_students_see_no_hidden_test_and_no_answer_and_it_builds(brought, tmp_path):
    rendered = render_handout(load_assignment(brought.folder))
    own = [text for path, text in rendered.items() if not path.startswith("checkkit/")]
    for kept in (b"14.5", b"steep", b"== 29", b"above == 3", b"nearly vertical", b"Axes have"):
        assert not any(kept in content for content in own), kept
    assert b"(1, 3)" in rendered["ps2.ipynb"]  # the cell between an answer and its tests
    run = CliRunner().invoke(app, ["build", str(brought.folder), "-o", str(tmp_path / "out")])
    assert run.exit_code == 0, (run.output, run.exception)


def test_a_test_takes_what_it_needs_of_others_and_shows_nothing_hidden():
    cells = CellSplitter(outside={"f"})
    first = "from math import pi\nlow = 1\n# BEGIN HIDDEN TESTS\nhigh = 9\nassert f(high) == low\n"
    (hidden,) = cells.split(first + "# END HIDDEN TESTS\nf = f")
    assert hidden.hidden and hidden.share == 1
    assert hidden.source == "low = 1\nhigh = 9\nassert f(high) == low"
    shown, again = cells.split(
        "assert f(low) < high * pi\n## BEGIN HIDDEN TESTS\nassert f(high)\n## END HIDDEN TESTS"
    )
    assert (shown.source, shown.share) == (
        "from math import pi\nlow = 1\nassert f(low) < high * pi",
        0.5,
    )
    assert again.source == "high = 9\nassert f(high)"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            [text("Words."), code("x = 1")],
            "a notebook of no known tool; expected",
        ),
        ([marked(text("Read."), grade_id="a", locked=True)], "no cell is an answer"),
        (
            [answer("sq", "# YOUR CODE HERE\nraise NotImplementedError()"), ASKED],
            "cell 1 (sq): raise NotImplementedError and no solution",
        ),
        (
            [SQUARE, code("### BEGIN SOLUTION\nx = 1\n### END SOLUTION"), ASKED],
            "cell 2: a sol",
        ),
        ([SQUARE, code("### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS")], "cell 2: hidden tests in"),
        ([answer("sq", "### BEGIN SOLUTION\nx = 1")], "cell 1 (sq): END SOLUTION is missing"),
        (
            [SQUARE, graded("t", 1, "### END HIDDEN TESTS\nassert sq(1)")],
            "cell 2 (t): END HIDDEN TESTS where the other mark was expected",
        ),
        ([SQUARE, graded("t", 1, "assert sq(1) ==")], "cell 2 (t): not Python: invalid syntax"),
        ([SQUARE, graded("t", 1, "sq(3)")], "test cell `t` (cell 2): it asserts nothing"),
        ([SQUARE, graded("t", 1, "### AUTOTEST sq(3)")], "its ### AUTOTEST lines are no tests"),
        ([SQUARE, graded("t", "two", "assert sq(1)")], "cell 2: points: expected a number"),
        ([SQUARE, graded("t", -1, "assert sq(1)")], "cell 2: points: expected a number"),
        ([manual("w", 3, text("Why."))], "no test of its questions could be carried over"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_cannot_come_over_says_why_and_writes_nothing(tmp_path, cells, said):
    source = write(tmp_path / "lab.ipynb", *cells)
    with pytest.raises(BringError, match=re.escape(said)) as problem:
        bring(source, tmp_path / "out", tell=lambda told: None)
    assert str(problem.value).startswith(str(source))
    assert not (tmp_path / "out").exists()


def test_a_folder_of_several_notebooks_is_asked_which(tmp_path):
    for name in ("one", "two"):
        write(tmp_path / f"{name}.ipynb", SQUARE, ASKED)
    with pytest.raises(BringError, match=r"found one\.ipynb, two\.ipynb; name one"):
        bring(tmp_path, tmp_path / "out", tell=lambda told: None)


def test_a_test_that_looks_at_the_notebook_itself_is_left_out_with_its_reason(tmp_path):
    inside = graded(
        "uses",
        2,
        "kept = sq\ndel sq\ntry:\n    fourth(2)\nexcept NameError:\n    pass\nelse:\n"
        "    raise AssertionError('does not use sq')\nfinally:\n    sq = kept",
    )
    fourth = answer("fourth", "def fourth(x):\n    return sq(sq(x))")
    right = graded("fourth_values", 1, "assert fourth(2) == 16\nassert fourth(3) == 81")
    part = text("---\n## Part A\n\nSquare twice.")
    source = write(
        tmp_path / "lab.ipynb",
        *(text("Read all."), SQUARE, ASKED, part, fourth, right, inside, fourth, right),
    )
    made = bring(source, tmp_path / "lab", tell=lambda told: None)
    told = {remark.where: remark.what for remark in made.remarks.lost}
    assert "the reference itself does not pass it" in told["fourth"]
    assert "`fourth` is the answer to an earlier question, too" in told["fourth_2"]
    assert [(one.name, one.points, one.public) for one in made.exercises][1] == ("fourth", 4, 2)
    manifest = load_assignment(made.folder).manifest
    assert (manifest.assignment.title, manifest.exercise("fourth").goal) == ("lab", "Square twice.")


def test_otter_is_told_from_nbgrader_by_its_cells(tmp_path):
    good = masters.question(
        "name: q1",
        masters.solution(masters.code("def f():\n    return 1 # SOLUTION")),
        masters.cases(masters.code("f()", "1")),
    )
    source = masters.write(tmp_path / "lab.ipynb", masters.raw("# ASSIGNMENT CONFIG"), good)
    made = bring(source, tmp_path / "lab", tell=lambda told: None)
    assert (made.folder / "assignment.toml").read_text().startswith("# Brought over from Otter;")
