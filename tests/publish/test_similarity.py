"""Who is named as alike: a copy is, right answers to one question are not."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from autograder.publish.similarity import MOST_PAIRS, Hashes, alike

Work = Mapping[str, Hashes]


def work(seed: int, common: int = 200, own: int = 150) -> dict[str, Hashes]:
    """What the task asks of everybody, and what a student thought of."""
    alone = np.random.default_rng(seed).integers(1 << 32, 1 << 60, own).astype(np.uint64)
    return {"a.py": np.arange(common, dtype=np.uint64), "b.py": np.unique(alone)}


def copied(made: Work, share: float, seed: int) -> Work:
    """A copy in which a share of what is one's own was kept."""
    own = made["b.py"]
    changed = work(seed)["b.py"]
    kept = int(share * len(own))
    return {"a.py": made["a.py"], "c.py": np.unique(np.concatenate([own[:kept], changed[kept:]]))}


@pytest.mark.parametrize("count", [2, 12, 300])
def test_independent_right_answers_are_not_named(count: int) -> None:
    found = alike([work(n) for n in range(count)])
    assert found.pairs == () and found.found == 0 and found.compared == count


def test_a_copy_is_named_with_the_files() -> None:
    class_of = [work(n) for n in range(30)]
    class_of.append(copied(class_of[7], 0.95, seed=99))
    (pair,) = alike(class_of).pairs
    assert (pair.one, pair.other) == (7, 30)
    assert pair.share > 0.9 and 130 <= pair.shared <= 150
    assert {path for path, _ in pair.files} == {"a.py", "b.py", "c.py"}


def test_half_a_copy_is_not() -> None:
    class_of = [work(n) for n in range(30)]
    class_of.append(copied(class_of[7], 0.5, seed=99))
    assert alike(class_of).pairs == ()


def test_a_group_and_those_with_little_code_are_left_out() -> None:
    shared = work(1)
    assert alike([shared, shared], ["g", "g"]).found == 0
    assert alike([shared, shared], ["", ""]).found == 1
    little = work(2, common=0, own=30)
    found = alike([little, little, shared])
    assert found.found == 0 and found.compared == 1


def test_a_class_that_all_writes_the_same_accuses_nobody() -> None:
    assert alike([work(1) for _ in range(40)]).pairs == ()


def test_of_many_pairs_the_most_alike_are_kept_in_order() -> None:
    class_of = []
    for n in range(100):
        made = work(n)
        class_of += [made, copied(made, 0.86 + n % 14 / 100, seed=1000 + n)]
    found = alike(class_of)
    assert found.found == 100 and len(found.pairs) == MOST_PAIRS
    shares = [pair.share for pair in found.pairs]
    assert shares == sorted(shares, reverse=True)
    assert all(pair.other == pair.one + 1 for pair in found.pairs)
    assert found == alike(class_of)


@pytest.mark.parametrize("works", [[], [{}], [{}, {}], [work(1)]])
def test_too_few_compare_to_nothing(works: list[Work]) -> None:
    assert alike(works).pairs == ()
