"""Submissions with a known verdict: right ones, skeletons, dead ones, wrong ones, callers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from autograder.assignment.known_answers import apply, read_mistakes
from autograder.assignment.load import Assignment
from autograder.assignment.manifest import Exercise
from autograder.assignment.module_text import read_source
from autograder.assignment.right_answers import Alternative, read_alternatives, read_callers
from autograder.handout.cell_needs import with_given
from autograder.handout.skeleton import skeleton_source, worked_source
from autograder.handout.sources import MarkedModule, read_marked
from autograder.proof.affected_answers import touched
from autograder.proof.dead_answers import BODIES, filled
from autograder.proof.mutants import mutants

Kind = Literal[
    "reference", "skeleton", "alone", "alternative", "lifeless", "mistake", "caller", "mutant"
]
RIGHT: tuple[Kind, ...] = ("reference", "alternative")


@dataclass(frozen=True)
class Variant:
    """One submission of the proof.

    Attributes:
        kind: what it is; the verdict it must get follows from it.
        name: unique within its kind.
        exercise: the exercise it is about; empty for the whole assignment.
        asks: exercises that are asked.
        files: the submission.
        convention: for an alternative, the accepted convention it follows.
        may_cost: for a mistake, further exercises that it may cost; for a caller of an exercise
            that has one, the exercise that calls.
    """

    kind: Kind
    name: str
    exercise: str
    asks: tuple[str, ...]
    files: Mapping[str, bytes]
    convention: str = ""
    may_cost: tuple[str, ...] = ()


def variants(assignment: Assignment) -> Iterator[Variant]:
    """All variants of an assignment, cheap ones first."""
    manifest, folder = assignment.manifest, assignment.folder
    modules = read_marked(manifest, folder)
    graded = [made for made in manifest.enabled_exercises]
    names = tuple(made.name for made in graded)
    right = {module.file: worked_source(module.source, module.regions) for module in modules}
    data = {
        file.name: (folder / file.name).read_bytes()
        for file in manifest.files
        if file.data and (folder / file.name).exists()
    }
    for made in graded:
        files = _encoded(right) | data
        yield Variant("reference", made.name, made.name, (made.name,), files)
    skeletons = {module.file: skeleton_source(module.source, module.regions) for module in modules}
    yield Variant("skeleton", "skeleton", "", names, _encoded(skeletons))
    for made in graded:
        if made.kind == "code":
            yield _alone(made, modules, skeletons, names, _needed(made, graded))
    for made in graded:
        for name, body in BODIES.items() if made.kind == "code" else ():
            text = filled(skeletons[made.file], made.provides, body)
            files = _encoded({**skeletons, made.file: text})
            yield Variant("lifeless", f"{made.name}: {name}", made.name, (made.name,), files)
    for alternative in read_alternatives(folder, manifest):
        if alternative.exercise not in names:
            continue
        file = manifest.exercise(alternative.exercise).file
        text = alternative.source
        for module in modules:
            if module.file == file:
                text = with_given(text, module, manifest)
        yield Variant(
            "alternative",
            alternative.name,
            alternative.exercise,
            (alternative.exercise,),
            {file: text.encode()},
            alternative.convention,
        )
    for mistake in read_mistakes(folder, manifest):
        if mistake.exercise not in names:
            continue
        file, text = apply([mistake], folder, manifest)
        inside = [made for made in graded if made.file == file]
        before = read_source(folder / file)
        altered = _altered(before, text, inside)
        asked = tuple(made.name for made in inside if made.name in (mistake.exercise, *altered))
        yield Variant(
            *("mistake", mistake.name, mistake.exercise, asked, {file: text.encode()}),
            may_cost=mistake.also,
        )
    for caller in read_callers(folder, manifest):
        if {caller.exercise, *caller.calls} <= set(names):
            yield from _calling(assignment, caller, right)
    for module in modules:
        for mutant in mutants(module):
            if mutant.exercise in names:
                asked = (mutant.exercise,)
                content = {mutant.file: mutant.source.encode()}
                yield Variant("mutant", mutant.name, mutant.exercise, asked, content)


def _calling(
    assignment: Assignment, caller: Alternative, right: Mapping[str, str]
) -> Iterator[Variant]:
    """An answer that calls others, beside every mistake that these may have."""
    manifest, folder = assignment.manifest, assignment.folder
    own = manifest.exercise(caller.exercise).file
    for mistake in read_mistakes(folder, manifest):
        if mistake.exercise in caller.calls:
            file, text = apply([mistake], folder, manifest)
            texts = {**right, file: text}
            texts[own] += f"\n\n{caller.source}"
            asked, name = (mistake.exercise, caller.exercise), f"{caller.name} on {mistake.name}"
            files, costs = _encoded(texts), (caller.exercise,)
            yield Variant("caller", name, mistake.exercise, asked, files, may_cost=costs)


def _altered(before: str, after: str, exercises: list[Exercise]) -> tuple[str, ...]:
    """The exercises that a change of their file can cost; all of them in a file of data."""
    code = [made for made in exercises if made.kind == "code"]
    if not code:
        return tuple(made.name for made in exercises)
    names = touched(before, after, {made.provides for made in code})
    return tuple(made.name for made in code if made.provides in names)


def _alone(
    made: Exercise,
    modules: tuple[MarkedModule, ...],
    skeletons: Mapping[str, str],
    asks: tuple[str, ...],
    needed: tuple[str, ...],
) -> Variant:
    module = next(module for module in modules if module.file == made.file)
    others = {region.exercise for region in module.regions}
    text = skeleton_source(module.source, module.regions, worked={made.name, *needed} & others)
    files = _encoded({**skeletons, made.file: text})
    return Variant("alone", made.name, made.name, asks, files, may_cost=needed)


def _needed(made: Exercise, graded: list[Exercise]) -> tuple[str, ...]:
    """Exercises before this one that the same definition answers: it does not stand without."""
    before = graded[: graded.index(made)]
    return tuple(other.name for other in before if other.provides == made.provides)


def _encoded(texts: Mapping[str, str]) -> dict[str, bytes]:
    return {file: text.encode() for file, text in texts.items()}


def thinned(everything: list[Variant], each: int) -> list[Variant]:
    """All but mistakes, callers and mutants; of these some from each exercise, evenly spread."""
    groups: dict[tuple[str, str], list[Variant]] = {}
    kept = []
    for variant in everything:
        if variant.kind in ("mistake", "caller", "mutant"):
            groups.setdefault((variant.kind, variant.exercise), []).append(variant)
        else:
            kept.append(variant)
    for found in groups.values():
        step = max(1, len(found) // each)
        kept += found[::step][:each]
    return kept
