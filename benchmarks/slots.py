"""What a second slot gives: the same right submission through one slot and through two.

    python benchmarks/slots.py [--rounds 3] [--each 2] [--only Adam,SGD]

One slot and two take turns, so that both meet the same machine. On a machine with other work the
rate says little: then compare the processor seconds, which two slots must not raise.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from against_otter import ASSIGNMENT, ROOT, SEED, watch_workers, workers


def main() -> None:
    """Alternate between one slot and two."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--each", type=int, default=2, help="submissions a slot and round")
    parser.add_argument("--only", help="these exercises alone, such as Adam,SGD")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from autograder.assignment.load import load_assignment
    from autograder.grading.preload import preload_for
    from autograder.intake.submissions import Bundle
    from autograder.isolation import tiers
    from autograder.sandbox.zygote import Zygote

    watch_workers()
    assignment = load_assignment(ASSIGNMENT)
    names = [file.name for file in assignment.manifest.files if (ASSIGNMENT / file.name).exists()]
    bundle = Bundle("reference", {name: Path(ASSIGNMENT, name).read_bytes() for name in names})
    only = tuple(options.only.split(",")) if options.only else ()
    offer = tiers.probe()
    rates: dict[int, list[float]] = {1: [], 2: []}
    cpus: dict[int, list[float]] = {1: [], 2: []}
    with Zygote(tiers.choose(offer), preload_for(assignment)) as zygote:
        graded(assignment, bundle, zygote, only)  # imports the reference
        for _ in range(options.rounds):
            for width in (1, 2):
                count = width * options.each
                started = time.perf_counter()
                with ThreadPoolExecutor(width) as slots:
                    took = [
                        slots.submit(graded, assignment, bundle, zygote, only) for _ in range(count)
                    ]
                    cpus[width] += [future.result() for future in took]
                rates[width].append(3600 * count / (time.perf_counter() - started))
    show(rates, cpus)


def graded(assignment, bundle, zygote, only) -> float:
    """Grade once; processor seconds of worker and trusted side."""
    from autograder.grading.grade import grade

    before = time.thread_time()
    result = grade(assignment, bundle, zygote, SEED, only)
    assert result.status == "graded", result.reason
    return time.thread_time() - before + workers.seconds


def show(rates: dict[int, list[float]], cpus: dict[int, list[float]]) -> None:
    """The rates, their ratio round by round, and what each submission took."""
    ratios = [two / one for one, two in zip(rates[1], rates[2], strict=True)]
    rows = [
        ("submissions an hour, 1 slot", rates[1]),
        ("submissions an hour, 2 slots", rates[2]),
        ("2 slots over 1", ratios),
        ("processor seconds a submission, 1 slot", cpus[1]),
        ("processor seconds a submission, 2 slots", cpus[2]),
    ]
    print(f"{len(ratios)} rounds: {'minimum':>33}{'median':>10}{'maximum':>10}")
    for name, values in rows:
        print(f"{name:40}{min(values):10.2f}{statistics.median(values):10.2f}{max(values):10.2f}")
    free = 2 * statistics.median(cpus[1]) / statistics.median(cpus[2])
    print(f"\nOn two cores of their own, by processor seconds alone: {free:.2f} times one slot")


if __name__ == "__main__":
    main()
