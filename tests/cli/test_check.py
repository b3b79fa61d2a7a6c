"""``autograder check`` asks what it is told to ask, and starts no more than that needs."""

import shutil
from pathlib import Path

import pytest

from autograder.assignment.load import load_assignment
from autograder.cli.app import main
from autograder.grading.preload import preload_for
from autograder.sandbox.zygote import PRELOAD_NUMPY, PRELOAD_TENSORFLOW

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "tiny"


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs the command, and gives its exit code and what it printed."""

    def check(*arguments):
        monkeypatch.setattr("sys.argv", ["autograder", "check", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return ended.value.code or 0, told.out + told.err

    return check


@pytest.fixture
def half_right(tmp_path):
    shutil.copy(TINY / "words.py", tmp_path)
    with open(tmp_path / "words.py", "a") as file:
        file.write("\n\nclass Stack:\n    pass\n")
    return tmp_path


def test_an_exercise_is_looked_at_alone(half_right, run):
    code, told = run(half_right, "-a", TINY, "--only", "word_count")
    assert code == 0, told
    assert "word_count" in told
    assert "Stack" not in told
    assert run(half_right, "-a", TINY)[0] == 1


def test_staff_see_hidden_checks_and_the_example_that_a_student_would(tmp_path, run):
    (tmp_path / "words.py").write_text(
        "def word_count(text):\n    return {word.lower(): 1 for word in text.split()}\n"
    )
    code, told = run(tmp_path, "-a", TINY, "--only", "word_count", "--as-grader")
    assert code == 1 and "a text drawn at random is counted right" in told
    assert "An example: word_count('" in told and "expected" in told
    assert "drawn at random" not in run(tmp_path, "-a", TINY, "--only", "word_count")[1]


def test_an_exercise_that_is_not_there_is_named(half_right, run):
    code, told = run(half_right, "-a", TINY, "--only", "word_cuont")
    assert code == 2
    assert "did you mean word_count?" in " ".join(told.split())


def test_no_framework_is_imported_for_exercises_without_one():
    t6 = load_assignment(ROOT / "solutions" / "t6")
    assert preload_for(t6, ["Adam", "SGD"]) == PRELOAD_NUMPY
    assert preload_for(t6, ["Adam", "GradientMonitor"]) == PRELOAD_TENSORFLOW
    assert preload_for(t6) == PRELOAD_TENSORFLOW
