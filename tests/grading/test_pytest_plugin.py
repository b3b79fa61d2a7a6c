"""The hidden suite through pytest: the same points as grading gives, and what pytest promises."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile

import nbformat
import pytest

from autograder.grading.grade import grade
from autograder.intake.submissions import Entry, read
from tests.conftest import REFERENCE

HALF_RIGHT = """
import numpy as np


def double(x):
    return np.asarray(x) * (4 if len(x) > 2 else 2)


class Tally:
    def __init__(self):
        self.count = 0

    def add(self, n):
        self.count = n
        return n
"""


@pytest.fixture(scope="module")
def folder(small_folder):
    return small_folder()


@pytest.fixture
def asked(folder, tmp_path):
    """Runs the small assignment's checks with pytest, and gives what it printed and its code."""

    def run(submission, *options):
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(folder / "checks")]
        made = subprocess.run(
            [*command, "--submission", str(submission), *options],
            cwd=tmp_path,
            # On a build server pytest repeats whole messages in its summary.
            env={key: os.environ[key] for key in os.environ if key not in ("CI", "BUILD_NUMBER")},
            capture_output=True,
            text=True,
            timeout=300,
        )
        return made.returncode, made.stdout + made.stderr

    return run


def points_of(output):
    """Score and maximum of each row of the table."""
    rows = re.findall(r"^(\w+)(?: +\d+ of \d+)?  +([\d.]+) of ([\d.]+)", output, re.MULTILINE)
    return {name: (float(score), float(most)) for name, score, most in rows}


def write(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path.parent


def test_points_equal_those_of_grading_and_junit_xml_has_them_all(asked, small, zygote, tmp_path):
    handed_in = write(tmp_path / "anna" / "work.py", HALF_RIGHT)
    code, output = asked(handed_in, "--seed", "11", "--junitxml", str(tmp_path / "out.xml"))
    wanted = grade(small, read(Entry("anna", handed_in)), zygote, 11)
    assert code == 1, output
    assert points_of(output) == {
        **{made.name: (made.score, made.max_score) for made in wanted.exercises},
        "total": (wanted.score, wanted.max_score),
    }
    assert "seed 11, isolation: " + ", ".join(wanted.isolation) in output

    cases = {}
    for case in ET.parse(tmp_path / "out.xml").iter("testcase"):
        properties = {one.get("name"): one.get("value") for one in case.iter("property")}
        cases[case.get("name")] = properties, case.findtext("failure")
    results = [check for made in wanted.exercises for check in made.checks]
    assert list(cases) == [f"test_{name}" for name in ("double_fixed", "double_random", "tally")]
    for result in results:
        properties, failure = cases[f"test_{result.name}"]
        assert float(properties["points"]) == result.points
        assert float(properties["score"]) == result.score
        assert (properties["title"], properties["outcome"]) == (result.title, result.outcome)
        assert (failure is None) == (result.outcome == "passed")
        assert properties.get("staff", "") == result.staff
    assert cases["test_double_random"][0]["convention"] == "Twice"
    assert "it came back as 3" in cases["test_tally"][1]


def test_a_notebook_and_a_zip_of_modules_are_asked_too(asked, tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(REFERENCE)])
    nbformat.write(notebook, tmp_path / "lab.ipynb")
    with zipfile.ZipFile(tmp_path / "lab.zip", "w") as packed:
        packed.writestr("anna/work.py", REFERENCE)
    for name in ("lab.ipynb", "lab.zip"):
        code, output = asked(tmp_path / name)
        assert code == 0, output
        assert points_of(output)["total"] == (10, 10)


def test_no_check_and_no_expected_value_is_where_the_work_runs(asked, folder, tmp_path):
    probe = f"""
import os, sys
import numpy as np


def found():
    names = [name for name in sys.modules if "_checks_" in name or "_reference_" in name]
    names += [name for name in ("pytest", "autograder.grading", "autograder.assignment")
              if name in sys.modules]
    if os.path.exists({str(folder / "work.py")!r}):
        names.append("the reference")
    return names + [word for word in sys.argv if "submission" in word]


def double(x):
    assert not found(), found()
    return np.asarray(x) * 2
"""
    code, output = asked(write(tmp_path / "anna" / "work.py", probe), "-k", "double")
    assert code == 0, output
    # In pytest's own process the same probe finds something: it does look.
    code, output = asked(tmp_path / "anna", "-k", "double", "--isolation", "in-process")
    assert code == 1 and "pytest" in output


def test_an_exercise_that_hangs_or_ends_its_process_costs_only_itself(asked, tmp_path):
    hostile = HALF_RIGHT.replace("self.count = n", "self.count += n; n = self.count")
    hostile = hostile.replace(
        "    return np.asarray(x)", "    import os; os._exit(0)\n    return x"
    )
    code, output = asked(write(tmp_path / "anna" / "work.py", hostile))
    assert code == 1
    assert points_of(output) == {"double": (0, 6), "Tally": (4, 4), "total": (4, 10)}
    assert output.count("): died") == 2


@pytest.mark.parametrize(
    ("options", "ran", "scores"),
    [
        (("-k", "Tally"), "1 failed, 2 deselected", {"Tally": (0, 4), "total": (0, 4)}),
        (
            ("-k", "double_random"),
            "1 passed, 2 deselected",
            {"double": (2, 6), "total": (2, 6)},
        ),
        (("-n", "2"), "1 failed, 2 passed", {"double": (4, 6), "total": (4, 10)}),
        (("--isolation", "none"), "1 failed, 2 passed", {"double": (4, 6), "total": (4, 10)}),
        (("--isolation", "in-process"), "1 failed, 2 passed", {"double": (4, 6), "Tally": (0, 4)}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_pytest_s_own_options_hold(asked, tmp_path, options, ran, scores):
    _, output = asked(write(tmp_path / "anna" / "work.py", HALF_RIGHT), *options)
    assert ran in output
    assert points_of(output).items() >= scores.items()
    assert ("no grades of the whole assignment" in output) == (options[0] == "-k")


def test_without_a_submission_nothing_is_asked_and_collecting_starts_nothing(asked, folder):
    code, output = asked(folder / "nowhere", "--collect-only", "-q")
    assert code == 0 and "3 tests collected" in output
    code, output = asked(folder / "nowhere")
    assert code == 4 and "there is no such file or folder" in output
    code, output = asked(folder / "assignment.toml")
    assert code == 4 and "expected a folder, or a file that ends in .py, .ipynb, .zip" in output
    code, output = asked(folder / "work.py", "--isolation", "in-process")
    assert code == 4 and "a folder of modules only" in output


def test_where_nothing_isolates_it_refuses_and_says_what_to_do(asked, folder, tmp_path):
    (tmp_path / "machine.py").write_text(
        "from autograder.isolation import tiers\n"
        "from autograder.isolation.probing import Layer, Offer\n"
        "tiers.probe = lambda: Offer('Darwin', 'arm64')\n"
    )
    code, output = asked(folder, "-p", "machine", "-o", f"pythonpath={tmp_path}")
    assert code == 4
    assert "submissions cannot be isolated here: Darwin has neither namespaces" in output
    assert "autograder doctor says more" in output


def test_a_submission_that_cannot_be_read_fails_every_check_with_the_reason(asked, tmp_path):
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04 and no more")
    code, output = asked(tmp_path / "cut.zip")
    assert code == 1 and output.count("unreadable: the zip is damaged") >= 3
