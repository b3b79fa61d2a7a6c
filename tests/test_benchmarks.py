"""The benchmarks run; what they measure is for people to read."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.nightly
def test_the_cost_of_the_boundary_is_measured():
    run = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "boundary.py", "--repeats", "1"],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    assert "boundary over warm process" in run.stdout
