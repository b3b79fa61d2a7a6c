"""What is said of an exercise is its own, and nothing is said of what is not known."""

import ast

import pytest

from autograder.assignment.load import load_assignment
from autograder.handout.build import render_handout
from autograder.importing.bring import bring
from autograder.importing.master import Question
from autograder.importing.solution_marks import read_code, with_regions
from autograder.importing.statements import goal_of, own_goal

from .masters import CONFIG, cases, code, question, solution, text, write


@pytest.mark.parametrize(
    ("said", "goal"),
    [
        ("**Question 1.** Write `f`. Mind the sign.", "Write `f`. Mind the sign."),
        ("### Sums\n\nWrite `f`.\nIt adds:\n- ints\n- floats", "Write `f`. It adds:"),
        ("| a | b |\n\nWrite `f`.", "Write `f`."),
        ("Short. " + "Long " * 70 + ".", "Short."),
        ("word " * 70, "word " * 60 + "..."),
        ("## Only a heading", "Answer question q1."),
        ("---\n## Part A\n\nWrite `f`.", "Write `f`."),
    ],
)
def test_a_goal_is_as_many_sentences_as_fit(said, goal):
    assert goal_of(Question("q1"), said) == goal


def test_each_of_several_answers_has_its_own_goal():
    goal = "Write `first`. Then write `second`, which is slow. Good luck."
    node = ast.parse("def third():\n    '''Count. Slowly.\n\n    Args: ...'''").body[0]
    assert own_goal(goal, "first", node) == "Write `first`."
    assert own_goal(goal, "second", node) == "Then write `second`, which is slow."
    assert own_goal(goal, "third", node) == "Count. Slowly."
    assert own_goal(goal, "fourth", ast.parse("x = 1").body[0]) == goal


def test_a_prompt_that_says_nothing_is_no_hint():
    source = (
        "def f():\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION\n"
        '    """ # BEGIN PROMPT\n    ...\n    """ # END PROMPT'
    )
    (piece,) = read_code(source, solution=True).pieces
    assert piece.prompts
    assert "HINT" not in with_regions(piece, "t")


def test_what_is_not_known_is_left_out(tmp_path):
    notebook = write(
        tmp_path / "lab.ipynb",
        CONFIG,
        text("Intro."),
        question(
            "name: q1",
            text("Write `f`."),
            solution(code("def f():\n    return 1 # SOLUTION")),
            cases(code("f()", "1")),
        ),
        question(
            "name: q2",
            solution(code("def g():\n    return 2 # SOLUTION")),
            cases(code("g()", "2")),
        ),
        question("name: q3", solution(code("def h():\n    return 3 # SOLUTION"))),
        question(
            "name: q4\npoints: 0",
            text("Try `k`."),
            solution(code("def k():\n    return 4 # SOLUTION")),
            cases(code("k()", "4")),
        ),
    )
    brought = bring(notebook, tmp_path / "lab", tell=lambda said: None)
    assert [made.goal for made in brought.exercises] == [
        *("Write `f`.", "Answer question q2.", "Answer question q3.", "Try `k`."),
    ]
    manifest = (brought.folder / "assignment.toml").read_text()
    assert 'name = "k"\nfile = "lab.py"\npoints = 0\n' in manifest
    assert "weight" not in (brought.folder / "checks" / "test_lab.py").read_text()
    files = render_handout(load_assignment(brought.folder))
    handed_out = b"".join(files.values()).decode()
    assert "0 minutes" not in handed_out and "0 min |" not in handed_out
    assert "#   f: 1 point\n" in files["lab.py"].decode()
    assert "**Exercise `f`** (1 point)." in files["lab.ipynb"].decode()
    readme = files["README.md"].decode()
    assert "## Order" in readme and "*Version 1.0.*" in readme
    assert "| `f` | `lab.py` | 1 | Write `f`. |" in readme
    assert "Contact: your teacher" in readme
