"""A test that any answer passes gets what it must show, or is refused; nonsense gets nothing."""

import sys

import pytest

from autograder.assignment.load import load_assignment
from autograder.cli import main
from autograder.grading.grade import grade
from autograder.importing.bring import bring
from autograder.importing.import_problems import BringError
from autograder.intake.submissions import Bundle

from .masters import CONFIG, cases, code, question, solution, text, write

# As many courses save them: no cell has been run.
BARE = (
    question(
        "name: q1\npoints: 2",
        text("Write `double`."),
        solution(code("def double(x):\n    return 2 * x # SOLUTION")),
        cases(code("double(4)"), code("double(1.5)")),
    ),
    question(
        "name: lambda\npoints: 3",
        solution(code("lam = 0.01 # SOLUTION")),
        cases(code("lam")),
    ),
    question(
        "name: größe\npoints: 0",
        solution(code("size = len('abc') # SOLUTION")),
        cases(code("size == 3")),
    ),
)


def brought_over(folder, *cells, **options):
    notebook = write(folder / "lab.ipynb", CONFIG, *cells)
    (folder / "words.txt").write_text("a word\n")
    return bring(notebook, folder / "lab", tell=lambda said: None, **options)


def scores(folder, zygote, source):
    assignment = load_assignment(folder)
    (module,) = assignment.manifest.modules
    result = grade(assignment, Bundle("anna", {module.name: source.encode()}), zygote, 7)
    return {made.name: (made.score, made.max_score) for made in result.exercises}


def test_bare_expressions_get_their_output_from_the_solution(tmp_path, zygote):
    made = brought_over(tmp_path, *BARE)
    assert made.problems == []
    (module,) = load_assignment(made.folder).manifest.modules
    reference = (made.folder / module.name).read_text()
    full = {"double": (2, 2), "answer_lambda": (3, 3), "groesse": (0, 0)}
    assert scores(made.folder, zygote, reference) == full
    emptied = "def double(x):\n    pass\n\n\ndef answer_lambda():\n    pass\n"
    assert {score for score, _ in scores(made.folder, zygote, emptied).values()} == {0}
    nonsense = "def double(x):\n    return 'x'\n\n\ndef answer_lambda():\n    return {'lam': 7}\n"
    assert {score for score, _ in scores(made.folder, zygote, nonsense).values()} == {0}


def test_a_test_that_shows_nothing_is_named_with_its_cell_and_refused(tmp_path):
    silent = question(
        "name: q1\npoints: 2",
        solution(code("def double(x):\n    return 2 * x # SOLUTION")),
        cases(code("double(4)", "8"), code("_ = double(4)"), code("double(1) == double.no")),
    )
    told = r"question q1, test 2 in cell \d+: it shows nothing"
    with pytest.raises(BringError, match=told) as refused:
        brought_over(tmp_path, silent)
    assert "_ = double(4)" in str(refused.value)
    assert "the master's solution raises AttributeError there" in str(refused.value)
    assert not (tmp_path / "lab").exists()
    made = brought_over(tmp_path, silent, allow=True)
    assert [check.name for check in made.checks] == ["q1_1"]
    assert len(made.remarks.lost) >= 2


def test_questions_of_one_name_both_come_over(tmp_path):
    again = question(
        "name: q1",
        solution(code("def triple(x):\n    return 3 * x # SOLUTION")),
        cases(code("triple(4)", "12")),
    )
    made = brought_over(tmp_path, BARE[0], again)
    assert [one.question for one in made.exercises] == ["q1", "q1_2"]


def test_force_leaves_no_check_of_before(tmp_path):
    made = brought_over(tmp_path, *BARE)
    (made.folder / "checks" / "test_of_before.py").write_text("raise ValueError\n")
    (made.folder / "old_module.py").write_text("")
    brought_over(tmp_path, BARE[0], force=True)
    assert [path.name for path in sorted((made.folder / "checks").glob("test_*.py"))] == [
        "test_lab.py"
    ]
    assert not (made.folder / "old_module.py").exists()


def test_a_carried_test_that_nonsense_passes_is_refused_by_the_command(
    tmp_path, monkeypatch, capsys
):
    weak = question(
        "name: q1\npoints: 2",
        solution(code("def double(x):\n    return 2 * x # SOLUTION")),
        cases(code("double(4) != 5", "True")),
    )
    notebook = write(tmp_path / "lab.ipynb", CONFIG, weak)
    (tmp_path / "words.txt").write_text("")
    command = ["autograder", "import", str(notebook), "-o", str(tmp_path / "lab")]
    monkeypatch.setattr(sys, "argv", command)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "test_q1_1 judges nothing: it passes an answer that returns" in capsys.readouterr().err
