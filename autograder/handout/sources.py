"""Read an assignment's reference modules, and check that their regions agree with the manifest."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment.manifest import Exercise, Manifest, require_files
from autograder.assignment.manifest_problems import ManifestError, attempt, nearest, raise_all
from autograder.assignment.module_text import read_python, read_source
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
        ManifestError: a file cannot be read; or several of these.
    """
    require_files(manifest, folder)
    errors: list[ManifestError] = []
    modules = [
        attempt(errors, read_module, manifest, folder, file.name) for file in manifest.modules
    ]
    for file in manifest.extras:
        if file.name.endswith(".py"):
            attempt(errors, _refuse_regions, folder / file.name)
    raise_all(errors)
    return tuple(module for module in modules if module is not None)


def read_module(manifest: Manifest, folder: Path, name: str) -> MarkedModule:
    """Read one module, and check that its regions agree with the manifest.

    Raises:
        ManifestError: as for `read_marked`.
    """
    path = folder / name
    source, tree = read_python(path)
    regions = find_regions(source, str(path))
    errors: list[ManifestError] = list(
        _coverage_problems(manifest.exercises_in(name), tree, regions, str(path))
    )
    raise_all(errors)
    return MarkedModule(name, source, regions)


def _refuse_regions(path: Path) -> None:
    for region in find_regions(read_source(path), str(path)):
        raise RegionError(
            str(path), region.start, "this file is handed out as it is, with its solution"
        )


def _coverage_problems(
    exercises: Sequence[Exercise], tree: ast.Module, regions: Sequence[Region], file: str
) -> Iterator[RegionError]:
    by_name = {exercise.name: exercise for exercise in exercises}
    for region in regions:
        exercise = by_name.get(region.exercise)
        if exercise is None:
            yield RegionError(
                file,
                region.start,
                f"the region belongs to {region.exercise!r}, which is no exercise of this file; "
                + (nearest(region.exercise, by_name) if by_name else "it has none"),
            )
        elif region.top != exercise.provides:
            yield RegionError(
                file,
                region.start,
                f"a region of {exercise.name} must stand in {exercise.provides}, "
                f"this one stands in {region.top}",
            )
    lines = {node.name: node.lineno for node in tree.body if isinstance(node, Definition)}
    for exercise in exercises:
        has_region = any(region.exercise == exercise.name for region in regions)
        if exercise.provides not in lines:
            told = f"exercise {exercise.name}: no top-level {exercise.provides} is defined"
            yield RegionError(file, 1, f"{told}; {nearest(exercise.provides, lines)}")
        elif exercise.tier != "given" and not has_region:
            yield RegionError(
                file,
                lines[exercise.provides],
                f"exercise {exercise.name} has no region; mark what students write with "
                "'# BEGIN SOLUTION' and '# END SOLUTION', or give it the tier given",
            )
