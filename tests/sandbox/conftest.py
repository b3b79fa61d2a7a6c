"""Throw-away processes to try isolation in, because none of its steps can be undone."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
LIKE_DOCKER = Path(__file__).with_name("like_docker.py")

_PRELUDE = f"""
import errno, json, os, sys
sys.path.insert(0, {str(PROJECT)!r})
from autograder.isolation.layers import confinement, kernel, landlock, rlimits, seccomp
from autograder.isolation.layers import refused_calls as calls

def refusal(deed):
    try:
        deed()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "allowed"

def tell(**answers):
    print(json.dumps(answers), flush=True)

"""


def program(code: str) -> str:
    """The code with the names `refusal`, `tell` and the modules of `layers` put before it."""
    return _PRELUDE + textwrap.dedent(code)


@pytest.fixture
def alone() -> Callable[..., Any]:
    """Run code in a fresh process and return what it told last."""

    def run(
        code: str,
        *arguments: str,
        prefix: Sequence[str] = (),
        python: str = sys.executable,
        ends_with: int = 0,
    ) -> Any:
        done = subprocess.run(
            [*prefix, python, "-c", program(code), *arguments],
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == ends_with, f"{done.returncode}: {done.stderr[-3000:]}"
        return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else None

    return run


@pytest.fixture
def docker_like() -> tuple[str, ...]:
    """A command prefix that denies what Docker's default profile denies."""
    return (sys.executable, str(LIKE_DOCKER))


@pytest.fixture
def system_python() -> str:
    """A Python that every user of this machine can run."""
    for python in ("/usr/bin/python3", "/usr/local/bin/python3"):
        check = "import sys; sys.exit(sys.version_info < (3, 10))"
        if os.path.exists(python) and subprocess.run([python, "-c", check]).returncode == 0:
            return python
    pytest.skip("no Python 3.10 or later in /usr for all users")


@pytest.fixture
def ordinary_user() -> tuple[str, ...]:
    """A command prefix that makes root somebody else, and nobody else anything."""
    if os.geteuid() != 0:
        return ()
    return (
        shutil.which("setpriv") or "setpriv",
        "--reuid=60555",
        "--regid=60555",
        "--clear-groups",
        "--",
    )
