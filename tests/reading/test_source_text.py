"""Any bytes become text and a tree, or a reason; nothing raises anything else."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.reading.source_text import (
    MAX_SOURCE_BYTES,
    Unreadable,
    decode,
    describe,
    encode,
    parse,
    plain,
    walk,
)


@pytest.mark.parametrize(
    ("data", "text", "noted"),
    [
        (b"x = 1\r\ny = 2\rz = 3\n", "x = 1\ny = 2\nz = 3\n", False),
        ("naïve = 'é'\n".encode(), "naïve = 'é'\n", False),
        (codecs.BOM_UTF8 + b"x = 1\n", "x = 1\n", False),
        ("# -*- coding: cp1252 -*-\nx = '€'\n".encode("cp1252"), None, False),
        ("x = 'é'\n".encode("utf-16"), "x = 'é'\n", True),
        ("x = 'é'\n".encode("latin-1"), "x = 'é'\n", True),
        ("# coding: no-such-codec\nx = 'é'\n".encode(), None, True),
        (b"", "", False),
    ],
    ids=["line ends", "utf-8", "utf-8 bom", "cookie", "utf-16", "latin-1", "bad cookie", "empty"],
)
def test_text_is_decoded_as_python_would_or_more_patiently(
    data: bytes, text: str | None, noted: bool
) -> None:
    result, note = decode(data)
    assert bool(note) == noted
    if text is not None:
        assert result == text
    else:
        assert "'€'" in result or "'é'" in result


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"x = 1\x00", "NUL"),
        ("x = 1".encode("utf-16-le"), "NUL"),
        (codecs.BOM_UTF16_LE + b"x", "utf-16"),
        (b"#" * (MAX_SOURCE_BYTES + 1), "MB"),
    ],
)
def test_what_is_no_python_text_is_unreadable_with_a_reason(data: bytes, part: str) -> None:
    with pytest.raises(Unreadable, match=part) as caught:
        decode(data)
    assert caught.value.status == "unreadable"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("y = 1\nx = = 1\n", r"line 2: invalid syntax: `x = = 1`"),
        ("def f(:\n  pass", "line 1"),
        ("return 1", "outside function"),
        ("x = 1\nfrom __future__ import annotations\n", "line 2"),
        ("(" * 10_000 + ")" * 10_000, "nested"),
        ("-" * 100_000 + "1", "nested"),
        ("1" + "+1" * 100_000, "nested"),
        ("x" + ".a" * 100_000, "nested"),
        ("lambda:" * 5_000 + "1", "nested"),
        ("x = " + "9" * 5_000, "digits"),
        ("x = '\ud800'", "surrogate"),
    ],
)
def test_what_the_parser_refuses_is_a_syntax_error_with_a_reason(text: str, part: str) -> None:
    with pytest.raises(Unreadable, match=part) as caught:
        parse(text)
    assert caught.value.status == "syntax-error"
    assert len(caught.value.problem) < 700


def test_a_long_line_is_shown_shortened() -> None:
    with pytest.raises(Unreadable) as caught:
        parse("x = = " + "a" * 100_000)
    assert len(caught.value.problem) < 250


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_unreadable(data: bytes) -> None:
    try:
        text, _ = decode(data)
        parse(text)
    except Unreadable as reason:
        assert reason.problem


@pytest.mark.parametrize(
    "text",
    ["x = 'é'\n", "# coding: latin-1\nx = 'é'\n", "# coding: utf-16\nx = 'é'\n", "x = '\u2028'\n"],
)
def test_encoded_source_is_read_back_by_python(text: str) -> None:
    data = encode(text)
    try:
        again, _ = decode(data)
    except Unreadable:  # a UTF-16 cookie: Python itself refuses such a file
        pytest.fail("cannot be read back")
    assert again == text


def test_walk_needs_no_recursion() -> None:
    tree = parse("if 1:\n  pass\n" + "elif 1:\n  pass\n" * 1_500)
    assert sum(1 for _ in walk(tree)) > 3_000


class Hostile(Exception):
    def __str__(self) -> str:
        raise SystemExit("no")


class Lying(str):
    def __getitem__(self, key: object) -> str:
        raise ValueError("no")


def test_a_hostile_exception_can_be_described() -> None:
    assert "Hostile" in describe(Hostile())
    assert describe(ValueError(Lying("text"))) == "ValueError: text"


def test_plain_text_hides_addresses_and_is_bounded() -> None:
    assert plain("<f at 0x7f12ab34cd56>") == "<f at 0x...>"
    assert len(plain("a" * 10_000)) == 500
    assert plain("\ud800\x00") == "??"
