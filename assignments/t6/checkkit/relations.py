"""Observe what wrong numbers are to the right ones: twice as much, of the other sign, transposed.

An observation is true of every number that was compared; it says what can be seen and not why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, List, Optional, Sequence, Tuple

import numpy as np

_RTOL = 1e-5
# Factors that are told of a single number, of which any other number is some multiple.
_NICE = (*range(2, 11), 100, 1000)

Pair = Tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Relation:
    """One observation.

    Attributes:
        kind: a key of `_TOLD`.
        number: the factor or difference; for ``from``, the first entry that is not right.
    """

    kind: str
    number: float = 0.0


_TOLD = {
    "transposed": "it is right but for a transpose",
    "shape": "the numbers are right, in another shape",
    "reversed": "the numbers are right, in the opposite order",
    "order": "the numbers are right, in another order",
    "unchanged": "it is what was handed in, unchanged",
    "zero": "it is zero throughout",
    "sign": "the sign is turned",
    "factor": "it is exactly {} times what is expected",
    "step sign": "the change from what was handed in has the opposite sign",
    "step factor": "the change from what was handed in is exactly {} times what is expected",
    "square": "it is the square of what is expected",
    "root": "it is the square root of what is expected",
    "offset": "it is exactly {} more than expected, everywhere",
    "whole": "the digits behind the point are cut off",
    "missing": "it is as expected but for what was handed in, which is not in it",
    "added": "it is as expected but for what was handed in, which is added once too often",
    "from": "right before entry {}, and from there on not",
    "below zero": "it differs only where what is expected is negative",
    "above zero": "it differs only where what is expected is positive",
    "larger": "too large",
    "smaller": "too small",
}
# What of it may be told of a hidden check: the kind alone, of a set that SECURITY.md counts.
# Whether all is zero or of the other sign, a hidden message says already.
_OF_HIDDEN = {
    "factor": "it is what is expected times one factor",
    "step factor": "the change from what was handed in is what is expected times one factor",
    "offset": "it is off by the same amount everywhere",
    "from": "the first entries are right, and later ones are not",
}
_OF_HIDDEN.update(
    {
        kind: words
        for kind, words in _TOLD.items()
        if "{}" not in words and kind not in ("zero", "sign", "larger", "smaller")
    }
)
_FEWEST = 3  # entries from which on it is no chance that all that differ have one sign


def told(relation: Relation) -> str:
    """The observation as a sentence without a full stop."""
    return _TOLD[relation.kind].format("%.6g" % relation.number)


def told_of_hidden(seen: Sequence[Relation]) -> str:
    """The first observation that tells no number, as a sentence; empty where there is none."""
    kinds = [relation.kind for relation in seen if relation.kind in _OF_HIDDEN]
    return _OF_HIDDEN[kinds[0]] if kinds else ""


def relations(
    pairs: Sequence[Tuple[object, object]],
    differs: Sequence[bool],
    given: Optional[Sequence[np.ndarray]] = None,
    parts: Optional[Sequence[str]] = None,
) -> Tuple[Relation, ...]:
    """What the found numbers are to the wanted ones.

    Args:
        pairs: of numbers or arrays, found and wanted.
        differs: whether each pair does.
        given: arrays of the same shapes that were handed in, of which these are made.
        parts: to which part of the whole each pair belongs, such as a step; each its own if None.

    Returns:
        One telling observation if there is one, then where and which way it differs.
    """
    arrays = [
        (np.asarray(found, dtype=np.float64), np.asarray(wanted, dtype=np.float64))
        for found, wanted in pairs
    ]
    wrong = [pair for pair, off in zip(arrays, differs) if off]
    if not wrong or not all(np.isfinite(one).all() for pair in arrays for one in pair):
        return ()
    if any(found.shape != wanted.shape for found, wanted in arrays):
        return tuple(_of_shapes(wrong))
    with np.errstate(all="ignore"):
        strong = next(_telling(arrays, wrong, differs, given), None)
        places = list(range(len(arrays))) if parts is None else [*map(parts.index, parts)]
        return (*([strong] if strong else []), *_where(arrays, strong, places))


def _telling(
    arrays: Sequence[Pair],
    wrong: Sequence[Pair],
    differs: Sequence[bool],
    given: Optional[Sequence[np.ndarray]],
) -> Iterator[Relation]:
    if given is not None and all(_same(f, g) for (f, _), g in zip(arrays, given)):
        yield Relation("unchanged")
    found, wanted = _joined(wrong)
    if not found.any():
        yield Relation("zero")
    if (np.abs(wanted) > 2).any() and _same(found, wanted**2):
        yield Relation("square")
    if (wanted >= 0).all() and (wanted > 4).any() and _same(found, np.sqrt(wanted)):
        yield Relation("root")
    yield from _scaled(found, wanted, "sign", "factor")
    if given is not None:
        start = np.concatenate([g.ravel() for g, off in zip(given, differs) if off])
        yield from _scaled(found - start, wanted - start, "step sign", "step factor")
    yield from _of_shapes(wrong)
    off = found - wanted
    if found.size > 1 and _same(off, np.full_like(off, off[0])):
        yield Relation("offset", float(off[0]))
    if _same(found, np.trunc(wanted)):
        yield Relation("whole")
    if given is not None and start.any():
        if _same(found + start, wanted):
            yield Relation("missing")
        if _same(found - start, wanted):
            yield Relation("added")


def _scaled(found: np.ndarray, wanted: np.ndarray, turned: str, scaled: str) -> Iterator[Relation]:
    """Whether the one is a multiple of the other."""
    if not wanted.any() or not found.any():
        return
    largest = int(np.argmax(np.abs(wanted)))
    factor = float(found[largest] / wanted[largest])
    if not _same(found, factor * wanted):
        return
    sizes = np.unique(np.abs(wanted[wanted != 0]).round(9))
    nice = any(
        np.isclose(abs(factor), n, rtol=_RTOL) or np.isclose(abs(factor), 1 / n, rtol=_RTOL)
        for n in _NICE
    )
    if np.isclose(factor, -1.0, rtol=_RTOL):
        yield Relation(turned)
    elif nice or len(sizes) > 1:
        yield Relation(scaled, factor)


def _of_shapes(wrong: Sequence[Pair]) -> Iterator[Relation]:
    """Whether the right numbers came back in another arrangement."""
    if all(f.ndim == 2 and f.shape == w.T.shape and _same(f, w.T) for f, w in wrong):
        yield Relation("transposed")
    elif all(
        f.shape != w.shape and f.size == w.size and _same(f.ravel(), w.ravel()) for f, w in wrong
    ):
        yield Relation("shape")
    elif all(f.size == w.size and f.size > 1 for f, w in wrong):
        if all(_same(f.ravel()[::-1], w.ravel()) for f, w in wrong):
            yield Relation("reversed")
        elif all(_same(np.sort(f, None), np.sort(w, None)) for f, w in wrong):
            yield Relation("order")


def _where(
    arrays: Sequence[Pair], strong: Optional[Relation], places: Sequence[int]
) -> Iterator[Relation]:
    """From which entry on it differs, of which sign, and whether it is too large or too small."""
    off_at = {place for place, (f, w) in zip(places, arrays) if not _same(f, w)}
    rows = [place in off_at for place in sorted(set(places))]
    if len(arrays) == 1 and arrays[0][0].ndim:
        rows = [not _same(f, w) for f, w in zip(*arrays[0])]
    first = rows.index(True) if True in rows else 0
    if len(rows) > 2 and 0 < first < len(rows) - 1 and all(rows[first:]):
        yield Relation("from", float(first))
    if strong is None:
        found, wanted = _joined(arrays)
        differs = ~np.isclose(found, wanted, rtol=_RTOL, atol=1e-9)
        off = (found - wanted)[differs]
        for kind, there in (("below zero", wanted < 0), ("above zero", wanted > 0)):
            others = wanted[~there & ~differs]
            if off.size >= _FEWEST and not differs[~there].any() and np.any(others != 0):
                yield Relation(kind)
        if off.size and (off > 0).all():
            yield Relation("larger")
        elif off.size and (off < 0).all():
            yield Relation("smaller")


def _joined(pairs: Sequence[Pair]) -> Pair:
    found: List[np.ndarray] = [one.ravel() for one, _ in pairs]
    return np.concatenate(found), np.concatenate([one.ravel() for _, one in pairs])


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    """Equal up to noise, in units of the largest number."""
    if one.shape != other.shape or not np.isfinite(one).all() or not np.isfinite(other).all():
        return False
    scale = float(np.max(np.abs(other), initial=0.0))
    return bool(np.allclose(one, other, rtol=_RTOL, atol=_RTOL * 1e-3 * scale))
