"""Load the reference modules of T6 by path, under names of their own, with sys.path untouched."""

from __future__ import annotations

import importlib.util
import os
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

REFERENCE = Path(__file__).resolve().parents[2] / "solutions" / "t6"


@cache
def load_reference(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"t6_reference_{name}", REFERENCE / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def reference_folder() -> Path:
    return REFERENCE


@pytest.fixture(scope="session")
def gradient_check() -> ModuleType:
    return load_reference("gradient_check")


@pytest.fixture(scope="session")
def optimizers() -> ModuleType:
    return load_reference("optimizers")


@pytest.fixture(scope="session")
def clipping() -> ModuleType:
    return load_reference("clipping")


@pytest.fixture(scope="session")
def initialization() -> ModuleType:
    return load_reference("initialization")


@pytest.fixture(scope="session")
def monitor() -> ModuleType:
    return load_reference("monitor")


@pytest.fixture(scope="session")
def regularization() -> ModuleType:
    return load_reference("regularization")
