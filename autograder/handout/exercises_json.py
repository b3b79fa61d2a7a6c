"""``exercises.json``: what the handout's own programs know of the assignment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from autograder.assignment.load import Assignment
from autograder.assignment.rules import reading_rules
from autograder.handout.sources import MarkedModule
from autograder.reading.loading_plan import plan

_NONE = {"parts_left": 0, "digest": ""}


def exercises_json(
    assignment: Assignment, skeletons: Mapping[str, str], modules: Sequence[MarkedModule]
) -> str:
    """How work is read, its limits, and the exercises; the same input gives the same text.

    Args:
        assignment: whose it is.
        skeletons: the modules as they are handed out.
        modules: as they are written, with the hints in them.
    """
    manifest = assignment.manifest
    about, limits = manifest.assignment, manifest.limits
    rules = reading_rules(manifest)
    handed_out = plan({file: text.encode() for file, text in skeletons.items()}, rules)
    content = {
        "assignment": {
            "name": about.name,
            "title": about.title,
            "version": about.version,
            "contact": about.contact,
            "due": about.due.isoformat() if about.due else "",
            "grace_minutes": manifest.late.grace_minutes if manifest.late else 0,
            "support": list(about.support),
            "memory_mib": limits.memory_mib,
            "packages": list(manifest.packages.requirements),
            "python": manifest.packages.python,
            "graded_with": manifest.packages.graded_with,
        },
        "limits": {
            "check_seconds": limits.check_seconds,
            "load_seconds": limits.load_seconds,
            "memory_mib": limits.memory_mib,
        },
        "reading": rules,
        "classes": sorted(assignment.classes),
        "exercises": [
            {
                "name": made.name,
                "kind": made.kind,
                "file": made.file,
                "provides": made.provides,
                "tier": made.tier,
                "points": manifest.scaled_points(made),
                "minutes": made.minutes,
                "goal": made.goal,
                "uses": made.uses,
                "parts": handed_out["exercises"].get(made.name, _NONE)["parts_left"],
                "skeleton": handed_out["exercises"].get(made.name, _NONE)["digest"],
                "forbidden": list(made.forbidden),
                "hints": [
                    {"part": region.qualname, "kind": hint.kind, "text": hint.text.split("\n")}
                    for module in modules
                    for region in module.regions
                    for hint in region.hints
                    if region.exercise == made.name
                ],
            }
            for made in manifest.enabled_exercises
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
