"""Plain pytest, the notebook's grader, Otter, the doctor and GitHub say the same thing."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
from pathlib import Path

import pytest

from .conftest import Student

ROWS_OF_DOCTOR = ("Python", "memory", "disk", "pytest")


@pytest.mark.parametrize("ending", ["passed", "looped"])
@pytest.mark.parametrize(
    "door",
    [
        ("check.py",),
        ("check.py", "--json", "verdicts.json"),
        ("-m", "pytest", "-q"),
        ("-c", "from checkkit.grader import Grader; Grader().check_all()"),
    ],
    ids=["check", "json", "pytest", "grader"],
)
def test_nothing_is_left_in_the_folder_of_temporary_files(
    student: Student, tmp_path: Path, door: tuple[str, ...], ending: str
) -> None:
    student.solve()
    if ending == "looped":
        student.replace("words.py", "return counts", "while True:\n        pass")
    place = tmp_path / "temporary"
    place.mkdir()
    run = student.python(*door, TMPDIR=str(place))
    assert "word_count" in run.stdout or run.returncode == 0, run.stderr
    assert not [left.name for left in place.iterdir() if left.name.startswith("check-")]


class TestPytest:
    def test_only_the_plain_checks_are_collected(self, student: Student) -> None:
        run = student.python("-m", "pytest", "-q", "--collect-only")
        assert "4 tests collected" in run.stdout
        assert "Stack.py" not in run.stdout

    def test_an_exercise_is_a_keyword(self, student: Student) -> None:
        run = student.python("-m", "pytest", "-q", "-k", "word_COUNT")
        assert "2 failed, 2 deselected" in run.stdout

    def test_a_failure_is_told_without_our_traceback(self, student: Student) -> None:
        student.solve()
        student.replace("words.py", "return counts", "return 5")
        run = student.python("-m", "pytest", "-q")
        assert "what came back: the counts: expected a dict, got an int (5)" in run.stdout
        assert "expect.py" not in run.stdout
        assert "1 failed, 3 passed" in run.stdout

    def test_the_solution_passes(self, student: Student) -> None:
        student.solve()
        assert student.python("-m", "pytest", "-q").returncode == 0


class TestGrader:
    def ask(self, student: Student, *lines: str) -> str:
        program = "\n".join(["from checkkit.grader import Grader", "grader = Grader()", *lines])
        run = student.python("-c", program)
        assert run.returncode == 0, run.stderr
        return run.stdout

    def test_says_what_is_missing(self, student: Student) -> None:
        out = self.ask(student, "from words import *", "grader.check('Stack')")
        assert "Stack: 0 of 2 public checks pass" in out
        assert "not written yet" in out

    def test_says_that_all_is_well(self, student: Student) -> None:
        student.solve()
        out = self.ask(student, "from words import *", "grader.check_all()")
        assert out.splitlines() == [
            "word_count: all 2 public checks pass",
            "Stack: all 2 public checks pass",
        ]

    def test_helps_with_names(self, student: Student) -> None:
        out = self.ask(student, "grader.check('stak')")
        assert out == "There is no exercise 'stak'; did you mean \"Stack\"?\n"


class TestOtter:
    """The notebook's front door, when Otter is installed."""

    PROGRAM = """
import otter
from words import *
grader = otter.Notebook("tiny.ipynb")
print(grader.check("Stack"))
print(grader.check_all())
"""

    @pytest.fixture(autouse=True)
    def installed(self) -> None:
        pytest.importorskip("otter")

    def test_the_solution_passes(self, student: Student) -> None:
        student.solve()
        out = student.python("-c", self.PROGRAM).stdout
        assert "Stack results: All test cases passed!" in out
        assert "word_count results: All test cases passed!" in out
        assert "stack_order message: what was pushed last is popped first" in out

    def test_what_is_told_can_be_read(self, student: Student) -> None:
        student.solve()
        student.replace("words.py", "self._things.append(thing)", "self._things.insert(0, thing)")
        out = student.python("-c", self.PROGRAM).stdout
        lines = [line.strip() for line in out.splitlines()]
        start = lines.index("NotYet:")
        assert lines[start + 1 : start + 3] == [
            "what was pushed last is popped first",
            "what was asked: Stack().push('plate')",
        ]
        assert "Stack().pop()" in lines
        assert "[0]  'plate'  'spoon'   first difference" in lines
        assert "Traceback" not in out

    def test_from_the_command_line(self, student: Student) -> None:
        run = student.python("-m", "otter", "check", "tiny.ipynb", "-q", "Stack")
        assert "not written yet" in run.stdout, run.stdout + run.stderr


class TestDoctor:
    def test_a_machine_that_is_ready(self, student: Student) -> None:
        run = student.check("--doctor")
        assert run.returncode == 0, run.stdout
        rows = [line.split() for line in run.stdout.splitlines()[:4]]
        assert [row[:2] for row in rows] == [["ok", name] for name in ROWS_OF_DOCTOR]
        assert rows[3][2] == importlib.metadata.version("pytest")
        assert "This machine is ready." in run.stdout

    def test_what_is_missing_comes_with_what_to_do(self, student: Student) -> None:
        path = "tests/plain/exercises.json"
        content = json.loads(student.read(path))
        content["assignment"].update(
            packages=["pytest>=7", "no-such-package>=2", "numpy>=99"],
            python=">=4",
            memory_mib=1 << 40,
        )
        student.write(path, json.dumps(content))
        run = student.check("--doctor")
        assert run.returncode == 1
        assert "look at  no-such-package  not installed" in run.stdout
        assert "needed: >=99" in run.stdout
        assert "Install Python >=4; this is" in run.stdout
        assert "close other programs, or work in Colab" in run.stdout
        assert run.stdout.count("-m pip install -r requirements.txt") == 1

    @pytest.mark.parametrize(
        ("source", "told"),
        [
            ("", "yes, starts in"),
            ("raise ImportError('DLL load failed')", "no: ImportError: DLL load failed"),
            ("import os; os.abort()", "no: "),
        ],
    )
    def test_tensorflow_is_tried_in_a_process_of_its_own(
        self, student: Student, source: str, told: str
    ) -> None:
        if importlib.util.find_spec("tensorflow") is None:
            pytest.skip("TensorFlow is not installed")
        path = "tests/plain/exercises.json"
        content = json.loads(student.read(path))
        content["assignment"]["packages"] = ["tensorflow>=2"]
        student.write(path, json.dumps(content))
        (student.folder / "tensorflow").mkdir()
        student.write("tensorflow/__init__.py", source)
        run = student.check("--doctor")
        assert f"tensorflow runs  {told}" in run.stdout
        assert run.returncode == (0 if told.startswith("yes") else 1)


class TestGitHub:
    def test_the_workflow_names_every_exercise(self, student: Student) -> None:
        yaml = pytest.importorskip("yaml")
        workflow = yaml.safe_load(student.read(".github/workflows/classroom.yml"))
        steps = workflow["jobs"]["run-autograding-tests"]["steps"]
        graders = [step for step in steps if "command-grader" in step.get("uses", "")]
        assert [step["with"]["command"] for step in graders] == [
            "python check.py word_count",
            "python check.py Stack",
        ]
        assert [step["with"]["max-score"] for step in graders] == [4, 6]
        report = steps[-1]
        assert report["with"]["runners"] == ",".join(step["id"] for step in graders)
        for step in graders:
            told = "${{ steps.%s.outputs.result }}" % step["id"]  # noqa: UP031
            assert report["env"][step["id"].upper() + "_RESULTS"] == told


class TestReadme:
    def test_names_points_times_and_rules(self, student: Student) -> None:
        text = student.read("README.md")
        assert "| `word_count` | `words.py` | 4 | 15 |" in text
        assert "10 points in all." in text
        assert "About 35 minutes" in text
        assert "- `word_count`: not `collections.Counter`" in text
        assert "Room 12, Mondays at four." in text
        assert "teacher@example.org" in text

    def test_knows_no_other_course(self, student: Student) -> None:
        for word in ("T6", "Keras", "TensorFlow", "gradient", "{{", "{%"):
            assert word not in student.read("README.md"), word
            assert word not in student.read("check.py"), word

    def test_has_no_rows_torn_apart(self, student: Student) -> None:
        """A blank line inside a table ends it."""
        assert "|\n\n|" not in student.read("README.md")
        assert "\n\n\n" not in student.read("README.md")
