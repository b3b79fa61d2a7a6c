"""The proof that a rendered handout works and gives nothing away."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.assignment.load import Assignment
from autograder.handout.build import hidden_texts
from autograder.handout.leaks import find_leaks
from autograder.handout.shared_vectors import shared_vectors
from autograder.handout.shipping import shipped_engine
from autograder.handout.soundness import import_problems, skeleton_problems
from autograder.handout.sources import read_marked
from autograder.handout.switched_off import switched_on


def handout_problems(assignment: Assignment, rendered: Mapping[str, bytes]) -> list[str]:
    """What is wrong with a rendering, one sentence each; nothing is written while there is any.

    Args:
        assignment: what it was rendered from.
        rendered: content by relative path.
    """
    manifest = assignment.manifest
    modules = read_marked(manifest, assignment.folder)
    worked = {made.name for made in manifest.exercises if made.tier == "given"}
    # The engine's own files are the same in every handout; a line may look like one of a solution.
    ours = {path: text.encode() for path, text in shipped_engine().items()}
    own = {path: data for path, data in rendered.items() if ours.get(path) != data}
    leaks = find_leaks(modules, own, hidden_texts=hidden_texts(assignment), worked=worked)
    problems = [*shared_vectors(assignment), *map(str, leaks)]
    texts = {}
    for module in switched_on(manifest, modules):
        text = rendered[module.file].decode()
        texts[module.file] = text
        problems += skeleton_problems(module.file, text, module, worked)
    return problems + import_problems(texts)
