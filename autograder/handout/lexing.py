"""Read code and text as the same small words, so that one can be looked for in the other.

A word is an identifier, a number or one sign. Quotes, comment signs and escapes are no words: code
reads the same in a module, in a comment, in a docstring or in prose.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d]\w*|(?:\d\w*\.?\d*|\.\d+)(?:(?<=[eE])[-+]\d+)?|[^\s\w\"'`#\\]")
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_PROMPT = re.compile(r"^\s*(?:>>>|\.\.\.) ", re.MULTILINE)
_NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?!\w)")
_BETWEEN_NUMBERS = re.compile(r"[\s,;\[\](){}]+")

_SKIPPED = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENDMARKER,
}  # fmt: skip


@dataclass(frozen=True)
class CodeToken:
    """One Python token: the line it begins on, its text, and whether it is a docstring."""

    line: int
    text: str
    docstring: bool


def words(text: str) -> list[str]:
    """Split any text into words."""
    plain = _PROMPT.sub("", _ANSI.sub("", text)).replace("\\_", "_")
    return _WORD.findall(plain)


def code_tokens(source: str) -> list[CodeToken]:
    """Split Python into its tokens, comments and white space left out; an f-string is one token.

    Raises:
        SyntaxError: the source cannot be tokenized.
    """
    lines = source.split("\n")
    found: list[CodeToken] = []
    starts_statement = True
    opened: list[tuple[int, int]] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            name = tokenize.tok_name[token.type]
            # From Python 3.12 on an f-string comes in pieces, from 3.14 on a t-string too.
            if name in ("FSTRING_START", "TSTRING_START"):
                opened.append(token.start)
            elif name in ("FSTRING_END", "TSTRING_END"):
                start = opened.pop()
                if not opened:
                    found.append(CodeToken(start[0], _between(lines, start, token.end), False))
                    starts_statement = False
            elif opened:
                continue
            elif token.type in _SKIPPED:
                if token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT):
                    starts_statement = True
            else:
                is_docstring = starts_statement and token.type == tokenize.STRING
                found.append(CodeToken(token.start[0], token.string, is_docstring))
                starts_statement = False
    except tokenize.TokenError as error:
        raise SyntaxError(str(error)) from None
    return found


def string_constants(source: str) -> Iterator[str]:
    """Every string in Python source with its escapes resolved; nothing if it does not parse."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                yield node.value
            elif isinstance(node.value, bytes):
                yield node.value.decode("utf-8", "replace")


def number_runs(text: str) -> Iterator[list[float]]:
    """Numbers that follow each other with nothing but commas, brackets and space between them."""
    run: list[float] = []
    end = 0
    for match in _NUMBER.finditer(_ANSI.sub("", text)):
        if run and not _BETWEEN_NUMBERS.fullmatch(match.string, end, match.start()):
            yield run
            run = []
        run.append(float(match[0]))
        end = match.end()
    if run:
        yield run


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] : end[1]]
    first, *middle, last = lines[start[0] - 1 : end[0]]
    return "\n".join([first[start[1] :], *middle, last[: end[1]]])
