"""What the boundary costs: the same right submission behind it and in one warm process.

    python benchmarks/boundary.py [--repeats 5]

Prints CPU seconds and ratios of one run; compare ratios, never seconds of different runs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENT = ROOT / "solutions" / "t6"
SEED = 11


def main() -> None:
    """Alternate between the floor and the boundary, so that both meet the same machine."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--floor", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.floor:
        _serve_floor()
        return
    from autograder.assignment.load import load_assignment
    from autograder.grading.preload import preload_for
    from autograder.intake.submissions import Bundle
    from autograder.isolation import tiers
    from autograder.sandbox.zygote import Zygote

    assignment = load_assignment(ASSIGNMENT)
    files = {file.name: (ASSIGNMENT / file.name).read_bytes() for file in assignment.manifest.files}
    bundle = Bundle("reference", files)
    offer = tiers.probe()
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "OPENBLAS_NUM_THREADS": "1"}
    floor = subprocess.Popen(
        [sys.executable, __file__, "--floor"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**environment, "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"},
    )
    assert floor.stdin is not None and floor.stdout is not None
    floor.stdout.readline()
    warm, worker, trusted, added, memory, whole = [], [], [], [], [], []
    with Zygote(tiers.choose(offer), preload_for(assignment)) as zygote:
        for _ in range(options.repeats + 1):
            floor.stdin.write("go\n")
            floor.stdin.flush()
            warm.append(float(floor.stdout.readline()))
            before = machine_cpu()
            took = _behind_boundary(assignment, bundle, zygote)
            whole.append(machine_cpu() - before)
            for series, value in zip((worker, trusted, added, memory), took, strict=True):
                series.append(value)
    floor.stdin.close()
    floor.wait()
    _print(
        warm[1:], worker[1:], trusted[1:], added[1:], memory[1:], whole[1:], len(assignment.checks)
    )


def machine_cpu() -> float:
    """CPU seconds that this machine has spent on anything, as /proc/stat counts them.

    Unlike what a submission is charged, forks, teardown and the supervisor are in it, and whatever
    else runs: it means something on an idle machine alone.
    """
    user, nice, system, _, _, irq, softirq = map(
        int, Path("/proc/stat").read_text().split(maxsplit=8)[1:8]
    )
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def _behind_boundary(assignment, bundle, zygote):
    """CPU of worker and of the trusted side; seconds added by start and calls; private memory."""
    from autograder.grading.asking import ask_checks
    from autograder.grading.sandboxed import SandboxedAttempt

    attempt = SandboxedAttempt(assignment, bundle, zygote, SEED)
    trusted = time.process_time()
    started = time.perf_counter()
    attempt.prepare()
    start = time.perf_counter() - started
    before = attempt.worker().base_memory
    for exercise in assignment.manifest.enabled_exercises:
        verdicts = ask_checks(attempt, exercise, True) | ask_checks(attempt, exercise, False)
        assert all(verdict.passed for verdict in verdicts.values()), exercise.name
    trusted = time.process_time() - trusted
    asks = attempt.worker().asks
    started = time.perf_counter()
    for _ in range(300):
        attempt.worker().ask("hold", None, "", [1.0], {})
    call = (time.perf_counter() - started) / 300
    private = attempt.worker().memory() - before
    attempt.close()
    return attempt.cpu_seconds, trusted, start + asks * call, private


def _serve_floor() -> None:
    """One warm process without isolation: run the suite whenever a line comes in."""
    import tensorflow

    from autograder.assignment.load import load_assignment
    from autograder.assignment.rules import facts_of
    from autograder.grading.preload import preload_for
    from autograder.grading.seeds import check_generator
    from autograder.intake.submissions import Entry, read
    from autograder.kit import run_check
    from autograder.kit.in_process import InProcessAttempt
    from autograder.worker.zygote_process import make_ready

    assignment = load_assignment(ASSIGNMENT)
    make_ready(preload_for(assignment))
    tensorflow.config.run_functions_eagerly(True)
    files = read(Entry("reference", ASSIGNMENT)).files
    print("ready", flush=True)
    for _ in sys.stdin:
        started = time.process_time()
        # The host answers by the worker's own code: it seeds and clears Keras when a worker does.
        host = InProcessAttempt(facts_of(assignment), files)
        for made in assignment.manifest.enabled_exercises:
            checks = [check for check in assignment.checks if check.exercise == made.name]
            for check in sorted(checks, key=lambda check: not check.public):
                fixtures = {"rng": check_generator(SEED, check.name), "ref": assignment.reference}
                verdict = run_check(check, host.begin(made, check.name), fixtures)
                assert verdict.passed, (check.name, verdict.public)
        host.close()
        print(time.process_time() - started, flush=True)


def _print(warm, worker, trusted, added, memory, whole, checks) -> None:
    both = [one + other for one, other in zip(worker, trusted, strict=True)]
    ratios = [counted / floor for counted, floor in zip(both, warm, strict=True)]
    rows = [
        ("suite in one warm process, CPU s", warm),
        ("suite behind the boundary, CPU s", both),
        ("  of which worker", worker),
        ("  of which trusted side", trusted),
        ("  the whole machine meanwhile", whole),
        ("boundary over warm process", ratios),
        (
            "  the whole machine over that",
            [one / floor for one, floor in zip(whole, warm, strict=True)],
        ),
        ("added by start and calls, s", added),
        ("private memory of a worker, MiB", [value / 2**20 for value in memory]),
    ]
    print(f"{checks} checks, {len(warm)} repeats: minimum, median, maximum")
    for name, values in rows:
        print(f"{name:36} {min(values):8.3f} {statistics.median(values):8.3f} {max(values):8.3f}")


if __name__ == "__main__":
    main()
