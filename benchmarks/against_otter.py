"""The same notebooks and the same hidden checks, graded by Otter and behind the boundary.

    python benchmarks/against_otter.py [--rounds 2] [--submissions 4]

The checks are rendered as Otter's exception-based test files that run in the student's kernel.
Otter is measured twice. `otter run` is the command as it comes, on the notebooks as students hand
them in; it runs every cell, the experiments too, since it cannot know which ones checks need. As
"Otter, tuned" it gets the best that an instructor could make of it: its Python interface in
processes that stay, one a core, and every cell that grading can do without tagged for it to skip.
Neither uses containers. All sides take turns, so that they meet the same machine; compare ratios,
never seconds of different runs.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
ASSIGNMENT = ROOT / "solutions" / "t6"
SEED = 11
_SAMPLE_SECONDS = 0.2

# What Otter's files call: one check of the assignment, put to the names of the student's kernel.
_ASKING = """
import sys
sys.path.append({root!r})
from pathlib import Path
from autograder.assignment.load import load_assignment
from autograder.grading.seeds import check_generator
from autograder.kit import run_check
from autograder.kit.hosts import namespace_submission

assignment = load_assignment(Path({assignment!r}))
checks = {{check.name: check for check in assignment.checks}}
support = assignment.support()


def ask(env, name):
    fixtures = {{"rng": check_generator({seed}, name), "ref": assignment.reference}}
    verdict = run_check(checks[name], namespace_submission(env, support), fixtures)
    assert verdict.passed, verdict.hidden
"""


@dataclass(frozen=True)
class Memory:
    """What processes hold together, in bytes: for themselves, and with their part of the shared."""

    private: int = 0
    proportional: int = 0

    @classmethod
    def of(cls, processes: list[int]) -> Memory:
        """The sum over processes; one that has ended counts nothing."""
        private = proportional = 0
        for pid in processes:
            with contextlib.suppress(OSError):
                for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                    size = int(line.split()[1]) << 10 if line.endswith("kB") else 0
                    private += size if line.startswith("Private_") else 0
                    proportional += size if line.startswith("Pss:") else 0
        return cls(private, proportional)


@dataclass
class Side:
    """What one side did: seconds by the clock and of the processor a submission, memory, points."""

    name: str
    walls: list[float] = field(default_factory=list)
    cpus: list[float] = field(default_factory=list)
    memory: list[Memory] = field(default_factory=list)
    points: dict[str, dict[str, float]] = field(default_factory=dict)

    @property
    def hourly(self) -> float:
        """Submissions an hour, of all rounds together."""
        return 3600 / statistics.mean(self.walls)

    def spread(self) -> tuple[float, float, float]:
        """Least, median and most processor seconds."""
        return min(self.cpus), statistics.median(self.cpus), max(self.cpus)

    def private(self, percent: int) -> float:
        """What a slot has for itself in so many percent of the looks at it, in MiB."""
        return percentile([seen.private for seen in self.memory], percent) / 2**20

    def proportional(self, percent: int) -> float:
        """The same with its part of what is shared."""
        return percentile([seen.proportional for seen in self.memory], percent) / 2**20


def percentile(values: list[int], percent: int) -> float:
    """The value that so many percent of the values do not exceed."""
    return sorted(values)[min(len(values) * percent // 100, len(values) - 1)]


def main() -> None:
    """Take turns between Otter, Otter tuned, and the boundary, over the same notebooks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--submissions", type=int, default=4, help="in a round")
    parser.add_argument("--processes", type=int, default=2, help="of each side at once")
    parser.add_argument("--only", help="these exercises alone, such as Adam,SGD")
    parser.add_argument(
        "--tuned-only", action="store_true", help="leave out `otter run`, 100 s a notebook"
    )
    options = parser.parse_args()
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", PYTHONWARNINGS="ignore")
    from autograder.assignment.load import load_assignment

    assignment = load_assignment(ASSIGNMENT)
    only = tuple(options.only.split(",")) if options.only else ()
    with tempfile.TemporaryDirectory(prefix="autograder-otter-") as folder:
        work = Path(folder)
        names = write_class(assignment, work, options.rounds * options.submissions)
        write_autograder(assignment, work, only)
        sides = [Side("otter run"), Side("Otter, tuned"), Side("here")]
        if options.tuned_only:
            del sides[0]
        watch_workers()
        zygote = measure(sides, assignment, work, names, only, options)
    show(sides, zygote, options, assignment, len(names))


def write_class(assignment, work: Path, count: int) -> list[str]:
    """Filled-in notebooks with their findings: right, and with a mistake in turn.

    In the folder ``class`` as they are handed in, in ``tagged`` with what Otter may skip.
    """
    import nbformat

    from autograder.assignment.known_answers import apply, read_mistakes
    from autograder.handout.notebook import render_notebook
    from autograder.handout.sources import read_marked
    from autograder.templating import templates_folder

    manifest = assignment.manifest
    modules = read_marked(manifest, ASSIGNMENT)
    found = [made for made in read_mistakes(ASSIGNMENT, manifest) if made.exercise != "findings"]
    step = max(1, len(found) // max(1, count - 1))
    wrong = [None, *found[::step]][:count]
    findings = (ASSIGNMENT / "findings.json").read_bytes()
    names = []
    for number, mistake in enumerate(wrong):
        changed = modules
        if mistake is not None:
            file, text = apply([mistake], ASSIGNMENT, manifest)
            changed = tuple(
                _with(module, text) if module.file == file else module for module in modules
            )
        text = render_notebook(templates_folder(), ASSIGNMENT, manifest, changed, solution=True)
        tagged = nbformat.reads(text, as_version=4)
        for cell in tagged.cells:
            if "experiment" in cell.metadata.get("tags", []):
                cell.metadata.tags.append("otter_ignore")
        names.append(f"s{number:03}")
        for folder, content in (("class", text), ("tagged", nbformat.writes(tagged))):
            (work / folder).mkdir(exist_ok=True)
            with zipfile.ZipFile(work / folder / f"{names[-1]}.zip", "w") as archive:
                archive.writestr("t6.ipynb", content)
                archive.writestr("findings.json", findings)
    return names


def _with(module, text):
    """The marked module of another text of the same file."""
    import dataclasses

    from autograder.handout.regions import find_regions

    return dataclasses.replace(module, source=text, regions=find_regions(text, module.file))


def write_autograder(assignment, work: Path, only: tuple[str, ...]) -> None:
    """Otter's zip: one test file an exercise with all its checks."""
    from otter.generate import main as generate

    tests = work / "tests"
    tests.mkdir()
    manifest = assignment.manifest
    for made in manifest.enabled_exercises:
        checks = assignment.checks_of(made)
        if (only and made.name not in only) or not checks:
            continue
        points = manifest.scaled_points(made) - manifest.scaled_manual_points(made)
        weight = sum(check.weight for check in checks)
        lines = [
            "OK_FORMAT = False",
            "from otter.test_files import test_case",
            "from t6_hidden_checks import ask",
            f"name = {made.name!r}",
            f"points = {points!r}",
        ]
        for check in checks:
            worth = math.floor(1e6 * points * check.weight / weight) / 1e6  # never more in all
            lines += [
                f"@test_case(name={check.name!r}, points={worth!r}, hidden={not check.public})",
                f"def test_{check.name}(env):",
                f"    ask(env, {check.name!r})",
            ]
        (tests / f"{made.name}.py").write_text("\n".join(lines) + "\n")
    asking = work / "t6_hidden_checks.py"
    asking.write_text(_ASKING.format(root=str(ROOT), assignment=str(ASSIGNMENT), seed=SEED))
    with contextlib.chdir(work), contextlib.redirect_stdout(None):
        generate(
            tests_dir="tests",
            output_path="autograder.zip",
            files=["t6_hidden_checks.py"],
            no_config=True,
            no_requirements=True,
            no_environment=True,
        )


def measure(sides: list[Side], assignment, work: Path, names, only, options) -> Memory:
    """Grade every notebook on all sides, a round of one and then of the other.

    Returns:
        What the zygote holds, which is paid once however many slots there are.
    """
    from autograder.grading.preload import preload_for
    from autograder.isolation import tiers
    from autograder.sandbox.zygote import Zygote

    width = options.processes
    offer = tiers.probe()
    spawn = multiprocessing.get_context("spawn")
    with (
        Zygote(tiers.choose(offer), preload_for(assignment)) as zygote,
        ThreadPoolExecutor(width) as slots,
        ProcessPoolExecutor(width, spawn) as processes,
    ):
        list(processes.map(_ready, range(width)))
        inside = zygote_process(zygote)
        paid_once = Memory.of([inside])

        def by_command(name: str) -> Future:
            return slots.submit(_by_command, work, name)

        def by_otter(name: str) -> Future:
            return processes.submit(_by_otter, work, name)

        def behind_boundary(name: str) -> Future:
            return slots.submit(_behind_boundary, assignment, zygote, work, name, only)

        ways: dict[str, tuple[Callable[[str], Future], Callable[[], list[int]]]] = {
            "otter run": (by_command, lambda: list(commands)),
            "Otter, tuned": (by_otter, lambda: list(processes._processes)),
            "here": (behind_boundary, lambda: children(inside)),
        }
        for first in range(0, len(names), options.submissions):
            for side in sides:
                take_turn(side, names[first : first + options.submissions], *ways[side.name])
        return paid_once


def take_turn(
    side: Side,
    batch: list[str],
    submit: Callable[[str], Future],
    slots: Callable[[], list[int]],
) -> None:
    """Grade a batch, as many at once as there are slots, and look at their memory meanwhile."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(_SAMPLE_SECONDS):
            side.memory += [Memory.of([slot, *below(slot)]) for slot in slots()]

    looking = threading.Thread(target=look)
    looking.start()
    started = time.perf_counter()
    futures = {name: submit(name) for name in batch}
    for name, future in futures.items():
        seconds, side.points[name] = future.result()
        side.cpus.append(seconds)
    side.walls.append((time.perf_counter() - started) / len(batch))
    over.set()
    looking.join()


def _ready(number: int) -> None:
    import otter.api  # noqa: F401 (paid once a process, as by whoever grades a class)

    time.sleep(0.5)  # so that the others take one each


commands: set[int] = set()


def _by_command(work: Path, name: str) -> tuple[float, dict[str, float]]:
    """Run Otter's own command; processor seconds with all that it started, and shares of points."""
    out = work / "results" / name
    out.mkdir(parents=True)
    command = [sys.executable, "-m", "otter", "run", "-a", str(work / "autograder.zip")]
    running = subprocess.Popen(
        [*command, "-o", str(out), str(work / "class" / f"{name}.zip")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=out,
    )
    commands.add(running.pid)
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    commands.discard(running.pid)
    assert status == 0, f"otter run ended with {status} on {name}"
    tests = json.loads((out / "results.json").read_text())["tests"]
    shares = {
        made["name"]: made["score"] / made["max_score"] for made in tests if made.get("max_score")
    }
    return used.ru_utime + used.ru_stime, shares


def _by_otter(work: Path, name: str) -> tuple[float, dict[str, float]]:
    from otter.api import grade_submission

    before = time.process_time() + _of_children()
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
        graded = grade_submission(
            str(work / "tagged" / f"{name}.zip"), str(work / "autograder.zip"), quiet=True
        )
    seconds = time.process_time() + _of_children() - before
    if graded._catastrophic_error is not None:
        raise graded._catastrophic_error
    return seconds, {made: one.score / one.possible for made, one in graded.results.items()}


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _behind_boundary(assignment, zygote, work: Path, name: str, only) -> tuple[float, dict]:
    """The same work as `autograder grade` does, but for naming mistakes, which Otter does not."""
    from autograder.grading.grade import grade
    from autograder.intake.submissions import Entry, read

    before = time.thread_time()
    bundle = read(Entry(name, work / "class" / f"{name}.zip"))
    result = grade(assignment, bundle, zygote, SEED, only)
    assert result.status == "graded", result.reason
    points = {
        made.name: (made.score or 0.0) / (made.max_score - made.open_points)
        for made in result.exercises
        if made.checks
    }
    return time.thread_time() - before + workers.seconds, points


workers = threading.local()


def watch_workers() -> None:
    """Let each thread know what the worker that it asked has used of the processor."""
    from autograder.grading import grade

    class Watched(grade.SandboxedAttempt):
        def close(self) -> None:
            super().close()
            workers.seconds = self.cpu_seconds

    grade.SandboxedAttempt = Watched


def below(pid: int) -> list[int]:
    """The processes below one."""
    found = []
    for child in children(pid):
        found += [child, *below(child)]
    return found


def children(pid: int) -> list[int]:
    """The processes right below one."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(child) for child in task.read_text().split()]
    return found


def zygote_process(zygote) -> int:
    """The forking process itself, inside what wraps it."""
    pid = zygote._process.pid
    while b"bwrap" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]:
        (pid,) = children(pid)
    return pid


def show(sides: list[Side], zygote: Memory, options, assignment, count: int) -> None:
    """The table, and whether all sides found the same."""
    checks, ours = len(assignment.checks), sides[-1]
    print(f"{count} notebooks, {checks} checks, {options.processes} at once on each side\n")
    others = "".join(f"{side.name:>14}{'ratio':>7}" for side in sides[:-1])
    print(f"{'':42}{ours.name:>10}{others}")
    rows: list[tuple[str, Callable[[Side], float]]] = [
        ("submissions an hour", lambda side: side.hourly)
    ]
    for place, word in enumerate(("minimum", "median", "maximum")):
        name = f"processor seconds a submission, {word}"
        rows.append((name, lambda side, place=place: side.spread()[place]))
    for part, word in ((50, "median"), (95, "95 %"), (100, "maximum")):
        name = f"a further slot, MiB: private, {word}"
        rows.append((name, lambda side, part=part: side.private(part)))
    rows.append(("  with its part of the shared, median", lambda side: side.proportional(50)))
    for name, value in rows:
        own = value(ours)
        line = f"{name:42}{own:10.1f}"
        for side in sides[:-1]:
            other = value(side)
            line += f"{other:14.1f}{max(own, other) / min(own, other):7.1f}"
        print(line)
    print(f"\nThe zygote, once a machine: {zygote.private / 2**20:.0f} MiB private,", end=" ")
    print(f"{zygote.proportional / 2**20:.0f} MiB proportional.")
    for side in sides[:-1]:
        unlike = [
            f"{name} {exercise}: {side.points[name].get(exercise)} and {share:.3f}"
            for name, shares in ours.points.items()
            for exercise, share in shares.items()
            if abs(side.points[name].get(exercise, -1.0) - share) > 1e-3
        ]
        print(f"Exercises with another share of points than in {side.name}: {len(unlike)}")
        for line in unlike:
            print(f"  {line}")


if __name__ == "__main__":
    main()
