"""A folded module works as it did, and nobody reads it by accident."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.assignment.manifest import read_manifest
from autograder.assignment.manifest_problems import ManifestError
from autograder.handout.folding import folded

SOURCE = (
    '"""Answers to what is asked.\n\nOf the first section."""\n\nANSWER = "zwölf, the left one"\n'
)


def test_it_works_and_cannot_be_read(tmp_path: Path) -> None:
    text = folded("answers", SOURCE)
    assert "left one" not in text and "Of the first section" not in text
    assert "Answers to what is asked." in text
    assert folded("answers", SOURCE) == text
    (tmp_path / "answers.py").write_text(text, encoding="utf-8")
    said = "import answers; print(ascii(answers.ANSWER), answers.UNFOLDED == SOURCE)"
    run = subprocess.run(
        [sys.executable, "-c", f"SOURCE = {SOURCE!r}; {said}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert run.stdout == "'zw\\xf6lf, the left one' True\n", run.stderr


@pytest.mark.parametrize("more", ["", "extra = true\n", "data = true\n"])
def test_only_a_module_that_is_handed_out_can_be_folded(tmp_path: Path, more: str) -> None:
    tiny = Path(__file__).parents[1] / "tiny" / "assignment.toml"
    name = "notes.txt" if "extra" in more else "notes.py"
    table = f'[[file]]\nname = "{name}"\ntitle = "Notes"\nfolded = true\n{more}\n'
    text = tiny.read_text(encoding="utf-8").replace("[[file]]", table + "[[file]]", 1)
    (tmp_path / "assignment.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ManifestError, match="a module with extra = true"):
        read_manifest(tmp_path)
