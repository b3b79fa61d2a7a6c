"""The greedy and the curious again, where a container forbids namespaces, as an ordinary user."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIKE_DOCKER = ROOT / "tests" / "sandbox" / "like_docker.py"
SAMPLE = "greedy or secret-file or trace-others or full-pipes or watches"


@pytest.fixture
def ordinary() -> Iterator[tuple[list[str], Path]]:
    """A command prefix up to an interpreter that an ordinary user can run, and a folder of theirs.

    Root's interpreter often lies where nobody else can look; the system's has the same packages
    in an environment of its own.
    """
    if os.geteuid() != 0:
        with tempfile.TemporaryDirectory() as folder:
            yield [sys.executable, str(LIKE_DOCKER), sys.executable], Path(folder)
        return
    setpriv = shutil.which("setpriv")
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    system = f"/usr/bin/python{version}"
    if setpriv is None or not os.path.exists(system):
        pytest.skip(f"needs setpriv and {system} to become an ordinary user")
    folder = Path(tempfile.mkdtemp(prefix="autograder-ordinary-"))
    try:
        folder.chmod(0o777)
        made = folder / "env"
        subprocess.run([system, "-m", "venv", "--without-pip", str(made)], check=True)
        packages = made / "lib" / f"python{version}" / "site-packages"
        shutil.rmtree(packages)
        packages.symlink_to(sysconfig.get_path("purelib"))
        user = [setpriv, "--reuid=60555", "--regid=60555", "--clear-groups", "--"]
        yield [sys.executable, str(LIKE_DOCKER), *user, str(made / "bin" / "python")], folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.xdist_group("redteam-layers")
def test_attacks_gain_nothing_without_namespaces(ordinary: tuple[list[str], Path]) -> None:
    command, folder = ordinary
    options = ["-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "-k", SAMPLE]
    run = subprocess.run(
        [*command, *options, "tests/redteam/test_attacks.py"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        timeout=500,
    )
    if "attacks are not let loose here" in run.stdout:
        pytest.skip(run.stdout.splitlines()[-2])
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]
    assert "0 of 4 succeeded" in run.stdout and "unprotected" not in run.stdout, run.stdout
