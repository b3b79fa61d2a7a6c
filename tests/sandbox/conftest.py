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

_PRELUDE = f"""
import errno, json, os, sys
sys.path.insert(0, {str(PROJECT)!r})
from autograder.sandbox.inside import calls, confinement, kernel, landlock, rlimits, seccomp

def refusal(deed):
    try:
        deed()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "allowed"

def tell(**answers):
    print(json.dumps(answers), flush=True)

"""

# Docker's default profile as far as it matters here: no namespaces, no mounts, 14 capabilities.
_DOCKER = """
import struct
from autograder.sandbox.inside import calls, kernel, seccomp
column = 0 if os.uname().machine == "x86_64" else 1
allow, refuse, absent = 0x7FFF0000, 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS
code = [(0x20, 0, 0, 0)]
for name in ("unshare", "setns", "mount", "umount2", "pivot_root", "fsopen", "open_tree", "bpf"):
    code += [(0x15, 0, 1, calls.DENIED[name][column]), (0x06, 0, 0, refuse)]
code += [(0x15, 0, 1, calls.ABSENT["clone3"][column]), (0x06, 0, 0, absent)]
code += [(0x15, 0, 3, calls.JUDGED["clone"][column]), (0x20, 0, 0, 16)]
code += [(0x45, 0, 1, 0x7E020000), (0x06, 0, 0, refuse), (0x06, 0, 0, allow)]
if os.getuid() == 0:
    kept = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}
    for capability in set(range(41)) - kept:
        kernel.LIBC.prctl(kernel.PR_CAPBSET_DROP, capability, 0, 0, 0)
seccomp.install(b"".join(struct.pack("=HBBI", *step) for step in code))
os.execv(sys.argv[1], sys.argv[1:])
"""


def program(code: str) -> str:
    """The code with the names `refusal`, `tell` and the modules of `inside` put before it."""
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
    return (sys.executable, "-c", program(_DOCKER))


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
