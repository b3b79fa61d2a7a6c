"""Grade thousands of submissions in one run: is the rate flat, and the coordinator's memory?

    python benchmarks/many.py [--submissions 2000] [--only SGD,Adam | --whole] [--folder FOLDER]

The submissions are made of the reference, its alternatives and its named mistakes, no two alike.
They go through `autograder grade` as a class does; its store and its memory are looked at from
outside meanwhile. With --folder, class and results stay there, and a stopped run goes on.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENT = ROOT / "solutions" / "t6"
SEED = 11
SOME = "SGD,Momentum,Adam,global_norm"
_LOOK_SECONDS = 0.5
_EDGE = 100
_FAR = 100_000
_ENOUGH = 1000


@dataclass(frozen=True)
class Look:
    """One look at the run.

    Attributes:
        seconds: since its start.
        results: in the store.
        memory: private memory of the coordinator, bytes.
        cpu: processor seconds of the coordinator so far; other work on the machine changes the
            rate, and this hardly.
    """

    seconds: float
    results: int
    memory: int
    cpu: float


def main() -> None:
    """Make the class, grade it, and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default=SOME, help="exercises that are asked")
    parser.add_argument("--whole", action="store_true", help="ask the whole lab instead")
    parser.add_argument("--folder", type=Path, help="keep class and results here")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = options.folder
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="many-")))
        write_class(folder / "class", options.submissions)
        only = None if options.whole else options.only
        looks, published, code = grade(folder, options.jobs, only)
    asked = "the whole lab" if only is None else only
    print(f"{options.submissions} submissions, {options.jobs} slots, asked: {asked}\n")
    show(looks, published, code)


def write_class(folder: Path, count: int) -> None:
    """As many zips, each module right, written another way, or with a mistake."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, files in zip(range(count), submissions(), strict=False):
        place = folder / f"s{number:06}.zip"
        if place.exists():
            continue
        part = place.with_suffix(".part")
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        part.rename(place)


def submissions() -> Iterator[dict[str, str]]:
    """Endless work of a class: mostly right, some mistakes, no two submissions alike."""
    from autograder.assignment.known_answers import apply, read_mistakes
    from autograder.assignment.load import load_assignment
    from autograder.assignment.right_answers import read_alternatives
    from autograder.handout.skeleton import worked_source
    from autograder.handout.sources import read_marked

    manifest = load_assignment(ASSIGNMENT).manifest
    right = {
        module.file: worked_source(module.source, module.regions)
        for module in read_marked(manifest, ASSIGNMENT)
    }
    ways: dict[str, list[str]] = {file: [] for file in right}
    for other in read_alternatives(ASSIGNMENT, manifest):
        file = manifest.exercise(other.exercise).file
        ways[file].append(f"{right[file]}\n\n{other.source}")
    wrong: dict[str, list[str]] = {file: [] for file in right}
    for mistake in read_mistakes(ASSIGNMENT, manifest):
        if manifest.exercise(mistake.exercise).file in right:
            file, text = apply([mistake], ASSIGNMENT, manifest)
            wrong[file].append(text)
    findings = (ASSIGNMENT / "findings.json").read_text()
    chance, number = random.Random(SEED), 0
    while True:
        files = {"findings.json": findings}
        for file, text in right.items():
            fate = chance.random()
            others = ways[file] if fate < 0.3 else wrong[file] if fate < 0.5 else []
            files[file] = f"{chance.choice(others or [text])}\n# submission {number}\n"
        yield files
        number += 1


def grade(folder: Path, jobs: int, only: str | None) -> tuple[list[Look], float, int]:
    """Run the class.

    Returns:
        What was seen, the seconds from the last result to the end, and the exit code.
    """
    results = folder / "results"
    told = "from autograder.cli import main; main()"
    arguments = ["grade", folder / "class", "-a", ASSIGNMENT, "-o", results, "--seed", SEED]
    arguments += ["--jobs", jobs, *(["--only", only] if only else [])]
    started = time.monotonic()
    with open(folder / "log.txt", "ab") as log:
        run = subprocess.Popen(
            [sys.executable, "-c", told, *map(str, arguments)],
            stdout=log,
            stderr=log,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        )
        looks = []
        while run.poll() is None:
            time.sleep(_LOOK_SECONDS)
            with contextlib.suppress(OSError, sqlite3.Error):
                now = time.monotonic() - started
                graded = count(results / "grading.sqlite")
                looks.append(Look(now, graded, private(run.pid), cpu(run.pid)))
    last = max(look.results for look in looks)
    complete = min(look.seconds for look in looks if look.results == last)
    return looks, time.monotonic() - started - complete, run.returncode


def count(store: Path) -> int:
    """How many results a store has."""
    with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as base:
        return int(base.execute("SELECT count(*) FROM result").fetchone()[0])


def private(pid: int) -> int:
    """The memory that a process has for itself, in bytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Private_"))


def cpu(pid: int) -> float:
    """The processor seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def show(looks: list[Look], published: float, code: int) -> None:
    """Rate and memory along the run, and what they come to for a hundred thousand."""
    looks = [look for look in looks if look.results]
    total = looks[-1].results
    edge = min(_EDGE, total // 4)
    print(f"{'':30}{'coordinator':>20}")
    print(f"{'results':>10}{'minutes':>10}{'an hour':>10}{'MiB':>10}{'CPU ms each':>14}")
    marks = [total * tenth // 10 for tenth in range(1, 11)]
    before = looks[0]
    for mark in marks:
        here = at(looks, mark)
        memory = statistics.median(
            look.memory for look in looks if before.seconds <= look.seconds <= here.seconds
        )
        pace = rate(before, here)
        each = 1000 * (here.cpu - before.cpu) / max(here.results - before.results, 1)
        print(f"{here.results:10}{here.seconds / 60:10.1f}{pace:10.0f}", end="")
        print(f"{memory / 2**20:10.0f}{each:14.0f}")
        before = here
    first = rate(looks[0], at(looks, looks[0].results + edge))
    last = rate(at(looks, total - edge), at(looks, total))
    whole = rate(looks[0], at(looks, total))
    # From the first tenth on: before it, caches fill that every class fills.
    settled = [look for look in looks if look.results >= marks[0] and look.seconds <= here.seconds]
    fit = statistics.linear_regression(
        [look.results for look in settled], [look.memory for look in settled]
    )
    most = max(look.memory for look in settled)
    far = (most + max(fit.slope, 0.0) * (_FAR - total)) / 2**20
    print(f"\nan hour: first {edge} {first:.0f}, last {edge} {last:.0f}, ratio {last / first:.2f}")
    print(f"from the last result to published pages: {published:.0f} s; exit code {code}")
    if total < _ENOUGH:
        print(f"fewer than {_ENOUGH} say nothing of {_FAR:,}: caches of mistakes still fill")
        return
    print(f"coordinator: {fit.slope / 1024:+.2f} KiB a submission")
    print(
        f"{_FAR:,} at this rate: {_FAR / whole:.1f} h, coordinator {far:.0f} MiB, "
        f"pages {published * _FAR / total / 60:.0f} min"
    )


def at(looks: list[Look], results: int) -> Look:
    """The first look that saw so many results."""
    return next(look for look in looks if look.results >= results)


def rate(before: Look, after: Look) -> float:
    """Results an hour between two looks."""
    return 3600 * (after.results - before.results) / max(after.seconds - before.seconds, 1e-9)


if __name__ == "__main__":
    main()
