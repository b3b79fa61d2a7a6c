"""Find the submissions of a class whose code is alike beyond what everybody writes."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.extras import needed

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

ALIKE = 0.8  # of all passages; right answers put together from the same few reach 0.7
RARELY_ALIKE = 0.6  # of those that few have
FEWEST = 40
MOST_PAIRS = 60
MOST_SUBMISSIONS = 20_000
_MOST_COMMON = 500
_BLOCK = 256
_MOST_FILES = 6


@dataclass(frozen=True, order=True)
class Pair:
    """Two submissions that are alike.

    Attributes:
        share: of the passages of the one that has fewer, those that the other has too.
        shared: how many of them few others have.
        one: index of a submission.
        other: of the other.
        files: files of either in which that is so, with the share there.
    """

    share: float
    shared: int
    one: int
    other: int
    files: tuple[tuple[str, float], ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Likeness:
    """What comparing a class found.

    Attributes:
        pairs: the most alike first, at most `MOST_PAIRS`.
        found: how many there are in all.
        compared: submissions with code enough to compare.
    """

    pairs: tuple[Pair, ...] = ()
    found: int = 0
    compared: int = 0


@dataclass(frozen=True)
class _Table:
    """Who has which of some passages, and how many of them each has."""

    has: Any  # a sparse matrix of SciPy, which has no types and is not always installed
    sizes: npt.NDArray[np.int64]

    def common(self, start: int, ones: Places, others: Places) -> npt.NDArray[np.int64]:
        """How many the pairs of a block that begins at `start` have in common."""
        counts = (self.has[start : start + _BLOCK] @ self.has.T).toarray()
        return np.asarray(counts[ones - start, others], np.int64)


def alike(works: Sequence[Mapping[str, Hashes]], groups: Sequence[str] = ()) -> Likeness:
    """Compare every submission of a class with every other.

    What the task asks for is alike in right answers. So two have to share most passages, and also
    most of those that at most half of the class (or 10) have; more than 500 have none that counts.

    Args:
        works: fingerprints by file, one a submission.
        groups: for each submission whom it was made with; equal ones are not compared, unless "".
    """
    if not 1 < len(works) <= MOST_SUBMISSIONS:
        return Likeness()
    passages = _Passages.of([_all(files) for files in works])
    every = passages.table(_MOST_COMMON)
    rare = passages.table(min(_MOST_COMMON, max(10, len(works) // 2)))
    enough = rare.sizes >= FEWEST
    best: list[Pair] = []
    found = 0
    for start in range(0, len(works), _BLOCK):
        pairs = (every.has[start : start + _BLOCK] @ every.has.T).tocoo()
        ones, others = pairs.row.astype(np.int64) + start, pairs.col.astype(np.int64)
        smaller = np.minimum(every.sizes[ones], every.sizes[others])
        kept = (ones < others) & enough[ones] & enough[others] & (pairs.data >= ALIKE * smaller)
        ones, others, shares = ones[kept], others[kept], pairs.data[kept] / smaller[kept]
        rarely = rare.common(start, ones, others)
        kept = rarely >= RARELY_ALIKE * np.minimum(rare.sizes[ones], rare.sizes[others])
        for share, shared, one, other in zip(
            shares[kept], rarely[kept], ones[kept], others[kept], strict=True
        ):
            if groups and groups[one] and groups[one] == groups[other]:
                continue
            found += 1
            pair = Pair(float(share), int(shared), int(one), int(other))
            if len(best) < MOST_PAIRS:
                heapq.heappush(best, pair)
            else:
                heapq.heappushpop(best, pair)
    ordered = sorted(best, key=lambda pair: (-pair.share, -pair.shared, pair.one, pair.other))
    return Likeness(tuple(_with_files(pair, works) for pair in ordered), found, int(enough.sum()))


@dataclass(frozen=True)
class _Passages:
    """Every passage of every submission: whose it is, which, and how often it is met."""

    count: int
    rows: Places
    columns: Places
    often: npt.NDArray[np.int64]

    @classmethod
    def of(cls, works: Sequence[Hashes]) -> _Passages:
        everything = np.concatenate([*works, np.empty(0, np.uint64)])
        _, columns, often = np.unique(everything, return_inverse=True, return_counts=True)
        rows = np.repeat(np.arange(len(works)), [len(work) for work in works])
        return cls(len(works), rows, columns, often)

    def table(self, most: int) -> _Table:
        """Who has which, of those that at most so many have."""
        kept = self.often[self.columns] <= most
        sizes = np.bincount(self.rows[kept], minlength=self.count)
        kept &= self.often[self.columns] > 1  # what one alone has is in nothing common
        ones = np.ones(int(kept.sum()), np.int32)
        shape = (self.count, len(self.often))
        with needed("similarity", "comparing code"):
            from scipy import sparse
        has = sparse.csr_array((ones, (self.rows[kept], self.columns[kept])), shape=shape)
        return _Table(has, sizes)


def _all(files: Mapping[str, Hashes]) -> Hashes:
    return np.unique(np.concatenate([*files.values(), np.empty(0, np.uint64)]))


def _with_files(pair: Pair, works: Sequence[Mapping[str, Hashes]]) -> Pair:
    """The pair with the files of either that the other's code covers most."""
    shares: dict[str, float] = {}
    for mine, its in ((pair.one, pair.other), (pair.other, pair.one)):
        whole = _all(works[its])
        for path, hashes in works[mine].items():
            if len(hashes) >= FEWEST // 4:
                share = len(np.intersect1d(hashes, whole)) / len(np.unique(hashes))
                shares[path] = max(share, shares.get(path, 0.0))
    ordered = sorted(shares.items(), key=lambda one: (-one[1], one[0]))
    files = tuple((path, share) for path, share in ordered if share >= ALIKE)[:_MOST_FILES]
    return Pair(pair.share, pair.shared, pair.one, pair.other, files)
