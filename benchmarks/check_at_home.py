"""What `check.py` costs on a student's machine: CPU seconds of one NumPy exercise, and of them all.

    python benchmarks/check_at_home.py [--against COMMIT] [--rounds N]

With ``--against`` the same work is checked in turns by the handout of another commit, so that what
else the machine does weighs on both alike.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORK = ROOT / "solutions" / "t6"
HANDOUT = "assignments/t6"
MODULES = (
    "gradient_check",
    "optimizers",
    "clipping",
    "initialization",
    "monitor",
    "regularization",
)
RUNS = {"one exercise": ["Adam"], "all NumPy exercises": ["--numpy"]}


def handout(commit: str, folder: Path) -> Path:
    """The handout of a commit with the reference's modules in it."""
    archive = subprocess.run(
        ["git", "archive", commit, HANDOUT], cwd=ROOT, capture_output=True, check=True
    )
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
    for name in MODULES:
        (folder / HANDOUT / f"{name}.py").write_bytes((WORK / f"{name}.py").read_bytes())
    return folder / HANDOUT


def cpu_seconds(folder: Path, arguments: list[str]) -> float:
    """Of `check.py` and of what it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(
        [sys.executable, "-B", "check.py", *arguments], cwd=folder, capture_output=True, text=True
    )
    assert run.returncode in (0, 1) and not run.stderr, run.stdout[-2000:] + run.stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--against", metavar="COMMIT", help="another commit, in turns with this")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    commits = ["HEAD", *([options.against] if options.against else [])]
    with tempfile.TemporaryDirectory() as place:
        folders = {}
        for commit in commits:
            folder = Path(place) / commit.replace("/", "-")
            folder.mkdir()
            folders[commit] = handout(commit, folder)
        for name, arguments in RUNS.items():
            found: dict[str, list[float]] = {commit: [] for commit in commits}
            for _ in range(options.rounds):
                for commit, folder in folders.items():
                    found[commit].append(cpu_seconds(folder, arguments))
            for commit, seconds in found.items():
                print(f"{name:22} {commit:10} median {statistics.median(seconds):.2f} s of CPU")


if __name__ == "__main__":
    main()
