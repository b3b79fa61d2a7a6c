"""Load the lab's reference modules from the assignment's folder, as a student's Python does."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["MPLBACKEND"] = "Agg"

T6 = Path(__file__).parents[2] / "solutions" / "t6"


@pytest.fixture(scope="session")
def t6_folder() -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(T6))
        yield T6


@pytest.fixture(scope="session")
def lab(t6_folder: Path) -> ModuleType:
    return importlib.import_module("lab_exercise_t6")


@pytest.fixture(scope="session")
def rules(t6_folder: Path) -> ModuleType:
    return importlib.import_module("findings_rules")


@pytest.fixture(scope="session")
def experiment(t6_folder: Path) -> ModuleType:
    return importlib.import_module("run_findings")


@pytest.fixture
def findings() -> dict[str, Any]:
    """The reference findings.json, fresh for each test to spoil."""
    return json.loads((T6 / "findings.json").read_text(encoding="utf-8"))
