"""The small assignment in a folder of its own, to be changed, and built as an author builds it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.cli import app as command_line

TINY = Path(__file__).parents[1] / "tiny"


@dataclass(frozen=True)
class Author:
    """A course folder with one assignment, and what the author sees of a command."""

    course: Path
    run: Callable[..., tuple[int, str]]

    @property
    def folder(self) -> Path:
        """The assignment's own folder."""
        return self.course / "solutions" / "tiny"

    def replace(self, file: str, old: str, new: str) -> None:
        """Change a piece of text that stands once in a file; with no old text, write the file."""
        path = self.folder / file
        if not old:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(new.encode("utf-8", "surrogateescape"))
            return
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, (file, old, text.count(old))
        path.write_bytes(text.replace(old, new).encode("utf-8", "surrogateescape"))

    def line_of(self, file: str, text: str) -> int:
        """The first line of a file that holds a text."""
        content = (self.folder / file).read_bytes().decode("utf-8", "surrogateescape")
        return next(n for n, line in enumerate(content.splitlines(), 1) if text in line)

    def built(self) -> bool:
        """Whether there is a handout."""
        return (self.course / "assignments").exists()


@pytest.fixture
def author(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Author:
    """A fresh copy of the tiny assignment; commands run in this process, as `autograder` does."""
    shutil.copytree(
        TINY, tmp_path / "solutions" / "tiny", ignore=shutil.ignore_patterns("__pycache__")
    )
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["autograder", *arguments])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        printed = capfd.readouterr()
        return int(ended.value.code or 0), printed.out + printed.err

    return Author(tmp_path, run)
