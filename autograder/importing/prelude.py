"""Lines that must run first so that names mean what they meant in the notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from autograder.importing.bound_names import needed_by
from autograder.importing.plan import Meaning, Scope

Bottom = Callable[[str, Meaning], list[str]]


def prelude(names: Iterable[str], scope: Scope, bottom: Bottom, given: bool) -> list[str]:
    """The lines, each statement once, in an order in which they can run.

    Args:
        names: what is needed.
        scope: what they mean.
        bottom: lines for a name that a student's answer gives.
        given: whether statements that the module hands out must be repeated.
    """
    lines: list[str] = []
    seen: set[object] = set()

    def bring(name: str, scope: Scope) -> None:
        meaning = scope.get(name)
        if meaning is None or meaning.kind == "lost":
            return
        known = (name, meaning.part) if meaning.piece is None else id(meaning.piece)
        if known in seen or (meaning.kind == "module" and not given):
            return
        seen.add(known)
        if meaning.piece is None:
            lines.extend(bottom(name, meaning))
            return
        inner = {**scope, **meaning.scope}
        for other in needed_by([meaning.piece.node]):
            bring(other, inner)
        lines.extend(meaning.piece.lines)

    for name in names:
        bring(name, scope)
    return lines


def fetched(names: Iterable[str], scope: Scope) -> list[str]:
    """What a student's own code needs of answers to other questions."""

    def bottom(name: str, meaning: Meaning) -> list[str]:
        if meaning.kind == "variable":
            return [f'{name} = {meaning.part}()["{name}"]']
        return []

    return prelude(names, scope, bottom, given=False)


def asked_for(names: Iterable[str], scope: Scope) -> list[str]:
    """What a check needs: given statements as they stand, answers asked of the submission."""

    def bottom(name: str, meaning: Meaning) -> list[str]:
        if meaning.kind == "variable":
            return [f'{name} = named(sub, "{meaning.part}", "{name}")']
        return [f'{name} = asked(sub, "{meaning.part}")']

    return prelude(names, scope, bottom, given=True)
