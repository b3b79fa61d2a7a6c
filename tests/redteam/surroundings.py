"""Configuration found by tools: what a hand-in lays out for whatever is started in or over it.

Each file says who loaded it, in a file outside of the hand-in, which nothing in the sandbox can
write to. So one hand-in with all of them tells which of them a grading process took up.
"""

from __future__ import annotations

from pathlib import Path

_SHADOWED = ("json", "numpy", "pytest", "typer", "pluggy", "matplotlib", "msgspec", "autograder")
_PLUGIN = """
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    return True

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item):
    item.runtest = lambda: None
"""
_OPTIONS = "--isolation in-process -p evilplug --import-mode=prepend"
_SKELETON = "def double(x):\n    return None\n"
_MANIFEST = """
[assignment]
name = "small"
title = "Planted"
course = "Testing"
version = "1"
contact = "nobody@example.org"
total_points = 10

[[file]]
name = "work.py"
title = "Work"

[[exercise]]
name = "double"
file = "work.py"
points = 10
goal = "Nothing."
"""
_CHECKS = """
from autograder.kit import check

@check("double", "nothing", public=True)
def test_nothing(sub):
    pass
"""


def plant(folder: Path, log: Path) -> Path:
    """Fill a folder with everything that tools take up by themselves; gives the folder.

    Args:
        folder: the hand-in.
        log: each file that is loaded appends its name here.
    """

    def telling(name: str) -> str:
        return f"with open({str(log)!r}, 'a') as told:\n    told.write({name + chr(10)!r})\n"

    texts = {
        "work.py": _SKELETON,
        "pytest.ini": f"[pytest]\naddopts = {_OPTIONS}\npythonpath = .\n",
        "tox.ini": f"[pytest]\naddopts = {_OPTIONS}\npythonpath = .\n",
        "setup.cfg": f"[tool:pytest]\naddopts = {_OPTIONS}\n",
        "pyproject.toml": f'[tool.pytest.ini_options]\naddopts = "{_OPTIONS}"\npythonpath = "."\n',
        "evilplug.py": telling("evilplug.py") + _PLUGIN,
        "conftest.py": telling("conftest.py") + _PLUGIN,
        "test_found.py": telling("test_found.py") + "def test_found():\n    pass\n",
        "planted.pth": f"import pathlib; open({str(log)!r}, 'a').write('planted.pth')\n",
        "matplotlibrc": "backend: module://evilplug\n",
        ".env": "PYTEST_ADDOPTS=-p evilplug\nPYTHONPATH=.\n",
        ".pdbrc": telling(".pdbrc"),
        "otter_config.json": '{"plugins": ["evilplug"], "show_hidden": true}',
        "dask.yaml": "distributed:\n  scheduler:\n    preload: [evilplug]\n",
        "distributed.yaml": "distributed:\n  worker:\n    preload: [evilplug]\n",
        "solutions/small/assignment.toml": _MANIFEST,
        "solutions/small/work.py": telling("solutions/small/work.py") + _SKELETON,
        "solutions/small/checks/__init__.py": telling("solutions/small/checks/__init__.py"),
        "solutions/small/checks/test_work.py": _CHECKS,
    }
    for name in ("sitecustomize", "usercustomize", "ipython_config", "jupyter_config"):
        texts[f"{name}.py"] = telling(f"{name}.py")
    for name in _SHADOWED:
        texts[f"{name}.py"] = telling(f"{name}.py")
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder
