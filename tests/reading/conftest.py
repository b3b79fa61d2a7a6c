"""Builders for submissions: modules and notebooks as bytes, the rules, loaded code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from autograder.reading.loading import StudentCode
from autograder.reading.loading_plan import plan


@pytest.fixture
def notebook() -> Callable[..., bytes]:
    """Return a function that makes a notebook of code cells; a tuple is (source, tags)."""

    def build(*cells: str | tuple[str, Sequence[str]]) -> bytes:
        made = []
        for cell in cells:
            source, tags = cell if isinstance(cell, tuple) else (cell, ())
            made.append({"cell_type": "code", "source": source, "metadata": {"tags": list(tags)}})
        return json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": made}).encode()

    return build


@pytest.fixture
def rules() -> Callable[..., dict[str, Any]]:
    """Return a function that makes the rules for some exercises, all of one file."""

    def build(
        *names: str, file: str = "optimizers.py", forbidden: Sequence[str] = ()
    ) -> dict[str, Any]:
        exercises = [
            {"name": name, "provides": name, "file": file, "forbidden": list(forbidden)}
            for name in names
        ]
        return {
            "exercises": exercises,
            "ignore": ["tests/*", "checkkit/*", "check.py"],
            "skip_tags": ["experiment"],
        }

    return build


@pytest.fixture
def planned(rules: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Return a function that plans a submission of text or bytes for some exercise names."""

    def build(files: dict[str, str | bytes], *names: str, **kwargs: Any) -> dict[str, Any]:
        data = {path: one.encode() if isinstance(one, str) else one for path, one in files.items()}
        made = plan(data, rules(*names, **kwargs))
        assert json.loads(json.dumps(made)) == made, "the plan must survive the wire"
        return made

    return build


@pytest.fixture
def loaded(
    planned: Callable[..., dict[str, Any]], tmp_path: Path
) -> Iterator[Callable[..., tuple[StudentCode, dict[str, Any], dict[str, dict[str, Any]]]]]:
    """Return a function that plans and loads everything: the code, the plan, the reports."""
    opened: list[StudentCode] = []

    def build(
        files: dict[str, str | bytes], *names: str, **kwargs: Any
    ) -> tuple[StudentCode, dict[str, Any], dict[str, dict[str, Any]]]:
        data = {path: one.encode() if isinstance(one, str) else one for path, one in files.items()}
        made = planned(files, *names, **kwargs)
        code = StudentCode(str(tmp_path), data, made)
        opened.append(code)
        return code, made, {unit["id"]: code.load(unit["id"]) for unit in made["units"]}

    yield build
    for code in opened:
        code.close()
