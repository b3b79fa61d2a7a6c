"""What naming the mistake adds to a grade, once the answers of known mistakes are at hand.

    python benchmarks/diagnosis.py [--only Adam,clip_by_norm] [--repeats 20]

For each exercise a known mistake (found among the others) and a mutant (mostly found to be none,
which takes longest: every known mistake and every pair of them is looked at). Prints milliseconds.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from autograder.assignment.load import load_assignment
from autograder.grading.asking import ask_checks
from autograder.grading.diagnosis import Diagnoser
from autograder.grading.preload import preload_for
from autograder.grading.sandboxed import SandboxedAttempt
from autograder.intake.submissions import Bundle
from autograder.isolation import tiers
from autograder.proof.trial_submissions import variants
from autograder.sandbox.zygote import Zygote

ASSIGNMENT = Path(__file__).resolve().parent.parent / "solutions" / "t6"
SEED = 11


def main() -> None:
    """Time the second and later explanations of the same failure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="exercises, joined by commas (default: all)")
    parser.add_argument("--repeats", type=int, default=20)
    options = parser.parse_args()
    assignment = load_assignment(ASSIGNMENT)
    wanted = set(options.only.split(",")) - {""}
    first: dict[tuple[str, str], object] = {}
    for variant in variants(assignment):
        if variant.kind in ("mistake", "mutant") and (variant.exercise in wanted or not wanted):
            first.setdefault((variant.exercise, variant.kind), variant)
    offer = tiers.probe()
    took = []
    print(f"{'exercise':30} {'answer':8} {'median ms':>9} {'most ms':>8}  named")
    with Zygote(tiers.choose(offer), preload_for(assignment)) as zygote:
        diagnoser = Diagnoser(assignment, zygote, SEED)
        for (name, kind), variant in sorted(first.items()):
            exercise = assignment.manifest.exercise(name)
            verdicts = _verdicts(assignment, variant, exercise, zygote)
            found = diagnoser.explain(exercise, verdicts)
            times = [_timed(diagnoser, exercise, verdicts) for _ in range(options.repeats)]
            took.append(statistics.median(times))
            named = found[0].name if found else "-"
            print(f"{name:30} {kind:8} {took[-1]:9.2f} {max(times):8.2f}  {named}", flush=True)
    print(f"median of all {statistics.median(took):.2f} ms, most {max(took):.2f} ms")


def _verdicts(assignment, variant, exercise, zygote):
    attempt = SandboxedAttempt(assignment, Bundle(variant.name, dict(variant.files)), zygote, SEED)
    try:
        attempt.prepare()
        return ask_checks(attempt, exercise, False, ask_checks(attempt, exercise, public=True))
    finally:
        attempt.close()


def _timed(diagnoser, exercise, verdicts) -> float:
    started = time.process_time()
    diagnoser.explain(exercise, verdicts)
    return 1000 * (time.process_time() - started)


if __name__ == "__main__":
    main()
