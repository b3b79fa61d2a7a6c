"""Which answers a change of a module can alter: no other exercise need be asked about it."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Mapping

_Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def touched(before: str, after: str, names: Iterable[str]) -> frozenset[str]:
    """Those top-level names whose code, or code they lead to, differs between two sources.

    A difference outside functions and classes touches every name.

    Args:
        before, after: two versions of one module.
        names: the top-level functions and classes that are asked.
    """
    old, loose = _parts(before)
    new, loose_now = _parts(after)
    if loose != loose_now:
        return frozenset(names)
    changed = {
        name
        for name in old.keys() | new.keys()
        if name not in old or name not in new or ast.dump(old[name]) != ast.dump(new[name])
    }
    return frozenset(
        name for name in names if changed & (_reachable(name, old) | _reachable(name, new))
    )


@functools.lru_cache(maxsize=16)
def _parts(source: str) -> tuple[dict[str, ast.stmt], list[str]]:
    """Definitions by name, and whatever else stands at the top level."""
    found: dict[str, ast.stmt] = {}
    loose = []
    for node in ast.parse(source).body:
        if isinstance(node, _Definition) and node.name not in found:
            found[node.name] = node
        else:
            loose.append(ast.dump(node))
    return found, loose


def _reachable(name: str, definitions: Mapping[str, ast.stmt]) -> set[str]:
    """A definition and all that its code mentions, at any remove."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in seen or current not in definitions:
            continue
        seen.add(current)
        for node in ast.walk(definitions[current]):
            if isinstance(node, ast.Name):
                waiting.append(node.id)
            elif isinstance(node, ast.Attribute):
                waiting.append(node.attr)
    return seen
