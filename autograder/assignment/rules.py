"""What an assignment lays down for reading a submission; the handout says the same in JSON."""

from __future__ import annotations

from typing import Any

from autograder.assignment.load import Assignment
from autograder.assignment.manifest_records import Manifest
from autograder.kit.hosting import Facts
from autograder.reading.file_names import HANDED_OUT

SKIP_TAGS = ("experiment",)


def reading_rules(manifest: Manifest) -> dict[str, Any]:
    """How a submission is read, see `reading.loading_plan.plan`; plain values."""
    return {
        "exercises": [
            {
                "name": exercise.name,
                "provides": exercise.provides,
                "file": exercise.file,
                "forbidden": list(exercise.forbidden),
            }
            for exercise in manifest.enabled_exercises
            if exercise.kind == "code"
        ],
        "notebook": f"{manifest.assignment.name}.ipynb",
        "ignore": list(HANDED_OUT),
        "given": [file.name for file in manifest.files if file.extra],
        "skip_tags": list(SKIP_TAGS),
        "experiments": list(manifest.assignment.experiments),
    }


def facts_of(assignment: Assignment) -> Facts:
    """What holds for every submission to an assignment."""
    limits = assignment.manifest.limits
    return Facts(
        rules=reading_rules(assignment.manifest),
        support_source=assignment.support_source,
        support_names=set(assignment.support_names),
        classes=set(assignment.classes),
        check_seconds=limits.check_seconds,
        load_seconds=limits.load_seconds,
    )


def given_files(assignment: Assignment) -> dict[str, bytes]:
    """The files that were handed out to be used as they are, by name: few hand them in again."""
    return {
        file.name: (assignment.folder / file.name).read_bytes()
        for file in assignment.manifest.files
        if file.extra
    }
