"""What check.py says is exact and kind, whatever a student's file does."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import Student, unwrapped


def test_a_check_that_does_not_pass_says_what_was_asked_and_what_came_back(
    student: Student,
) -> None:
    student.solve()
    student.replace("words.py", "top = self._things[-1]\n        del self._things[-1]", "top = 7")
    run = student.check("stack")
    assert run.returncode == 1
    lines = [line.strip() for line in run.stdout.splitlines()]
    start = lines.index("not yet  what was pushed last is popped first")
    assert lines[start + 1] == "what was asked: Stack().push('plate')"
    assert "Stack().pop()" in lines
    came = next(n for n, line in enumerate(lines) if line.startswith("what came back: "))
    assert lines[came].startswith("what came back: the things popped, entry 0")
    assert lines[came + 1 : came + 4] == [
        "got  expected",
        "[0]  7    'spoon'   first difference",
        "[1]  7    'cup'     differs",
    ]
    # The check's own hint could be about something else.
    assert "hint:" not in run.stdout
    assert "word_count" not in run.stdout


def test_a_part_that_is_not_written_is_named_by_its_line(student: Student) -> None:
    student.replace(
        "words.py",
        '        raise NotImplementedError("Stack.push: put thing on top of the pile.")',
        "        self._things.append(thing)",
    )
    run = student.check("Stack")
    lines = student.read("words.py").split("\n")
    number = next(n for n, line in enumerate(lines, 1) if 'Error("Stack.pop' in line)
    assert "Stack  0 of 2 pass" in run.stdout
    assert f"not written yet: words.py, line {number}" in run.stdout
    assert "not your fault" not in run.stdout


@pytest.mark.parametrize(
    ("name", "meant"),
    [("Stak", "Stack"), ("wordcount", "word_count"), ("WORD_COUNTS", "word_count")],
)
def test_a_misspelt_exercise_gets_a_suggestion(student: Student, name: str, meant: str) -> None:
    run = student.check(name)
    assert run.returncode == 2
    assert f"There is no exercise {name}. Did you mean {meant}?" in run.stdout


def test_upper_and_lower_case_and_file_names_will_do(student: Student) -> None:
    assert "Stack  " in student.check("STACK").stdout
    for words in ("words.py", "words"):
        run = student.check(words)
        assert "word_count" in run.stdout and "Stack" in run.stdout


@pytest.mark.parametrize(
    ("first_lines", "told"),
    [
        ("import sys\nsys.exit(0)\n", "words.py, line 2: SystemExit: 0: `sys.exit(0)`"),
        ("def f():\n    f()\nf()\n", "words.py, line 2: RecursionError"),
        ("x = 1 / 0\n", "words.py, line 1: ZeroDivisionError: division by zero: `x = 1 / 0`"),
        ("name = input()\n", "words.py, line 1: InputRefused: input() cannot be used"),
        ("import no_such_package\n", "ModuleNotFoundError: No module named 'no_such_package'"),
    ],
)
def test_a_line_that_fails_costs_what_leans_on_it_and_is_told(
    student: Student, first_lines: str, told: str
) -> None:
    student.solve()
    student.write("words.py", first_lines + student.read("words.py"))
    run = student.check()
    assert run.returncode == 0, run.stdout
    assert unwrapped(run.stdout).count(told) == 1, run.stdout
    assert "Traceback" not in run.stdout + run.stderr
    assert run.stderr == ""


def test_a_file_that_is_no_python_is_told(student: Student) -> None:
    student.write("words.py", "def word_count(:\n")
    run = student.check()
    told = "words.py cannot be read: line 1: invalid syntax: `def word_count(:`"
    assert told in unwrapped(run.stdout)
    assert run.returncode == 1


def test_the_line_that_stops_the_file_is_shown(student: Student) -> None:
    student.solve()
    student.write("words.py", student.read("words.py") + "\nStack().pop()\n")
    told = r"words.py, line \d+: IndexError: pop from an empty stack: `raise IndexError"
    assert re.search(told, unwrapped(student.check().stdout))


def test_a_file_is_run_only_once(student: Student, tmp_path: Path) -> None:
    student.solve()
    count = f"open({str(tmp_path / 'count')!r}, 'a').write('x')\n1 / 0\n"
    student.write("words.py", count + student.read("words.py"))
    student.check()
    assert (tmp_path / "count").read_text() == "x"


def test_prints_are_shown_below_the_exercise_and_cut(student: Student) -> None:
    student.solve()
    student.replace("words.py", "counts = {}", "counts = {}\n    print('seen', text)")
    student.write("words.py", student.read("words.py") + "\nfor i in range(99):\n    print(i)\n")
    run = student.check("word_count")
    assert run.returncode == 0
    assert "your code printed:\n      | 0\n      | 1\n" in run.stdout
    assert "| ... and " in run.stdout
    assert "| 50" not in run.stdout


def test_a_check_that_fails_by_itself_blames_nobody_and_shows_no_traceback(
    student: Student,
) -> None:
    student.solve()
    student.replace("tests/plain/test_words.py", 'sub.word_count("Tea', '{}["gone"]("Tea')
    run = student.check("word_count")
    assert "this check could not be run, which is not your fault: KeyError: 'gone'" in run.stdout
    assert "Traceback" not in run.stdout + run.stderr


def test_without_colours_when_nobody_looks_and_ascii_where_the_alphabet_ends(
    student: Student,
) -> None:
    student.solve()
    student.replace("words.py", "counts = {}", "counts = {}\n    print('caf\\u00e9 \\u2192')")
    run = student.check("word_count", PYTHONIOENCODING="ascii")
    assert run.returncode == 0, run.stderr
    assert "| caf? ->" in run.stdout
    assert "\033" not in run.stdout


def test_a_missing_folder_and_a_missing_part_of_the_handout_are_named(student: Student) -> None:
    run = student.check("--folder", "nowhere")
    assert (run.returncode, run.stdout) == (2, "There is no folder nowhere.\n")
    (student.folder / "tests" / "plain" / "exercises.json").unlink()
    run = student.check()
    assert run.returncode == 2
    told = "exercises.json is missing: keep check.py, checkkit and tests together"
    assert told in unwrapped(run.stdout)


def test_another_folder_can_be_checked(student: Student) -> None:
    (student.folder / "mine").mkdir()
    student.solve()
    (student.folder / "words.py").rename(student.folder / "mine" / "words.py")
    assert student.check("--folder", "mine").returncode == 0
    assert "mine/words.py" in student.check().stdout


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent another way")
@pytest.mark.parametrize("loop", ["while True:\n        pass", "import time\n    time.sleep(60)"])
def test_control_c_ends_cleanly_and_says_where(student: Student, loop: str) -> None:
    student.solve()
    begun = str(student.folder / "started")
    student.replace("words.py", "counts = {}", f"open({begun!r}, 'w').close()\n    {loop}")
    process = subprocess.Popen(
        [sys.executable, "-B", "check.py"],
        cwd=student.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (student.folder / "started").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == ""
    assert "Stopped at word_count," in unwrapped(out)
    assert "your code was at words.py, line" in unwrapped(out)


def test_a_summary_in_markdown_is_added_to_a_file(student: Student) -> None:
    student.solve()
    student.replace("words.py", "return counts", "return {}")
    student.write("summary.md", "before\n")
    student.check("--summary", "summary.md")
    text = student.read("summary.md")
    assert text.startswith("before\n## Words and Stacks: public checks\n")
    assert "| `Stack` | :white_check_mark: 2 of 2 pass | 6 |" in text
    assert "| `word_count` | :hourglass: 1 of 2 pass | 4 |" in text
    assert text.count("<details>") == 1


class TestTensorFlow:
    """It is imported when an exercise that uses it is written, and not before."""

    QUIET = """
import os
os.write(2, b"remarks on the CPU")
from types import SimpleNamespace
IndexedSlices = Tensor = Variable = type("Tensor", (), {})
config = SimpleNamespace(run_functions_eagerly=print)
keras = SimpleNamespace(
    backend=SimpleNamespace(set_floatx=print, clear_session=lambda free_memory: None),
    utils=SimpleNamespace(set_random_seed=print),
)
"""

    def pretend(self, student: Student, source: str) -> None:
        student.amend_exercise("word_count", uses="tensorflow")
        (student.folder / "tensorflow").mkdir()
        student.write("tensorflow/__init__.py", source)

    def test_not_for_a_skeleton(self, student: Student) -> None:
        self.pretend(student, "raise SystemExit('imported')")
        run = student.check()
        assert "loading TensorFlow" not in run.stdout
        assert "word_count  not written yet" in run.stdout

    def test_not_with_numpy_only(self, student: Student) -> None:
        self.pretend(student, "raise SystemExit('imported')")
        student.solve()
        run = student.check("--numpy")
        assert run.returncode == 0
        assert "word_count" not in run.stdout
        assert "leave --numpy out" in student.check("--numpy", "word_count").stdout

    def test_once_it_is_needed(self, student: Student) -> None:
        self.pretend(student, self.QUIET)
        student.solve()
        run = student.check()
        assert run.returncode == 0
        assert run.stdout.count("loading TensorFlow") == 1
        assert run.stderr == ""

    def test_a_broken_installation_is_not_the_students_fault(self, student: Student) -> None:
        self.pretend(student, "raise ImportError('DLL load failed')")
        student.solve()
        run = student.check()
        assert "word_count  not checked" in run.stdout
        assert "cannot be imported here (ImportError: DLL load failed)" in run.stdout
        assert "Stack       2 of 2 pass" in run.stdout


def test_it_runs_where_a_scripts_own_folder_is_not_looked_in(student: Student) -> None:
    run = student.check("word_count", PYTHONSAFEPATH="1")
    assert "word_count" in run.stdout and "No module named" not in run.stderr


@pytest.mark.parametrize("word", ["./words.py", "tests/../words.py", ".\\words.py", "WORDS.py"])
def test_a_path_stands_for_its_file(student: Student, word: str) -> None:
    said = student.check(word).stdout
    assert "word_count" in said and "Stack" in said and "There is no exercise" not in said


def test_hints_are_shown_one_by_one_and_only_when_asked_for(student: Student) -> None:
    assert "Hint:" not in student.read("words.py")
    run = student.check("--hint", "WORD_count", "1")
    assert run.returncode == 0 and run.stdout.startswith("word_count, idea:\n    ")
    assert "formula:" not in run.stdout and "python check.py --hint word_count 2" in run.stdout
    assert student.check("--hint", "word_count").stdout == run.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("stick",), "There is no exercise stick; there are hints to word_count"),
        (("word_count", "9"), "Hints to word_count go from 1 to 2."),
        (("word_count", "two"), "Hints to word_count go from 1 to 2."),
    ],
)
def test_a_hint_that_is_not_there_is_told(
    student: Student, words: tuple[str, ...], told: str
) -> None:
    run = student.check("--hint", *words)
    assert run.returncode == 2 and told in run.stdout


def test_a_helper_that_is_wrong_comes_first(student: Student) -> None:
    student.solve()
    student.replace("words.py", "return counts", "return 5")
    student.replace("words.py", "self._things.append(thing)", "self._things = word_count('a')['a']")
    run = student.check("Stack")
    assert "repair word_count first: Stack calls it, and it is not right yet" in run.stdout
    assert "hint:" not in run.stdout and "what explains it" not in run.stdout


@pytest.mark.parametrize(
    ("counts", "push"),
    [
        ("return 5", "self._things = []  # not by word_count"),  # named, and not called
        ("return counts", "self._things = [word_count('a')['a']]"),  # called, and right
    ],
)
def test_a_helper_that_has_no_part_in_it_is_not_blamed(
    student: Student, counts: str, push: str
) -> None:
    student.solve()
    student.replace("words.py", "return counts", counts)
    student.replace("words.py", "self._things.append(thing)", push)
    run = student.check("Stack")
    assert "not yet" in run.stdout and "repair" not in run.stdout
