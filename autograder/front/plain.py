"""Grade on Gradescope without Otter: ``python -m autograder.front.plain [ROOT]``.

Exit code: 0 when `results.json` is written; 1 when no fair score can be given, and then nothing is
written, so that the platform says loudly that the grader failed and staff run it again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from autograder.assignment.problems import ManifestError
from autograder.batch.problems import StoreError
from autograder.front.handover import hide_source, set_aside
from autograder.front.metadata import read_metadata
from autograder.front.one import Graded, NoIsolation, grade_one
from autograder.front.results import Undecided, check_results
from autograder.front.settings import NotPacked
from autograder.publish.files import complete
from autograder.publish.results import PublishError
from autograder.sandbox.zygote import ZygoteError

RESULTS = "results/results.json"
FAILURES = (
    *(NoIsolation, NotPacked, ManifestError, StoreError, ZygoteError, PublishError),
    *(Undecided, ValueError, OSError),
)


def graded(root: Path) -> tuple[Graded, dict[str, Any]]:
    """Grade what was handed in below a platform's folder.

    Returns:
        The grade, and the content of `results.json`.

    Raises:
        One of `FAILURES`: there is no fair score.
    """
    hide_source(root)
    handed_in = set_aside(root)
    known = read_metadata(root)
    made = grade_one(root, handed_in, known)
    limit = made.manifest.resubmission.hidden_details_per_day
    told = check_results(made.result, made.manifest, known.details_before < limit, limit)
    return made, told


def main(arguments: list[str]) -> int:
    """Grade, and write `results.json`."""
    root = Path(arguments[0] if arguments else "/autograder")
    try:
        made, told = graded(root)
        (root / RESULTS).parent.mkdir(exist_ok=True)
        with complete(root / RESULTS) as file:
            json.dump(told, file, indent=2)
    except FAILURES as problem:
        print(f"autograder: no score: {problem}", file=sys.stderr)
        return 1
    print(made.report)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
