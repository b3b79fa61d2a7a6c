"""``check.py --json FILE``: every public verdict as data, as ``autograder check --json`` has it.

The schema stands in `docs/reference/public-verdicts.md`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Dict, List, Optional, Sequence

from checkkit.comparison import Comparison
from checkkit.naming import Named
from checkkit.running import Verdict
from checkkit.side_by_side import observations
from checkkit.checking import NOT_FOUND, Result
from checkkit.handout_folder import Handout

SCHEMA_VERSION = 1


def write(path: str, handout: Handout, results: Sequence[Result], remarks: List[str]) -> None:
    """Write the file.

    Args:
        path: where to.
        handout: the handout.
        results: one for each exercise that was asked.
        remarks: on the files as a whole.
    """
    about = handout.about
    content = document(
        about["name"],
        about["version"],
        remarks,
        [
            {
                "name": result.made.name,
                "where": "" if result.state == NOT_FOUND else result.label,
                "notes": result.notes,
                "checks": [
                    check_record(check.name, check.title, verdict, result.explained.get(check.name))
                    for check, verdict in result.verdicts
                ],
            }
            for result in results
        ],
    )
    with open(path, "w", encoding="utf-8") as file:
        file.write(content)


def document(name: str, version: str, notes: List[str], exercises: List[Dict[str, Any]]) -> str:
    """The whole file, as text."""
    content = {
        "schema_version": SCHEMA_VERSION,
        "assignment": name,
        "version": version,
        "notes": notes,
        "exercises": exercises,
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def check_record(name: str, title: str, verdict: Verdict, named: Optional[Named]) -> Dict[str, Any]:
    """One check: its verdict, where the student's code raised, and what explains it."""
    return {
        "name": name,
        "title": title,
        "passed": verdict.passed,
        "outcome": verdict.outcome,
        "unwritten": verdict.unwritten,
        "message": verdict.public,
        "file": verdict.file,
        "line": verdict.line,
        "comparison": comparison_record(verdict.comparison),
        "mistake": named.name if named else "",
    }


def comparison_record(comparison: Optional[Comparison]) -> Optional[Dict[str, Any]]:
    """What came back beside what is right, and what is seen of it; None if there is neither."""
    if comparison is None:
        return None
    return {**asdict(comparison), "seen": observations(comparison)}
