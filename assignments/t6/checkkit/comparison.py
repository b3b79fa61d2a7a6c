"""Hold an answer against what is right, entry by entry, and observe what the one is to the other.

What comes out is data; sentences are made of it last, see `observations`. It holds right values:
only a public check's comparison may reach a student.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator, List, NamedTuple, Optional, Tuple

import numpy as np

from .relations import Relation, relations
from .submission import brief

MOST_ENTRIES = 8
_NOTHING = "nothing"


class Words(str):
    """A text that describes a side, such as ``dtype float32``, and is no value itself."""


class Sides(NamedTuple):
    """What was compared.

    Attributes:
        what: noun phrase.
        found: what came back.
        wanted: what is right.
        rtol: relative tolerance of numbers.
        atol: absolute tolerance, in the answer's unit.
    """

    what: str
    found: Any
    wanted: Any
    rtol: float = 0.0
    atol: float = 0.0


@dataclass(frozen=True)
class Entry:
    """One entry of both sides; `place` is empty where there is but one."""

    place: str
    got: str
    expected: str
    differs: bool


@dataclass(frozen=True)
class Comparison:
    """What came back beside what is right.

    Attributes:
        what: noun phrase.
        got: what came back, in one line, its middle left out where it is long.
        expected: what is right, likewise.
        entries: all entries where there are few, else the first that differ.
        differing: how many entries differ.
        total: how many there are.
        relations: what the whole is to what is right.
        right_before: noun phrases of what the same check had found right by then.
    """

    what: str
    got: str
    expected: str
    entries: Tuple[Entry, ...] = ()
    differing: int = 0
    total: int = 0
    relations: Tuple[Relation, ...] = ()
    right_before: Tuple[str, ...] = ()


def compare(sides: Sides, given: Any = None, right_before: Tuple[str, ...] = ()) -> Comparison:
    """Compare both sides.

    Args:
        sides: what was compared.
        given: arguments of the call that gave `found`, None if that is not known.
        right_before: what was right before.
    """
    leaves = list(_leaves(sides.found, sides.wanted, ""))
    differences = [_difference(leaf, sides) for leaf in leaves]
    total = sum(mask.size for mask in differences)
    differing = sum(int(mask.sum()) for mask in differences)
    entries: List[Entry] = []
    for leaf, mask in zip(leaves, differences):
        entries += _entries(leaf, mask, total <= MOST_ENTRIES, MOST_ENTRIES - len(entries))
    telling = [(leaf, bool(mask.any())) for leaf, mask in zip(leaves, differences)]
    telling = [(leaf, off) for leaf, off in telling if off or _are_numbers(leaf)]
    seen: Tuple[Relation, ...] = ()
    if all(_are_numbers(leaf) for leaf, _ in telling):
        pairs = [(leaf.found, leaf.wanted) for leaf, _ in telling]
        parts = [leaf.place.partition("]")[0] for leaf, _ in telling]
        seen = relations(pairs, [off for _, off in telling], _alike_in_form(given, sides), parts)
    return Comparison(
        sides.what,
        _cell(sides.found),
        _cell(sides.wanted),
        tuple(entries),
        differing,
        total,
        seen,
        right_before,
    )


class _Leaf(NamedTuple):
    """A part of both sides that has no named or numbered parts of its own, but for an array's."""

    place: str
    found: Any
    wanted: Any


def _leaves(found: Any, wanted: Any, place: str) -> Iterator[_Leaf]:
    if isinstance(wanted, dict) and isinstance(found, dict) and wanted:
        for key, want in wanted.items():
            there = found[key] if key in found else Words(_NOTHING)
            yield from _leaves(there, want, "%s[%r]" % (place, key))
    elif (
        isinstance(wanted, (list, tuple)) and isinstance(found, (list, tuple)) and (wanted or found)
    ):
        for index in range(max(len(wanted), len(found))):
            there = found[index] if index < len(found) else Words(_NOTHING)
            want = wanted[index] if index < len(wanted) else Words(_NOTHING)
            yield from _leaves(there, want, "%s[%d]" % (place, index))
    else:
        yield _Leaf(place, found, wanted)


def _are_numbers(leaf: _Leaf) -> bool:
    return _is_number(leaf.found) and _is_number(leaf.wanted)


def _is_number(value: Any) -> bool:
    if isinstance(value, (np.ndarray, np.generic)):
        return value.dtype.kind in "iuf"
    return type(value) in (int, float)


def _is_entrywise(leaf: _Leaf) -> bool:
    return (
        isinstance(leaf.wanted, np.ndarray)
        and isinstance(leaf.found, np.ndarray)
        and leaf.found.shape == leaf.wanted.shape
        and leaf.found.dtype.kind in "biuf"
    )


def _difference(leaf: _Leaf, sides: Sides) -> np.ndarray:
    """Where both differ: an array of the leaf's shape, or of one entry for all of it."""
    if _is_entrywise(leaf) or (
        _are_numbers(leaf) and np.shape(leaf.found) == np.shape(leaf.wanted)
    ):
        with np.errstate(invalid="ignore", over="ignore"):
            return ~np.isclose(
                np.asarray(leaf.found, dtype=np.float64),
                np.asarray(leaf.wanted, dtype=np.float64),
                rtol=sides.rtol,
                atol=sides.atol,
                equal_nan=True,
            )
    same = type(leaf.found) is type(leaf.wanted) and _equal(leaf.found, leaf.wanted)
    return np.asarray(not same)


def _equal(one: Any, other: Any) -> bool:
    return bool(np.array_equal(one, other)) if isinstance(one, np.ndarray) else bool(one == other)


def _entries(leaf: _Leaf, mask: np.ndarray, every: bool, most: int) -> Iterator[Entry]:
    """The leaf's entries, or those that differ, at most so many."""
    if most <= 0:
        return
    if not _is_entrywise(leaf):
        if every or mask.any():
            got, expected = _cells(leaf.found, leaf.wanted, bool(mask.any()))
            yield Entry(leaf.place, got, expected, bool(mask.any()))
        return
    chosen = np.ndindex(*mask.shape) if every else map(tuple, np.argwhere(mask)[:most])
    for index in chosen:
        place = leaf.place + ("[%s]" % ", ".join(str(int(i)) for i in index) if index else "")
        got, expected = _cells(
            leaf.found[index].item(), leaf.wanted[index].item(), bool(mask[index])
        )
        yield Entry(place, got, expected, bool(mask[index]))


def _cells(found: Any, wanted: Any, differs: bool) -> Tuple[str, str]:
    """Both as text, with as many digits as show that they differ."""
    got, expected = _cell(found), _cell(wanted)
    if differs and got == expected and _is_number(found) and _is_number(wanted):
        return repr(float(found)), repr(float(wanted))
    return got, expected


def _cell(value: Any) -> str:
    return str(value) if isinstance(value, Words) else brief(value)


def _alike_in_form(given: Any, sides: Sides) -> Optional[List[np.ndarray]]:
    """The first argument that has the form of what is wanted, as arrays in the same order."""
    for argument in given or ():
        pairs = list(_leaves(argument, sides.wanted, ""))
        numbers = [pair for pair in pairs if pair.found is not None or pair.wanted is not None]
        # A number alone is not what another number was made of, but a setting of how.
        fits = all(
            _are_numbers(pair) and np.shape(pair.found) == np.shape(pair.wanted) for pair in numbers
        )
        if fits and any(np.ndim(pair.found) for pair in numbers):
            return [np.asarray(pair.found, dtype=np.float64) for pair in numbers]
    return None
