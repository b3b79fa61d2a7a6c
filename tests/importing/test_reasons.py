"""Tests over Otter's `env` come over; what does not is left behind for a reason that is true."""

import pytest

from autograder.assignment.load import load_assignment
from autograder.importing.bring import bring
from autograder.importing.env_tests import without_env

from .masters import CONFIG, EXCEPTIONS, cases, code, question, solution, text, write

SQUARE = solution(code("def sq(x):\n    return x * x # SOLUTION"))


def lost(brought):
    return {remark.where: remark.what for remark in brought.remarks.lost}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "def t(env):\n    assert env['sq'](2) == 4",
            "def t(sq):\n    assert sq(2) == 4",
        ),
        (
            "def t(env, np):\n    sq = env['sq']\n    f = env.get('g')\n    assert sq(f(2))",
            "def t(sq, g, np):\n    f = g\n    assert sq(f(2))",
        ),
        ("def t(env, sq):\n    assert sq(2) == 4", "def t(sq):\n    assert sq(2) == 4"),
        ("def t(sq):\n    assert sq(2) == 4", None),
        ("def t(env):\n    for name in env:\n        env['sq'](1)", None),
        ("def t(env):\n    sq = 1\n    assert env['sq'](sq)", None),
        ("def t(env):\n    assert env[chr(97)]", None),
    ],
)
def test_names_are_taken_as_arguments(before, after):
    assert without_env(before) == (after or before)


def test_tests_over_env_and_called_tests_are_carried(tmp_path):
    notebook = write(
        tmp_path / "lab.ipynb",
        EXCEPTIONS,
        question(
            "name: q1",
            SQUARE,
            cases(
                code("def test_a(env):\n    assert env['sq'](2) == 4"),
                code("# HIDDEN\ndef test_b(env):\n    sq = env['sq']\n    assert sq(3) == 9"),
                code("def test_c(sq):\n    assert sq(1) == 1\n\ntest_c(sq)"),
            ),
        ),
        question(
            "name: q2",
            solution(code("total = 3 # SOLUTION")),
            cases(
                code("def test_d(env):\n    assert env['total'] == 3"),
                code("def test_e(env):\n    assert list(env)"),
            ),
        ),
    )
    brought = bring(notebook, tmp_path / "lab", tell=lambda said: None)
    names = {check.name for check in load_assignment(brought.folder).checks}
    assert names == {"q1_1", "q1_2", "q1_3", "q2_1"}
    assert lost(brought) == {
        "q2": 'test 2 (0.5 points): it uses Otter\'s `env` in another way than `env["name"]`. '
        "The question is now worth less"
    }


def test_a_test_that_asks_nothing_says_why(tmp_path):
    kept = cases(code("sq(2)", "4"))
    called = code("def test_f(sq):\n    assert sq(2) == 4\n\ntest_f(sq)")
    uncalled = code("def test_f(sq):\n    assert sq(2) == 4\n\ntest_f(sq) # IGNORE")
    notebook = write(
        tmp_path / "lab.ipynb",
        CONFIG,
        text("Words."),
        code("def given():\n    return 1"),
        code("data = open('words.txt').read()"),
        question("name: q1", SQUARE, cases(*kept[1:-1], called)),
        question("name: q2", cases(code("given()", "1"))),
        question("name: q3", cases(code("len(data)", "3"))),
        question("name: q4", cases(code("nowhere", "3"))),
        question("name: q5", cases(uncalled)),
        question("name: q6", cases(code("1 + 1", "2"))),
    )
    (tmp_path / "words.txt").write_text("one")
    brought = bring(notebook, tmp_path / "lab", tell=lambda said: None)
    assert [check.name for check in brought.checks] == ["q1_1", "q1_2"]
    for where, said in {
        "q2": "it asks only `given`, which students are given",
        "q3": "it asks `data`, which could not be carried over",
        "q4": "it asks `nowhere`, which no cell before the test defines",
        "q5": "it defines `test_f` and never calls it, so it passes in Otter, too",
        "q6": "it uses no name of the notebook",
    }.items():
        assert lost(brought)[where].startswith(f"test 1 (1 point): {said}"), lost(brought)
