"""Change the engine where people and grades pass, and see whether the project's tests notice.

Examples:
  .ci/mutation                          every change (hours)
  .ci/mutation --sample 40 --seed 7     some of them, drawn anywhere
  .ci/mutation --only '*/store.py'      those of some modules
  .ci/mutation --list --only '*/moves.py'
  .ci/mutation --refresh                find out anew which tests run which lines (minutes)
  .ci/mutation --refresh tests/batch/test_store.py

Nothing in the checkout is touched: tests run in copies of it. A test that fails in a copy without
any change is left out, and named. A change that no test notices is listed, unless it stands with
a reason in .ci/mutations/equivalents.toml. The last line is "killed K of N". Exit code: 0, 1 below
the wanted share, 2 for what could not be done.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parents[2]))

from changes import Change, changes
from nearest import ROOT, Nearest, read, refreshed, write
from rounds import endings_of
from scope import modules, test_files
from trial import Ending, Task, copies

from autograder.proof.equivalents import Equivalent, read_equivalents


def main() -> int:
    """The command."""
    options = _options()
    wanted = [name for name in modules(ROOT) if fnmatch(name, options.only)]
    if options.refresh is not None:
        return _refresh(options.refresh)
    sources = {name: (ROOT / name).read_text(encoding="utf-8") for name in wanted}
    reasons = read_equivalents(Path(__file__).parent)
    found = [one for name, text in sources.items() for one in changes(name, text)]
    counted = [one for one in found if not any(_excuses(reason, one) for reason in reasons)]
    if not counted:
        print(f"--only {options.only}: no change to make there", file=sys.stderr)
        return 2
    drawn = counted
    if options.sample and options.sample < len(counted):
        drawn = random.Random(options.seed).sample(counted, options.sample)
    print(
        f"{len(found)} changes in {len(wanted)} modules, {len(found) - len(counted)} of them "
        f"equivalent; {len(drawn)} are tried",
        flush=True,
    )
    if options.list:
        print(*drawn, sep="\n")
        return 0
    return _try(drawn, sources, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=".ci/mutation",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sample", type=int, metavar="N", help="try N changes, not all")
    parser.add_argument("--seed", type=int, default=0, help="which N (default: 0)")
    parser.add_argument("--only", default="*", metavar="GLOB", help="modules of such a name")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), metavar="N")
    parser.add_argument("--at-least", type=float, default=0.0, metavar="PERCENT")
    parser.add_argument("--budget", type=float, default=45.0, metavar="SECONDS")
    parser.add_argument("--list", action="store_true", help="say the changes, and try none")
    parser.add_argument("--refresh", nargs="*", metavar="TESTS", help="note anew what tests run")
    return parser.parse_args()


def _refresh(named: Sequence[str]) -> int:
    tests = list(named) or list(test_files(ROOT))
    before = read() if named else Nearest({}, {})
    with tempfile.TemporaryDirectory() as home, copies(ROOT, Path(home), 1) as (place,):
        write(refreshed(before, place, modules(ROOT), tests))
    return 0


def _try(drawn: Sequence[Change], sources: dict[str, str], options: argparse.Namespace) -> int:
    nearest = read()
    tasks = []
    for number, change in enumerate(drawn):
        tests = nearest.tests(change, sources[change.file], options.budget)
        seconds = sum(nearest.seconds[test] for test in tests)
        tasks.append(Task(number, tests, seconds, change.file, change.source))
    began = time.monotonic()

    def tell(ending: Ending) -> None:
        word = "late" if ending.timed_out else "killed" if ending.killed else "SURVIVED"
        print(f"{word:8} {ending.seconds:5.1f} s  {drawn[ending.number]}")
        if ending.killed and not ending.timed_out:
            print(f"{'':19}by {ending.noticed or 'what cannot be imported any more'}", flush=True)

    with tempfile.TemporaryDirectory() as home, copies(ROOT, Path(home), options.jobs) as places:
        endings, unfit = endings_of([task for task in tasks if task.tests], places, tell)
    killed = sum(one.killed for one in endings)
    survivors = [drawn[one.number] for one in endings if not one.killed]
    survivors += [drawn[task.number] for task in tasks if not task.tests]
    _tell(survivors)
    if unfit:
        print("\nLeft out, since they fail without any change as well:", *sorted(unfit), sep="\n")
    print(f"\n{time.monotonic() - began:.0f} s")
    print(f"killed {killed} of {len(tasks)}")
    return 0 if 100 * killed >= options.at_least * len(tasks) else 1


def _tell(survivors: Sequence[Change]) -> None:
    if survivors:
        print("\nNo test notices:")
    for change in sorted(survivors, key=lambda one: (one.file, one.line)):
        print(f"{change.file}:{change.line} in {change.function or 'the module'}")
        print(f"- {change.before}\n+ {change.after}")


def _excuses(reason: Equivalent, change: Change) -> bool:
    """Whether a reason stands for a change: by what is written there, in whatever line it is."""
    return (
        fnmatch(change.file, reason.file)
        and change.before == reason.before
        and (not reason.after or change.after == reason.after)
    )


if __name__ == "__main__":
    sys.exit(main())
