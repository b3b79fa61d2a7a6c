"""Read an assignment's reference modules, and check that their regions agree with the manifest."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment.manifest import Exercise, Manifest, require_files
from autograder.handout.regions import Definition, Region, RegionError, find_regions


@dataclass(frozen=True)
class MarkedModule:
    """A reference module with its regions: what the handout is rendered from."""

    file: str
    source: str
    regions: tuple[Region, ...]


def read_marked(manifest: Manifest, folder: Path) -> tuple[MarkedModule, ...]:
    """Read every module of an assignment, in the manifest's order, and check that they agree.

    Raises:
        BadEntry: a file of the manifest is missing.
        RegionError: as in `find_regions`; or an exercise of kind `code` has no region, a region
            belongs to no exercise of its file, a file that is handed out as it is has regions.
    """
    require_files(manifest, folder)
    modules = []
    for file in manifest.modules:
        path = folder / file.name
        source = path.read_text(encoding="utf-8")
        regions = find_regions(source, str(path))
        _check_coverage(manifest.exercises_in(file.name), source, regions, str(path))
        modules.append(MarkedModule(file.name, source, regions))
    for file in manifest.extras:
        path = folder / file.name
        if path.suffix == ".py":
            for region in find_regions(path.read_text(encoding="utf-8"), str(path)):
                raise RegionError(
                    str(path), region.start, "this file is handed out as it is, with its solution"
                )
    return tuple(modules)


def _check_coverage(
    exercises: Sequence[Exercise], source: str, regions: Sequence[Region], file: str
) -> None:
    by_name = {exercise.name: exercise for exercise in exercises}
    for region in regions:
        exercise = by_name.get(region.exercise)
        if exercise is None:
            raise RegionError(
                file,
                region.start,
                f"the region belongs to {region.exercise!r}, which is no exercise of this file "
                f"({', '.join(by_name) or 'it has none'})",
            )
        if region.top != exercise.provides:
            raise RegionError(
                file,
                region.start,
                f"a region of {exercise.name} must stand in {exercise.provides}, "
                f"this one stands in {region.top}",
            )
    lines = {
        node.name: node.lineno for node in ast.parse(source).body if isinstance(node, Definition)
    }
    for exercise in exercises:
        if exercise.provides not in lines:
            raise RegionError(
                file, 1, f"exercise {exercise.name}: no top-level {exercise.provides} is defined"
            )
        has_region = any(region.exercise == exercise.name for region in regions)
        if exercise.tier != "given" and not has_region:
            raise RegionError(
                file,
                lines[exercise.provides],
                f"exercise {exercise.name} has no region; mark what students write with "
                "'# BEGIN SOLUTION' and '# END SOLUTION', or give it the tier given",
            )
