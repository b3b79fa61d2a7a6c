"""Leave out what the manifest switches off: an exercise with ``enabled = false`` is nowhere."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from autograder.assignment.manifest import FILE_NAME, Manifest
from autograder.assignment.manifest_problems import Fault, ManifestError
from autograder.handout.regions import Definition, find_regions
from autograder.handout.skeleton import text_span
from autograder.handout.sources import MarkedModule


def names_off(manifest: Manifest) -> frozenset[str]:
    """The definitions that no exercise asks for any more, since all that did are switched off."""
    on = {made.provides for made in manifest.exercises if made.enabled}
    return frozenset(made.provides for made in manifest.exercises) - on


def switched_on(manifest: Manifest, modules: Sequence[MarkedModule]) -> tuple[MarkedModule, ...]:
    """The modules without the definitions of exercises that are switched off.

    Raises:
        ManifestError: something that stays uses one of them.
    """
    off = names_off(manifest)
    if not off:
        return tuple(modules)
    kept = tuple(_without(module, off) for module in modules)
    faults = [
        Fault(
            FILE_NAME,
            0,
            0,
            f'exercise "{name}" is switched off, and {module.file} still uses {name}',
            'give it the tier "given", or switch off what uses it, too',
        )
        for module in kept
        for name in sorted(off & names_used(ast.parse(module.source)))
    ]
    if faults:
        raise ManifestError(faults=faults)
    return kept


def names_used(tree: ast.AST) -> set[str]:
    """The names that code uses, those that it imports from elsewhere included."""
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            used |= {alias.name for alias in node.names}
    return used


def _without(module: MarkedModule, off: Collection[str]) -> MarkedModule:
    lines = module.source.split("\n")
    for node in reversed(ast.parse(module.source).body):
        if isinstance(node, Definition) and node.name in off:
            first, end = text_span(node, lines)
            while end < len(lines) and not lines[end].strip():
                end += 1
            del lines[first - 1 : end]
    source = "\n".join(lines)
    return MarkedModule(module.file, source, find_regions(source, module.file))
