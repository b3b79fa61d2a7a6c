"""What is installed by name: the engine without any extra, and the lab inside the wheel."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.cli.app import app
from autograder.extras import EXTRAS, MissingExtra

ROOT = Path(__file__).parent.parent
TINY = ROOT / "tests" / "tiny"


@pytest.fixture
def engine_alone(monkeypatch):
    """Everything that extras bring is as if it were not installed."""
    for modules in EXTRAS.values():
        for module in modules:
            monkeypatch.setitem(sys.modules, module, None)
    gone = {name for modules in EXTRAS.values() for name in modules}
    for name in list(sys.modules):
        if name.partition(".")[0] in gone and name not in gone:
            monkeypatch.delitem(sys.modules, name)


def run(*words):
    ended = CliRunner().invoke(app, [str(word) for word in words])
    if isinstance(ended.exception, MissingExtra):
        return 2, str(ended.exception)
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended.exit_code, ended.output


def test_the_engine_alone_grades(engine_alone, tmp_path):
    for name in ("ada", "bo"):
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "words.py").write_text((TINY / "words.py").read_text() + name)
    results = tmp_path / "results"
    code, told = run("grade", tmp_path / "class", "-a", TINY, "-o", results)
    assert code == 0, told
    assert "Code is not compared: comparing code needs copydetect" in " ".join(told.split())
    assert (results / "grades.csv").read_text().count("graded") == 2
    assert run("show", results, "ada")[0] == 0
    assert run("report", results)[0] == 0


@pytest.mark.parametrize(
    ("words", "missing", "extra"),
    [
        (("build", TINY, "-o", "out"), "jupytext", "author"),
        (("grade", "class", "-a", ROOT / "solutions" / "t6"), "tensorflow", "t6"),
        (("grade", "class", "-a", TINY, "--cluster", "tcp://h:1"), "distributed", "cluster"),
        (("import", "master.ipynb", "-o", "out"), "otter", "otter"),
    ],
)
def test_a_missing_extra_is_named_by_the_command_that_needs_it(
    engine_alone, tmp_path, monkeypatch, words, missing, extra
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "class" / "ada").mkdir(parents=True)
    shutil.copy(TINY / "words.py", tmp_path / "class" / "ada")
    (tmp_path / "master.ipynb").write_text(
        '{"cells":[{"cell_type":"raw","id":"a","metadata":{},"source":"# ASSIGNMENT CONFIG"}],'
        '"metadata":{},"nbformat":4,"nbformat_minor":5}'
    )
    code, told = run(*words)
    assert code == 2
    assert f"needs {missing}, which is not installed: pip install 't6-autograder[{extra}]'" in told


def test_the_marking_page_is_named_too(engine_alone, tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "autograder.marking.server", raising=False)
    (tmp_path / "class" / "ada").mkdir(parents=True)
    shutil.copy(TINY / "words.py", tmp_path / "class" / "ada")
    assert run("grade", tmp_path / "class", "-a", TINY, "-o", tmp_path / "results")[0] == 0
    code, told = run("mark", tmp_path / "results", "--page")
    assert (code, "pip install 't6-autograder[page]'" in told) == (2, True)


def test_an_assignment_of_ones_own_is_built_where_one_stands(tmp_path, monkeypatch):
    lab = tmp_path / "here" / "lab"
    shutil.copytree(TINY, lab, ignore=shutil.ignore_patterns("__py*"))
    monkeypatch.chdir(lab.parent)
    code, told = run("build", "lab")
    assert (code, (lab.parent / "assignments" / "tiny" / "check.py").exists()) == (0, True), told
    inside = tmp_path / "course" / "solutions" / "lab"
    shutil.copytree(lab, inside)
    monkeypatch.chdir(inside)
    assert run("build", ".")[0] == 0
    assert (tmp_path / "course" / "assignments" / "tiny" / "check.py").exists()


@pytest.mark.slow
def test_the_wheel_has_the_lab_and_finds_it(tmp_path):
    pip = [sys.executable, "-m", "pip"]
    made = subprocess.run(
        [*pip, "wheel", "-q", "--no-deps", "-w", tmp_path, ROOT], capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr[-2000:]
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    empty = tmp_path / "empty"
    empty.mkdir()
    code = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); from autograder.cli import main; main()"
    )
    built = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "installed", "build", "t6"],
        cwd=empty,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    assert (empty / "assignments" / "t6" / "check.py").exists()
