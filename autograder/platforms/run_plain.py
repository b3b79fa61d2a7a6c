"""Grade on a platform without Otter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from autograder.assignment.manifest_problems import ManifestError
from autograder.batch.run_problems import StoreError
from autograder.isolation.tiers import NotIsolated
from autograder.own_files import complete
from autograder.platforms.check_results import Undecided, check_results
from autograder.platforms.grade_one import Graded, grade_one
from autograder.platforms.handover import hide_source, set_aside
from autograder.platforms.metadata import read_metadata
from autograder.platforms.packed_settings import NotPacked
from autograder.publish.results import PublishError
from autograder.sandbox.zygote import ZygoteError

RESULTS = "results/results.json"
FAILURES = (
    *(NotIsolated, NotPacked, ManifestError, StoreError, ZygoteError, PublishError),
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
    told["extra_data"]["tier"] = made.tier.name
    return made, told


def grade_plainly(root: Path) -> None:
    """Grade, and write `results.json`.

    Raises:
        One of `FAILURES`: there is no fair score, and no such file.
    """
    made, told = graded(root)
    (root / RESULTS).parent.mkdir(exist_ok=True)
    with complete(root / RESULTS) as file:
        json.dump(told, file, indent=2)
    print(made.report)
