"""A handout is written to a folder that is new, empty or its own, and takes nothing else away."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.cli.app import app
from autograder.cli.command_options import UsageProblem

from .conftest import TINY


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course folder, which is the current one, with the tiny assignment as its source."""
    shutil.copytree(TINY, tmp_path / "course" / "solutions" / "tiny")
    monkeypatch.chdir(tmp_path / "course")
    return tmp_path / "course"


def build(*arguments: str) -> tuple[int, str]:
    """Build; an expected failure is exit code 2 and its message, as `main` makes it."""
    ended = CliRunner().invoke(app, ["build", "solutions/tiny", *arguments])
    if isinstance(ended.exception, UsageProblem):
        return 2, str(ended.exception)
    return ended.exit_code, ended.output


def content(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (".", "the folder you are in"),
        ("..", "the folder you are in, or holds it"),
        ("solutions", "holds it or lies in it"),
        ("solutions/tiny", "the assignment's source"),
        ("solutions/tiny/out", "lies in it"),
        ("thesis", "not empty, and no earlier handout of tiny"),
        ("other", "not empty, and no earlier handout of tiny"),
        ("link", "not empty, and no earlier handout of tiny"),
        ("template", "holds a git repository"),
        ("notes.txt", "it is a file"),
    ],
)
def test_a_folder_with_anything_else_is_refused_and_untouched(
    course: Path, where: str, said: str
) -> None:
    files = {
        "notes.txt": "mine",
        "thesis/chapter.tex": "years of work",
        "other/tests/plain/exercises.json": '{"assignment": {"name": "lab2"}}',
        "template/.git/HEAD": "ref",
    }
    for name, text in files.items():
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).write_text(text)
    (course / "link").symlink_to("thesis")
    before = content(course.parent)
    code, told = build("-o", where)
    assert code == 2
    assert said in told and "nothing written" in told
    assert content(course.parent) == before


def test_an_earlier_handout_is_renewed_and_keeps_what_is_hidden(course: Path) -> None:
    (course / "out").mkdir()
    assert build("-o", "out")[0] == 0
    first = content(course / "out")
    (course / "out" / "words.py").write_text("")
    (course / "out" / "stale.py").write_text("")
    hidden = {".env": b"key", ".github/workflows/own.yml": b"on: push", "data/.cache/a": b"1"}
    for name, text in hidden.items():
        (course / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (course / "out" / name).write_bytes(text)
    code, told = build("--check", "-o", "out")
    assert code == 1
    assert "solutions/tiny -o out\n" in told
    assert "stale.py: not rendered" in told and ".env" not in told
    code, told = build("-o", "out")
    assert code == 0
    assert "removing out/stale.py" in told
    assert content(course / "out") == {**first, **hidden}
    assert build("--check", "-o", "out")[0] == 0
    assert sorted(path.name for path in course.iterdir()) == ["out", "solutions"]


def test_a_link_to_an_earlier_handout_stays_a_link(course: Path) -> None:
    assert build("-o", "real")[0] == 0
    (course / "link").symlink_to("real")
    assert build("-o", "link")[0] == 0
    assert (course / "link").is_symlink()
    assert build("--check", "-o", "real")[0] == 0
