"""The Containerfile and the script that runs its steps without a container engine."""

import importlib.machinery
import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def script(monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = importlib.machinery.SourceFileLoader("container", str(ROOT / ".ci" / "container"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("container", loader))
    loader.exec_module(module)
    return module


def test_continued_lines_are_one_instruction_and_comments_none(script, tmp_path):
    path = tmp_path / "Containerfile"
    path.write_text("# why\nFROM debian:bookworm-slim\n\nrun one \\\n    && two\nCMD []\n")
    assert script.read(path) == [
        ("FROM", "debian:bookworm-slim"),
        ("RUN", "one  && two"),
        ("CMD", "[]"),
    ]


def test_what_is_copied_is_there_and_sent_to_the_engine(script):
    copied = [
        source
        for word, rest in script.read(ROOT / "Containerfile")
        if word == "COPY"
        for source in rest.split()[:-1]
    ]
    assert {"pyproject.toml", "autograder", "templates", "solutions"} <= set(copied)
    assert all((ROOT / source).exists() for source in copied)
    sent = (ROOT / ".dockerignore").read_text().splitlines()
    assert {f"!{source}" for source in copied} == {line for line in sent if line[0] == "!"}


def test_settings_of_pip_reach_the_inside_without_files_that_are_not_there(
    script, tmp_path, monkeypatch
):
    index = tmp_path / "pypi" / "simple"
    index.mkdir(parents=True)
    listed = (
        f"global.find-links='file://{index} file:///not/there/simple'\n"
        "global.default-timeout='180'\n"
    )
    monkeypatch.setattr(
        script.subprocess, "run", lambda *command, **options: type("Run", (), {"stdout": listed})
    )
    monkeypatch.setattr(script, "bind", lambda path, root: f"/run/host{path}")
    found = script.pip_configuration(tmp_path / "root")
    assert found["PIP_FIND_LINKS"] == f"file:///run/host{index}"
    assert found["PIP_DEFAULT_TIMEOUT"] == "180"
