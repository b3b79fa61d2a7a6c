from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from autograder.publish.markdown import Markdown, block, escaped

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PIECES = st.sampled_from(
    [*"`*_[]()<>!#|~\\&-+=.:\n 1ab", "http://e.vil", "<script>", "](", "``", "&lt;", "    ", "---"]
)
TEXTS = st.lists(PIECES, max_size=25).map("".join)
PLAIN = {"paragraph_open", "paragraph_close", "inline", "text", "code_inline", "softbreak"}


def kinds(source: str) -> list[str]:
    tokens = PARSER.parse(source)
    return [each.type for token in tokens for each in [token, *(token.children or [])]]


@given(TEXTS)
def test_any_text_stays_text(text: str) -> None:
    assert set(kinds(escaped(text))) <= PLAIN


@given(TEXTS)
def test_any_text_stays_in_its_list_item(text: str) -> None:
    made = set(kinds(f"- {escaped(text)}\n- next\n"))
    lists = {f"{part}_{end}" for part in ("bullet_list", "list_item") for end in ("open", "close")}
    assert made <= PLAIN | lists


@given(TEXTS)
def test_any_text_stays_in_its_block(text: str) -> None:
    tokens = PARSER.parse(f"before\n\n{block(text)}\n\nafter\n")
    assert [token.type for token in tokens if token.type == "fence"] == ["fence"]
    assert [token.type for token in tokens[-3:]] == ["paragraph_open", "inline", "paragraph_close"]
    assert len(tokens) == 7


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("optimizers.py, line 41", "optimizers.py, line 41"),
        ("beta_1 is `m_hat`", "beta_1 is `m_hat`"),
        ("version 1.0.0", "version 1.0.0"),
        ("1. first", "1\\. first"),
        ("two\nlines", "two lines"),
    ],
)
def test_ordinary_text_stays_readable(text: str, told: str) -> None:
    assert escaped(text) == told


def test_what_is_markdown_already_passes() -> None:
    assert escaped(Markdown("**bold**")) == "**bold**"
