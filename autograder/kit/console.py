"""``python check.py``: the public checks in the terminal, in about two seconds.

Needs neither the grader nor Otter, and TensorFlow only for the exercises that use it.
"""

import argparse
import os
import sys
import textwrap
import time
from typing import Any, Dict, List, Optional, Sequence, Tuple

from . import doctor, packing
from .handout import Handout, told
from .running import run_check

_GREEN, _YELLOW, _BOLD, _PLAIN = "\033[32m", "\033[33m", "\033[1m", "\033[0m"


def main(root: str, arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command; 0 when all that was asked passed, 1 when not, 2 for a usage error."""
    handout = Handout(root)
    options = _parser(handout).parse_args(arguments)
    if options.doctor:
        return doctor.report(handout.about)
    names = [made["name"] for made in handout.exercises]
    unknown = [name for name in options.exercises if name not in names]
    if unknown:
        print("No exercise %s. There are: %s" % (", ".join(unknown), ", ".join(names)))
        return 2
    chosen = [
        made
        for made in handout.exercises
        if made["name"] in options.exercises or not options.exercises
    ]
    if options.numpy:
        chosen = [made for made in chosen if made["uses"] == "numpy"]
    folder = os.path.abspath(options.folder)
    scores, found = run_all(handout, folder, chosen)
    if options.pack:
        return packing.pack(handout, folder, scores, found)
    return 0 if all(passed == total for passed, total in scores.values()) else 1


def run_all(
    handout: Handout, folder: str, exercises: List[Dict[str, Any]]
) -> Tuple[Dict[str, Tuple[int, int]], List[str]]:
    """Run the public checks of some exercises and print what they say.

    Returns:
        By exercise the number of checks passed and of all; and the exercises that are written.
    """
    scores = {}  # type: Dict[str, Tuple[int, int]]
    found = []  # type: List[str]
    announced = False
    for made in exercises:
        checks = handout.checks(made["name"])
        if made["uses"] == "tensorflow" and not announced:
            announced = True
            started = time.time()
            print(_paint("(loading TensorFlow ...)", _YELLOW), flush=True)
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
            try:
                import tensorflow  # noqa: F401
            except ImportError:
                print("TensorFlow is not installed: pip install -r requirements.txt")
            print(_paint("(%.0f s)" % (time.time() - started), _YELLOW), flush=True)
        passed, outcomes = 0, []
        lines = []  # type: List[str]
        for check in checks:
            verdict = run_check(check, handout.submission(folder), {})
            outcomes.append(verdict)
            passed += verdict.passed
            if verdict.passed:
                lines.append(_paint("  passed  ", _GREEN) + check.title)
            else:
                first, *rest = told(check, verdict)
                lines.append(_paint("  not yet ", _YELLOW) + first)
                lines += [
                    textwrap.fill(line, 96, initial_indent=" " * 12, subsequent_indent=" " * 14)
                    for line in rest
                ]
        scores[made["name"]] = (passed, len(checks))
        if any("not written yet" not in verdict.public for verdict in outcomes):
            found.append(made["name"])
        unwritten = checks and all("not written yet" in verdict.public for verdict in outcomes)
        summary = "not written yet" if unwritten else "%d of %d passed" % (passed, len(checks))
        heading = "%s (%s, %g points): %s" % (made["name"], made["file"], made["points"], summary)
        print(_paint(heading, _BOLD), flush=True)
        if not unwritten:
            print("\n".join(lines), flush=True)
    done = sum(passed == total for passed, total in scores.values())
    print("\n%d of %d exercises pass all public checks." % (done, len(scores)))
    print("The grading asks more questions, with other numbers.")
    return scores, found


def _parser(handout: Handout) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="check.py",
        description="Run the public checks of %s." % handout.about["title"],
        epilog="examples: check.py SGD Adam | check.py --numpy | check.py --pack",
    )
    parser.add_argument("exercises", nargs="*", metavar="EXERCISE", help="only these exercises")
    parser.add_argument(
        "--numpy", action="store_true", help="only what needs no TensorFlow (about two seconds)"
    )
    parser.add_argument("--folder", default=handout.root, help="where your modules are")
    parser.add_argument("--doctor", action="store_true", help="look at this machine")
    parser.add_argument("--pack", action="store_true", help="make the one zip to hand in")
    return parser


def _paint(text: str, colour: str) -> str:
    return colour + text + _PLAIN if sys.stdout.isatty() else text
