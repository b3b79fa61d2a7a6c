"""What staff are told of an exercise or a check."""

from __future__ import annotations

import pytest

from autograder.publish.analysis import Item
from autograder.publish.items import row_of


def item(shares: list[float | None], totals: list[float] | None = None) -> Item:
    made = Item("Adam", "one_step", "one step is right", public=True)
    for place, share in enumerate(shares):
        made.add(share, 2.0, totals[place] if totals else 50.0)
        made.outcomes["passed" if share else "failed"] += 1
    return made


HALF = [2.0, 0.0] * 10


@pytest.mark.parametrize(
    ("shares", "totals", "remark"),
    [
        ([], None, "never decided"),
        ([None, None], None, "never decided"),
        ([2.0] * 3, None, "nobody fails it"),
        ([0.0] * 3, None, "nobody passes it: is it right?"),
        ([2.0, 0.0], [0.0, 50.0], ""),
        ([2.0, 0.0, *HALF[:17]], [2.0, 50.0] * 9 + [2.0], ""),
        (HALF, [2.0, 50.0] * 10, "those who pass it do worse elsewhere: is it right?"),
        (HALF, [52.0, 50.0, 42.0, 40.0] * 5, "says little about the rest"),
        (HALF, [52.0, 10.0] * 10, ""),
        (HALF, [52.0, 50.0] * 10, ""),
    ],
)
def test_a_remark_says_what_to_look_at(
    shares: list[float | None], totals: list[float] | None, remark: str
) -> None:
    assert row_of(item(shares, totals)).remark == remark


def test_a_row_has_the_numbers_of_its_item() -> None:
    made = item([2.0, 1.0, 0.0, 0.0, None], [10.0, 8.0, 2.0, 1.0, 0.0])
    made.outcomes["timeout"] += 3
    row = row_of(made)
    assert (row.exercise, row.name, row.title, row.public) == (
        "Adam", "one_step", "one step is right", True,
    )  # fmt: skip
    assert (row.asked, row.full, row.nothing, row.mean) == (4, 1, 2, 0.375)
    assert row.outcomes == "3 failed, 3 timeout"
    assert row.separates is not None and 0.9 < row.separates <= 1
