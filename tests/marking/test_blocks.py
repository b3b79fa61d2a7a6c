"""Whatever a student puts into a data file, a person gets something to read."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.marking.blocks import Prose, Raw, Table, blocks_of
from autograder.marking.figures import Figure, line, strips

PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=400)
KEYS = st.sampled_from(["name", "runs", "seed", "loss", ""])
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner), max_leaves=30
)
NUMBERS = st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=6)


@given(VALUES)
def test_any_json_is_laid_out(value: object) -> None:
    blocks = blocks_of("data.json", json.dumps(value).encode())
    for block in blocks:
        if isinstance(block, Figure):
            places = [dot.x for strip in block.strips for dot in strip.dots]
            assert all(map(math.isfinite, [*places, *(dot.y for dot in block.dots)]))


@given(st.binary(max_size=200))
def test_any_bytes_are_laid_out(content: bytes) -> None:
    assert all(isinstance(block.title, str) for block in blocks_of("data.json", content))


@given(st.lists(st.tuples(st.text(max_size=5), NUMBERS), min_size=1, max_size=4))
def test_every_dot_is_inside_its_figure(groups: list[tuple[str, list[float | None]]]) -> None:
    try:
        figure = strips("a", groups)
    except OverflowError:
        return  # a mean that no float holds; the file is then shown as it is
    dots = [dot for strip in figure.strips for dot in strip.dots]
    if all(abs(value) < 1e300 for _, made in groups for value in made if value is not None):
        assert all(-1 <= dot.x <= figure.width + 1 for dot in dots)
    assert all(0 <= dot.y <= figure.height for dot in dots)
    assert len(dots) == sum(value is not None for _, made in groups for value in made)


def test_decades_need_a_logarithmic_axis() -> None:
    assert line("loss", [1.0, 1e-5, 0.1]).logarithmic
    assert not line("loss", [1.0, 0.5, None]).logarithmic
    assert line("loss", [1.0, None, 0.5]).missing == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"[" * 100_000, "cannot be laid out"),
        (b"{", "cannot be laid out"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "cannot be laid out"),
        (b"[" + b"1," * 600_000 + b"1]", "cut"),
    ],
    ids=["nested", "broken", "long number", "long"],
)
def test_what_cannot_be_laid_out_is_shown_as_it_is(content: bytes, why: str) -> None:
    (block,) = blocks_of("data.json", content)
    assert isinstance(block, Raw) and why in block.why


@pytest.mark.parametrize(
    "value",
    [
        [{f"k{n}": 1 for n in range(40_000)}, *({} for _ in range(40_000))],
        [{"a": n} for n in range(80_000)],
        [{"name": f"{n}", "runs": [{"a": m} for m in range(500)]} for n in range(150)],
        [[[n]] for n in range(80_000)],
    ],
    ids=["many keys", "many records", "many runs", "many lists"],
)
def test_a_page_of_a_hostile_file_stays_small(value: object) -> None:
    blocks = blocks_of("data.json", json.dumps(value).encode())
    assert len(blocks) <= 80
    for block in blocks:
        if isinstance(block, Table):
            assert len(block.rows) <= 200 and len(block.columns) <= 24
        if isinstance(block, Figure):
            assert len(block.dots) + sum(len(strip.dots) for strip in block.strips) <= 8000


def test_prose_comes_first_and_counts_its_words() -> None:
    value = {"numbers": [{"a": 1}], "text": "one two three " * 50, "plain": "short"}
    blocks = blocks_of("findings.json", json.dumps(value).encode())
    assert isinstance(blocks[0], Prose) and blocks[0].words == 150
    assert sum(isinstance(block, Table) for block in blocks) == 2


def test_code_is_shown_in_full() -> None:
    source = "x = 1\n" * 10_000
    (block,) = blocks_of("lab.py", source.encode())
    assert isinstance(block, Raw) and block.text == source
